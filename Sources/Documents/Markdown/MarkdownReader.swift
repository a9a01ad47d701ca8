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
    try checkTables(text)
    var document = ParsedDocument(elements: try HTMLReader.elements(utf8: html(Array(text[front.end...]))))
    let titles = document.elements.filter { $0.kind == .title }
    document.title = front.title ?? (titles.first { $0.level == 1 } ?? titles.first)?.text
    document.fillSectionPaths()
    document.language = front.language
    return document
  }

  /// cmark fills up the rows of a table to the width of its first: 20,000 columns and 3,000 short rows become sixty
  /// million cells.
  private static let mostCells = 1_000_000

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
            "a table of \(Units.show(columns)) columns has \(Units.show(rows)) rows and more; at most \(Units.show(mostCells)) cells are read"
          )
        }
      }
      // The line of dashes that makes a table of what stands around it.
      if line.contains(UInt8(ascii: "-")), line.allSatisfy({ [0x2D, 0x7C, 0x3A, 0x20, 0x09, 0x0D].contains($0) }) {
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

/// The YAML block between `---` lines with which many Markdown files begin: title and language of it.
struct FrontMatter {
  private(set) var title: String?
  private(set) var language: String?
  /// Where the text proper begins.
  private(set) var end = 0

  init(_ text: [UInt8]) {
    guard text.starts(with: Array("---\n".utf8)) || text.starts(with: Array("---\r\n".utf8)) else {
      return
    }
    let lines = ByteSearch.lines(text)
    guard let close = lines.dropFirst().prefix(200).firstIndex(where: { Self.isFence($0) }) else {
      return
    }
    end = min(text.count, lines[close].endIndex + 1)
    for line in lines[1..<close] {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
      let key = String(decoding: line[..<colon], as: UTF8.self)
      let value = String(decoding: line[(colon + 1)...], as: UTF8.self).drop { $0 == " " }
      let bare = value.filter { $0 != "\"" && $0 != "'" }
      if key == "title", !bare.isEmpty { title = bare }
      if key == "lang" || key == "language", !bare.isEmpty { language = bare }
    }
  }

  private static func isFence(_ line: ArraySlice<UInt8>) -> Bool {
    line.elementsEqual("---".utf8) || line.elementsEqual("...".utf8)
  }
}
