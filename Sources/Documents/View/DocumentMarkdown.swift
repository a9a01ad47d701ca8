import Formats
import Foundations

/// A document as GitHub-flavoured Markdown that reads back as the same text.
package enum DocumentMarkdown {
  package static func text(_ document: ParsedDocument) -> String {
    var text = ""
    var lists = MarkdownLists()
    for element in document.elements {
      let block: String
      let follows: Bool
      if element.kind == .listItem {
        (block, follows) = lists.item(element)
      } else {
        lists.end()
        (block, follows) = (self.block(element), false)
      }
      guard !block.isEmpty else { continue }
      if !text.isEmpty { text += follows ? "\n" : "\n\n" }
      text += block
    }
    return text
  }

  private static func block(_ element: DocumentElement) -> String {
    switch element.kind {
    case .title: heading(element)
    case .code: fenced(element.text, element.codeLanguage ?? "")
    case .table: element.table.map(table) ?? MarkdownText.paragraph(element.text)
    case .caption: caption(element.text)
    case .text, .footnote, .listItem: MarkdownText.paragraph(element.text)
    }
  }

  private static func heading(_ element: DocumentElement) -> String {
    let text = MarkdownText.line(element.text)
    guard !text.isEmpty else { return "" }
    return String(repeating: "#", count: max(1, min(6, element.level ?? 1))) + " " + MarkdownText.heading(text)
  }

  private static func caption(_ text: String) -> String {
    let line = MarkdownText.line(text)
    // Emphasis around what begins or ends with a star would be read as another; tildes hide its end.
    let isPlain = line.first.map { $0.isLetter || $0.isNumber } == true && line.last?.isWhitespace == false
    return isPlain && !line.contains(where: { $0 == "*" || $0 == "~" })
      ? "*\(MarkdownText.inline(line))*" : MarkdownText.paragraph(line)
  }

  private static func table(_ table: DocumentTable) -> String {
    func line(_ cells: [String]) -> String {
      "|" + cells.map { " \(MarkdownText.inCell(MarkdownText.line($0))) |" }.joined()
    }
    let names = table.columnNames
    guard !names.isEmpty else { return "" }
    let rule = "|" + String(repeating: " --- |", count: names.count)
    return ([line(names), rule] + table.bodyRows.map(line)).joined(separator: "\n")
  }

  /// A fence longer than any that stands in the code.
  private static func fenced(_ code: String, _ language: String) -> String {
    var longest = 2
    var run = 0
    for byte in code.utf8 {
      run = byte == UInt8(ascii: "`") ? run + 1 : 0
      longest = max(longest, run)
    }
    let fence = String(repeating: "`", count: longest + 1)
    let name = language.filter { !$0.isWhitespace && $0 != "`" && $0 != "\\" && $0 != "&" }
    return "\(fence)\(name)\n\(code)\n\(fence)"
  }
}
