import Foundations

/// A page as its tree, what its head says, and its pieces.
struct HTMLPage {
  let tree: HTMLTree
  let head: HTMLHead
  let pieces: [HTMLPiece]

  /// - Parameter dropped: nodes to leave out, by number.
  init(_ tree: HTMLTree, dropping dropped: [Bool]? = nil) {
    self.tree = tree
    head = HTMLHead(tree)
    var walker = HTMLWalker(HTMLWalkContext(tree, dropping: dropped))
    walker.walk(tree.root)
    walker.finish()
    pieces = Self.metadata(head, walker.pieces) + walker.pieces
  }

  /// What a page says only to machines: its article or description, where its text does not have it. The first of
  /// them stand for the page's head, whose number is 1.
  private static func metadata(_ head: HTMLHead, _ pieces: [HTMLPiece]) -> [HTMLPiece] {
    let candidates = [
      (head.linked.body, 3), (head.linked.description, 2),
      (head.names["description"] ?? head.names["og:description"], 1),
    ]
    guard candidates.contains(where: { ($0.0?.utf8.count ?? 0) >= 40 }) else { return [] }
    var said: [UInt8] = []
    for piece in pieces { Self.add(piece.element.text, to: &said) }
    var found: [HTMLPiece] = []
    for case (let text?, let level) in candidates {
      let plain = Self.plain(text)
      let start = Array(Self.letters(plain).prefix(60))
      guard plain.utf8.count >= 40, !start.isEmpty, ByteSearch.range(of: start, in: said) == nil else { continue }
      said += Self.letters(plain)
      found.append(HTMLPiece(element: DocumentElement(.text, plain, level: level), nodes: 0..<0, block: 0))
    }
    return found
  }

  /// What is neither white space nor punctuation.
  private static func letters(_ text: String) -> [UInt8] {
    var letters: [UInt8] = []
    add(text, to: &letters)
    return letters
  }

  private static func add(_ text: String, to letters: inout [UInt8]) {
    var text = text
    text.withUTF8 { bytes in
      for byte in bytes where byte >= 0x80 || byte >= 48 && byte <= 57 || byte | 0x20 >= 97 && byte | 0x20 <= 122 {
        letters.append(byte)
      }
    }
  }

  /// Text without the tags and references that some generators leave in it.
  private static func plain(_ text: String) -> String {
    guard text.contains("<") || text.contains("&"), let tree = try? HTMLTree(utf8: Array(text.utf8)) else {
      return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
    var words = InlineText()
    for index in tree.nodes.indices {
      let node = HTMLNode(tree: tree, index: index)
      if node.kind == .text { words.append(node.text) } else { words.space() }
    }
    return words.take()
  }
}
