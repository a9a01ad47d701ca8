import Foundations

/// A document as GitHub-flavoured Markdown.
package enum DocumentMarkdown {
  package static func text(_ document: ParsedDocument) -> String {
    var text = ""
    var wasItem = false
    for element in document.elements {
      let isItem = element.kind == .listItem
      if !text.isEmpty { text += isItem && wasItem ? "\n" : "\n\n" }
      text += block(element)
      wasItem = isItem
    }
    return text
  }

  private static func block(_ element: DocumentElement) -> String {
    switch element.kind {
    case .title: String(repeating: "#", count: max(1, min(6, element.level ?? 1))) + " " + line(element.text)
    case .listItem: item(element)
    case .code: fenced(element.text, element.codeLanguage ?? "")
    case .table: element.table?.markdown ?? element.text
    case .caption: "*\(line(element.text))*"
    case .text, .footnote: element.text
    }
  }

  private static func line(_ text: String) -> String { text.split(separator: "\n").joined(separator: " ") }

  /// The marker is part of an item's text; one that Markdown does not know gets a dash before it.
  private static func item(_ element: DocumentElement) -> String {
    let indent = String(repeating: "  ", count: max(0, (element.level ?? 1) - 1))
    let text = element.text.split(separator: "\n").joined(separator: "\n" + indent + "  ")
    let digits = text.utf8.prefix { $0 >= 48 && $0 <= 57 }.count
    let isMarked = text.hasPrefix("- ") || digits > 0 && text.utf8.dropFirst(digits).starts(with: ". ".utf8)
    return indent + (isMarked ? "" : "- ") + text
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
    return "\(fence)\(language)\n\(code)\n\(fence)"
  }
}
