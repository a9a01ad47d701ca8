import Foundations

extension HTMLWalker {
  mutating func code(_ node: HTMLNode) {
    flush()
    var lines = CodeText(node)
    let text = lines.take()
    if !lead.isEmpty { emit(.listItem, "", level: max(1, listDepth)) }
    guard !text.isEmpty else { return }
    nodes = node.index..<node.end
    emit(.code, text, level: nil)
    pieces[pieces.count - 1].element.codeLanguage = Self.codeLanguage(node)
  }

  /// What highlighters write into the class of the code, of what is inside, or of what is around it.
  static func codeLanguage(_ node: HTMLNode) -> String? {
    let inside = node.children.first { $0.isElement && $0.tag == .code }
    for place in [node, inside, node.parent, node.parent?.parent].compactMap({ $0 }) {
      for word in place.labels {
        for mark in ["language-", "lang-", "highlight-source-", "highlight-", "sourcecode-"] where word.hasPrefix(mark)
        {
          let name = word.dropFirst(mark.utf8.count)
          if !name.isEmpty, name.utf8.count <= 20, !["default", "none", "text", "wrapper", "container"].contains(name) {
            return String(name)
          }
        }
      }
    }
    return nil
  }
}

/// The text of a program on a page: white space as it is, a line for each block, the numbers of lines left out.
struct CodeText {
  private var bytes: [UInt8] = []
  /// Whether what comes next begins a line.
  private var endsLine = false

  init() {}

  init(_ node: HTMLNode) { for child in node.children { add(child) } }

  mutating func add(_ node: HTMLNode) {
    switch node.kind {
    case .text: append(node.text)
    case .other: break
    case .element:
      switch node.role {
      case .dropped: return
      case .lineBreak: append([UInt8(ascii: "\n")])
      case .block, .listItem, .list, .heading, .preformatted:
        breakLine()
        for child in node.children { add(child) }
        breakLine()
      default:
        if node.hasAttributes, LineNumbers.isNumber(node) { return }
        for child in node.children { add(child) }
      }
    }
  }

  /// Ends the line, if anything stands in it.
  mutating func breakLine() { endsLine = !bytes.isEmpty }

  private mutating func append(_ text: some Sequence<UInt8>) {
    for byte in text {
      if endsLine {
        endsLine = false
        if bytes.last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
        // A line end between two blocks is how the page was written.
        if byte == UInt8(ascii: "\n") { continue }
      }
      bytes.append(byte)
    }
  }

  mutating func take() -> String {
    if bytes.first == UInt8(ascii: "\n") { bytes.removeFirst() }
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }
}

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
