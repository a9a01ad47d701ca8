import Foundations

/// How the text of a chunk is laid out, for those who write it and for those who look for its parts:
///
/// ```
/// Section: 2. Tokenomics -> 2.1. Distribution        the breadcrumb
/// Shares by group:                                   a table's caption
/// Summary: Table of 3 rows and 2 columns.            of a table, once it has been summarized
///
/// Table:
/// | Group | Share |
/// ```
///
/// Running text follows the breadcrumb after an empty line.
package enum ChunkLayout {
  /// Between the titles of a section's path.
  package static let pathSeparator = " -> "

  private static let section = "Section: "
  private static let summaryMark = "\nSummary: "
  private static let tableMark = "\n\nTable:\n"

  /// `A -> B`
  package static func path(_ titles: some Sequence<String>) -> String { titles.joined(separator: pathSeparator) }

  /// `Section: A -> B`
  package static func breadcrumb(_ path: String) -> String { section + path }

  /// What stands before running text.
  package static func textPrefix(head: String) -> String { head.isEmpty ? "" : head + "\n\n" }

  /// What stands before the rows of a table.
  package static func tablePrefix(head: String) -> String {
    head.isEmpty ? String(tableMark.dropFirst(2)) : head + tableMark
  }

  /// A table below its breadcrumb and captions.
  package static func table(head: String, markdown: String) -> String { tablePrefix(head: head) + markdown }

  /// The text of a table with a summary between its head and the table; `nil` when it is laid out in another way.
  package static func inserting(summary: String, into text: String) -> String? {
    let bytes = Array(text.utf8)
    // A table that stands under nothing.
    let bare = tableMark.dropFirst(2)
    if text.hasPrefix(bare) { return summaryMark.dropFirst() + summary + "\n\n" + text }
    guard let range = ByteSearch.range(of: Array(tableMark.utf8), in: bytes) else { return nil }
    let head = String(decoding: bytes[..<range.lowerBound], as: UTF8.self)
    return head + summaryMark + summary + String(decoding: bytes[range.lowerBound...], as: UTF8.self)
  }

  /// The text of a table that has a section and a summary.
  package static func table(section: String, summary: String, markdown: String) -> String {
    table(head: breadcrumb(section) + summaryMark + summary, markdown: markdown)
  }

  /// The text without the line that says which section it stands in.
  package static func withoutBreadcrumb(_ text: String) -> Substring {
    guard text.hasPrefix(section), let end = text.utf8.firstIndex(of: UInt8(ascii: "\n")) else { return text[...] }
    return text[text.index(after: end)...]
  }

  /// The bytes that the summarize stage put over a table: they stand in no source, so nobody may quote them.
  package static func summaryRange(_ text: String) -> Range<Int>? {
    let bytes = Array(text.utf8)
    guard let table = ByteSearch.range(of: Array(tableMark.utf8), in: bytes) else { return nil }
    if text.hasPrefix(summaryMark.dropFirst()) { return 0..<table.lowerBound }
    guard
      let start = ByteSearch.range(of: Array(summaryMark.utf8), in: Array(bytes[..<table.lowerBound]))
    else { return nil }
    return start.lowerBound..<table.lowerBound
  }
}
