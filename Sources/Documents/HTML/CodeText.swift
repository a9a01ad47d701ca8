import Foundations

/// The text of a program on a page: white space as it is, a line for each block, the numbers of lines left out.
struct CodeText {
  private var bytes: [UInt8] = []
  /// Whether what comes next begins a line.
  private var endsLine = false
  /// How much there was when the last element ended that is a line by its class.
  private var lineEnd = -1

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
        let isLine = node.hasAttributes && node.mentions("line") && Self.isLine(node)
        // Shown as blocks, they need no line end between them.
        if isLine, lineEnd == bytes.count { append([UInt8(ascii: "\n")]) }
        for child in node.children { add(child) }
        if isLine { lineEnd = bytes.count }
      }
    }
  }

  private static func isLine(_ node: HTMLNode) -> Bool {
    node.labels.contains { $0 == "line" || ["-line", "_line", "codeline"].contains(where: $0.hasSuffix) }
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
