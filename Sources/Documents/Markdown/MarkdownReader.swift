import CCmark
import Foundations
import Glibc

/// Reads Markdown: cmark-gfm makes HTML of it, tables and footnotes included, and the HTML reader
/// does the rest, raw HTML in the text included.
package enum MarkdownReader {
  package static var libraryVersion: String {
    "cmark-gfm \(String(cString: cmark_version_string()))"
  }

  /// cmark's registry of extensions is global and not safe for threads.
  private static let registered: Void = cmark_gfm_core_extensions_ensure_registered()

  package static func read(_ bytes: [UInt8], charset: String?) throws(ItemProblem) -> ParsedDocument {
    let text = TextDecoding.decode(bytes, declared: [charset]).text
    let front = FrontMatter(text)
    var document = ParsedDocument(elements: try elements(Array(text[front.end...])))
    let titles = document.elements.filter { $0.kind == .title }
    document.title = front.title ?? (titles.first { $0.level == 1 } ?? titles.first)?.text
    document.fillSectionPaths()
    document.language = front.language
    document.metadata = front.members
    return document
  }

  /// The elements of a text without front matter.
  static func elements(_ text: [UInt8]) throws(ItemProblem) -> [DocumentElement] {
    let text = withoutWideTables(text)
    try checkTables(text)
    var elements = try HTMLReader.elements(utf8: html(MarkdownMath.protected(text)), byLook: false)
    for index in elements.indices { elements[index].table?.dropEmptyHeader() }
    return elements
  }

  /// cmark fills up the rows of a table to the width of its first: 20,000 columns and 3,000 short rows become sixty
  /// million cells.
  private static let mostCells = 1_000_000

  /// cmark looks for the place of each cell from the start of its row, and a table of more columns is shown by nobody: its
  /// rows are text.
  private static let mostColumns = 2_000

  /// The text without the lines of dashes that make tables of more columns than that.
  private static func withoutWideTables(_ text: [UInt8]) -> [UInt8] {
    guard text.contains(UInt8(ascii: "|")) else { return text }
    var out: [UInt8] = []
    var kept = 0
    for line in ByteSearch.lines(text) where line.count > mostColumns && isRule(line) {
      guard line.count(where: { $0 == UInt8(ascii: "|") }) > mostColumns else { continue }
      out += text[kept..<line.startIndex]
      kept = line.endIndex
    }
    return kept == 0 ? text : out + text[kept...]
  }

  /// Whether a line of dashes makes a table of what stands around it.
  private static func isRule(_ line: ArraySlice<UInt8>) -> Bool {
    line.contains(UInt8(ascii: "-")) && line.allSatisfy { [0x2D, 0x7C, 0x3A, 0x20, 0x09, 0x0D].contains($0) }
  }

  private static func checkTables(_ text: [UInt8]) throws(ItemProblem) {
    var columns = 0
    var rows = 0
    for line in text.split(separator: 10, omittingEmptySubsequences: false) {
      guard line.contains(where: { $0 > 0x20 }) else {
        columns = 0
        continue
      }
      if columns > 0 {
        rows += 1
        guard columns * rows <= mostCells else {
          throw ItemProblem(
            "too_large",
            "a table of \(Units.counted(columns, "column")) has \(Units.counted(rows, "row")) and more; at most \(Units.show(mostCells)) cells are read"
          )
        }
      }
      if isRule(line) {
        let bars = line.count { $0 == UInt8(ascii: "|") }
        if bars > 100 { (columns, rows) = (max(columns, bars), 0) }
      }
    }
  }

  private static func html(_ text: [UInt8]) -> [UInt8] {
    _ = registered
    let options = CMARK_OPT_UNSAFE | CMARK_OPT_FOOTNOTES | CMARK_OPT_VALIDATE_UTF8
    guard let parser = cmark_parser_new(options) else { return text }
    defer { cmark_parser_free(parser) }
    for name in ["table", "strikethrough", "autolink"] {
      if let found = cmark_find_syntax_extension(name) {
        cmark_parser_attach_syntax_extension(parser, found)
      }
    }
    text.withUnsafeBytes { raw in
      cmark_parser_feed(parser, raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count)
    }
    guard let root = cmark_parser_finish(parser) else { return [] }
    defer { cmark_node_free(root) }
    guard
      let rendered = cmark_render_html(root, options, cmark_parser_get_syntax_extensions(parser))
    else { return [] }
    defer { free(rendered) }
    var end = rendered
    while end.pointee != 0 { end += 1 }
    return Array(UnsafeRawBufferPointer(start: rendered, count: end - rendered))
  }
}
