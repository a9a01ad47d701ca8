import Foundations

/// One piece of a document, in reading order.
package struct DocumentElement: Sendable, Hashable {
  package enum Kind: String, Sendable, Codable {
    case title, text
    case listItem = "list_item"
    case table, code, caption, footnote
  }

  package var kind: Kind
  /// Of a title: 1 to 6, 1 the highest. Of a list item: its depth from 1.
  package var level: Int?
  /// Empty for a table: its text is its cells.
  package var text: String
  /// From 1; only where the document has pages.
  package var page: Int?
  package var box: PageBox?
  /// The titles that the element stands under, outermost first; that of a title ends with itself.
  package var sectionPath: [String]
  package var table: DocumentTable?
  /// The links in the text, in its order.
  package var links: [DocumentLink] = []
  /// Of code: what it is written in, as the document names it: `python`.
  package var codeLanguage: String?
  /// Why the element is what it is, for people; only there when it was asked for.
  package var reason: String?

  package init(
    _ kind: Kind, _ text: String, level: Int? = nil, page: Int? = nil, box: PageBox? = nil,
    sectionPath: [String] = [], table: DocumentTable? = nil, links: [DocumentLink] = [], reason: String? = nil
  ) {
    self.kind = kind
    self.text = text
    self.level = level
    self.page = page
    self.box = box
    self.sectionPath = sectionPath
    self.table = table
    self.links = links
    self.reason = reason
  }
}

/// A rectangle on a page, in points (1/72 inch) from the upper left corner.
package struct PageBox: Sendable, Hashable {
  package var left: Double
  package var top: Double
  package var right: Double
  package var bottom: Double

  /// Half way between top and bottom.
  package var middle: Double { (top + bottom) / 2 }

  package init(left: Double, top: Double, right: Double, bottom: Double) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }

  package var width: Double { right - left }
  package var height: Double { bottom - top }

  /// The smallest box around both.
  package func union(_ other: PageBox) -> PageBox {
    PageBox(
      left: min(left, other.left), top: min(top, other.top), right: max(right, other.right),
      bottom: max(bottom, other.bottom))
  }
}
