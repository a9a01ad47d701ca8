import Foundations

/// What a document says, in reading order.
package struct ParsedDocument: Sendable, Hashable {
  package var title: String?
  /// A BCP 47 tag as the document declares it.
  package var language: String?
  package var elements: [DocumentElement]
  /// What the document says of itself, by name: `author`, `date` (ISO 8601), `description`, `site`, `keywords`.
  package var metadata: [String: String] = [:]
  /// The outline that the document brings along, in its order.
  package var outline: [DocumentOutlineEntry] = []
  /// What is odd about the document, as stable words in order: `no_text_pages`, `garbled_text`, `login_wall`.
  package var flags: [String] = []

  package init(title: String? = nil, language: String? = nil, elements: [DocumentElement]) {
    self.title = title
    self.language = language
    self.elements = elements
  }

  /// Gives every element its section path from the titles before it.
  package mutating func fillSectionPaths() {
    var open: [(level: Int, text: String)] = []
    for index in elements.indices {
      if elements[index].kind == .title {
        let level = elements[index].level ?? 1
        while let last = open.last, last.level >= level { open.removeLast() }
        open.append((level, elements[index].text))
      }
      elements[index].sectionPath = open.map(\.text)
    }
  }
}
