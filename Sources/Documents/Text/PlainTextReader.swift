import Foundations

/// Reads plain text: paragraphs between empty lines, titles, lists, tables, quotations, programs, by how they are set.
package enum PlainTextReader {
  package static func read(_ bytes: [UInt8], charset: String?) -> ParsedDocument {
    read(utf8: TextDecoding.decode(bytes, declared: [charset]).text)
  }

  static func read(utf8 source: [UInt8]) -> ParsedDocument {
    let printed = Overstrikes(source)
    var pages = TextPages(printed.text)
    let manual = ManualPage(&pages.lines)
    var blocks = TextBlocks(
      pages.lines, joining: LineJoining(printed.text), boldLines: printed.boldLines,
      hasDirectives: Directives.areUsed(pages.lines))
    var document = ParsedDocument(elements: blocks.read())
    document.title = manual?.name ?? document.elements.first { $0.kind == .title }?.text
    let running = pages.running + (manual?.running ?? [])
    if !running.isEmpty { document.metadata["running_heads"] = running.joined(separator: "; ") }
    document.fillSectionPaths()
    return document
  }
}

/// A manual page as it is shown on a screen: its first and last line have its name.
struct ManualPage {
  let name: String
  private(set) var running: [String] = []

  /// Takes both lines.
  init?(_ lines: inout [ArraySlice<UInt8>]) {
    func text(_ index: Int) -> String { TextLine.string(TextLine.trimmed(lines[index])) }
    guard let first = lines.firstIndex(where: { !TextLine.trimmed($0).isEmpty }), lines[first].count < 300,
      let found = text(first).wholeMatch(of: /(\S+\(\d\w*\))\s+(.*\s+)?(\S+\(\d\w*\))/),
      found.output.1 == found.output.3
    else { return nil }
    name = String(found.output.1)
    running.append(text(first).split(separator: " ").joined(separator: " "))
    if let last = lines.lastIndex(where: { !TextLine.trimmed($0).isEmpty }), last > first, lines[last].count < 300 {
      let foot = text(last)
      if foot.hasSuffix(name) || foot.contains("  ") && foot.firstMatch(of: /\b(19|20)\d\d\b/) != nil {
        running.append(foot.split(separator: " ").joined(separator: " "))
        lines.remove(at: last)
      }
    }
    lines.remove(at: first)
  }
}
