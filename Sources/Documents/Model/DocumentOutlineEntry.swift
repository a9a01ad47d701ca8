/// An entry of the outline that a document brings along: a bookmark of a PDF, an entry of a table of contents.
package struct DocumentOutlineEntry: Sendable, Hashable, Codable {
  package var title: String
  /// From 1.
  package var level: Int
  /// From 1; only where the document has pages and says which.
  package var page: Int?

  package init(title: String, level: Int, page: Int? = nil) {
    self.title = title
    self.level = level
    self.page = page
  }
}
