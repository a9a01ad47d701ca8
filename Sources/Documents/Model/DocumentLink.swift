/// A link in the text of an element.
package struct DocumentLink: Sendable, Hashable, Codable {
  /// The words that carry the link, as they stand in the element's text.
  package var text: String
  /// Where it leads: a URL, absolute or as the document has it.
  package var url: String

  package init(text: String, url: String) {
    self.text = text
    self.url = url
  }
}
