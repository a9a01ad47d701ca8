import Foundations

/// The numbers of lines that highlighters put beside a program.
enum LineNumbers {
  private static let names: Set<String> = [
    "lineno", "linenos", "linenumber", "linenumbers", "line-number", "line-numbers", "lnt", "ln", "lnum", "gutter",
    "hljs-ln-numbers", "linenodiv", "rouge-gutter", "gl", "blob-num", "line-numbers-rows", "linenum", "lines-no",
    "react-syntax-highlighter-line-number",
  ]

  /// Whether an element is marked as one and holds nothing else.
  static func isNumber(_ node: HTMLNode) -> Bool {
    guard node.labels.contains(where: { names.contains($0) }) else { return false }
    for index in node.index..<node.end {
      let below = HTMLNode(tree: node.tree, index: index)
      if below.kind == .text, below.text.contains(where: { !($0 <= 0x20 || $0 >= 48 && $0 <= 57) }) { return false }
    }
    return true
  }

  /// Whether all that stands in an element are numbers that count up, one for each line of something.
  static func counts(_ node: HTMLNode, from first: Int? = nil) -> Int? {
    var text: [UInt8] = []
    for index in node.index..<node.end {
      let below = HTMLNode(tree: node.tree, index: index)
      if below.kind == .text {
        text += below.text
      } else {
        text.append(0x20)
      }
      guard text.count < 200_000 else { return nil }
    }
    let words = text.split { $0 <= 0x20 }
    var next = first
    for word in words {
      guard word.count <= 6, let number = Int(String(decoding: word, as: UTF8.self)), next == nil || number == next
      else { return nil }
      next = number + 1
    }
    return words.isEmpty ? nil : words.count
  }
}
