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
    // Emphasis around what begins or ends with a star would be read as another.
    let isPlain = line.first.map { $0.isLetter || $0.isNumber } == true && line.last?.isWhitespace == false
    return isPlain && !line.contains("*") ? "*\(MarkdownText.inline(line))*" : MarkdownText.paragraph(line)
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

/// The list items of Markdown: each below the words of the one that it belongs to.
private struct MarkdownLists {
  private struct Level {
    /// The columns before its items, and before their words.
    var indent: Int
    var content: Int
    /// The number of its last item, and the sign behind it; `nil` for bullets.
    var number: (value: Int, mark: Character)?
  }

  private var levels: [Level] = []

  mutating func end() { levels = [] }

  /// The lines of an item, and whether it follows the one before it without an empty line.
  mutating func item(_ element: DocumentElement) -> (String, Bool) {
    let follows = !levels.isEmpty
    let depth = min(max(1, element.level ?? 1), levels.count + 1)
    levels.removeLast(max(0, levels.count - depth))
    let marker = MarkdownMarker(element.text)
    let indent = depth > 1 ? levels[depth - 2].content : 0
    var breaks = false
    if levels.count == depth {
      // Markdown counts on by itself: another number begins another list, and so does another sign.
      if let number = marker.number, let last = levels[depth - 1].number {
        breaks = number.value != last.value + 1 || number.mark != last.mark
      }
      levels.removeLast()
    }
    let content = indent + marker.written.utf8.count + 1
    levels.append(Level(indent: indent, content: content, number: marker.number))
    let space = String(repeating: " ", count: indent)
    let inner = "\n" + String(repeating: " ", count: content)
    let lines = MarkdownText.paragraph(marker.text).split(separator: "\n").joined(separator: inner)
    let block = space + marker.written + (lines.isEmpty ? "" : " " + lines)
    return ((breaks ? "\(space)<!-- -->\n" : "") + block, follows)
  }
}

/// What an item's text begins with, and how Markdown writes it.
private struct MarkdownMarker {
  var written = "-"
  var number: (value: Int, mark: Character)?
  var text: String

  private static let bullets: Set<Character> = [
    "-", "*", "+", "•", "◦", "▪", "▫", "‣", "·", "●", "○", "■", "□", "–", "—", "\u{F0B7}", "\u{F0A7}", "o",
  ]

  init(_ item: String) {
    let digits = item.utf8.prefix { $0 >= 48 && $0 <= 57 }
    let rest = item.dropFirst(digits.count)
    if (1...9).contains(digits.count), let value = Int(String(item.prefix(digits.count))), let mark = rest.first,
      mark == "." || mark == ")", rest.dropFirst().first.map(\.isWhitespace) ?? true
    {
      (written, number) = ("\(item.prefix(digits.count))\(mark)", (value, mark))
      text = String(rest.dropFirst(2))
    } else if let first = item.first, Self.bullets.contains(first), item.dropFirst().first.map(\.isWhitespace) ?? true {
      text = String(item.dropFirst(2))
    } else {
      // One that Markdown does not know stands behind a dash.
      text = item
    }
  }
}
