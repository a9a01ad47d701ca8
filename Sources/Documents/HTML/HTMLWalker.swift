import Foundations

/// Walks a tree and collects its elements in reading order.
struct HTMLWalker {
  private(set) var pieces: [HTMLPiece] = []
  private var inline = InlineText()
  /// The nodes of the running text so far.
  private var nodes = 0..<0
  /// The innermost block around what is walked.
  private var block = 0
  private var links: [DocumentLink] = []
  /// Where the link that is walked leads, and where in the running text its words begin.
  private var openLink: (url: String, start: Int)?

  /// What a paragraph that ends now is.
  private var kind = DocumentElement.Kind.text
  private var level: Int?
  /// Before the next paragraph: a list's marker, a definition's term.
  private var lead = ""
  private var listDepth = 0
  private var numbers: [Int?] = []
  private var footnoteDepth = 0
  /// Parts that are left out whatever they are.
  private let dropped: [Bool]?

  init(dropping dropped: [Bool]? = nil) { self.dropped = dropped }

  var elements: [DocumentElement] { pieces.map(\.element) }

  mutating func finish() {
    flush()
    if !lead.isEmpty { emit(.listItem, "", level: max(1, listDepth)) }
  }

  mutating func walk(_ node: HTMLNode) {
    switch node.kind {
    case .text: text(node)
    case .other: break
    case .element: element(node)
    }
  }

  private mutating func walkChildren(_ node: HTMLNode) {
    for child in node.children { walk(child) }
  }

  private mutating func text(_ node: HTMLNode) {
    inline.append(node.text)
    guard !inline.isEmpty else { return }
    nodes = (nodes.isEmpty ? node.index : nodes.lowerBound)..<(node.index + 1)
  }

  private mutating func element(_ node: HTMLNode) {
    if let dropped, dropped[node.index] { return }
    let tag = node.tag
    switch tag.role {
    case .inline where tag == .a: link(node)
    case .inline where tag.number == 0 && isCustom(node): block(node)
    case .inline: walkChildren(node)
    case .lineBreak: inline.lineBreak()
    case .heading(let level): titled(node, level)
    case .list(let ordered): list(node, ordered)
    case .listItem: item(node)
    case .term: term(node)
    case .definition: block(node)
    case .preformatted: code(node)
    case .caption: inBlock(node) { $0.paragraph(node, .caption, nil) }
    case .table: table(node)
    case .block: block(node)
    case .dropped: dropped(node, tag)
    }
  }

  /// Elements that a page defines for itself are mostly boxes.
  private func isCustom(_ node: HTMLNode) -> Bool { node.tree.name(node).utf8.contains(UInt8(ascii: "-")) }

  /// What is not text may still say something in words.
  private mutating func dropped(_ node: HTMLNode, _ tag: HTMLTag) {
    if tag == .template, node.bytes("shadowrootmode") != nil { return block(node) }
    guard tag == Self.math, let words = node.bytes("alttext") else { return }
    inline.append(words)
    nodes = (nodes.isEmpty ? node.index : nodes.lowerBound)..<(node.index + 1)
  }

  private static let math = HTMLTag("math")

  private mutating func link(_ node: HTMLNode) {
    guard let url = node.attribute("href"), openLink == nil else { return walkChildren(node) }
    if isPermalink(node, url) { return }
    openLink = (url, inline.bytes.count)
    walkChildren(node)
    closeLink()
    openLink = nil
  }

  /// Whether a link only marks a place: `#` or `¶` beside a heading.
  private func isPermalink(_ node: HTMLNode, _ url: String) -> Bool {
    guard url.utf8.contains(UInt8(ascii: "#")) else { return false }
    var text: [UInt8] = []
    for index in node.index..<node.end {
      let below = HTMLNode(tree: node.tree, index: index)
      if below.kind == .text { text += below.text.filter { $0 > 0x20 } }
      if text.count > 4 { return false }
    }
    return ["#", "¶", "§", "🔗", "\u{F0C1}"].contains(String(decoding: text, as: UTF8.self))
  }

  private mutating func closeLink() {
    guard let (url, start) = openLink else { return }
    let from = min(start, inline.bytes.count)
    let text = String(decoding: inline.bytes[from...].drop { $0 == 0x20 }, as: UTF8.self)
    if !text.isEmpty { links.append(DocumentLink(text: text, url: url)) }
  }

  /// Takes `node` for the block around what `body` walks.
  private mutating func inBlock(_ node: HTMLNode, _ body: (inout Self) -> Void) {
    flush()
    let outer = block
    block = node.index
    body(&self)
    flush()
    block = outer
  }

  private mutating func block(_ node: HTMLNode) {
    let isFootnote =
      node.hasAttributes && node.mentions("footnote")
      && (node.labels.contains { $0.hasPrefix("footnote") } || node.attribute("role") == "doc-footnote")
    if isFootnote { footnoteDepth += 1 }
    inBlock(node) { $0.walkChildren(node) }
    if isFootnote { footnoteDepth -= 1 }
  }

  /// A part whose text is one element of another kind than the text around it.
  private mutating func paragraph(_ node: HTMLNode, _ kind: DocumentElement.Kind, _ level: Int?) {
    flush()
    let before = (self.kind, self.level, lead)
    (self.kind, self.level, lead) = (kind, level, "")
    walkChildren(node)
    flush()
    (self.kind, self.level, lead) = before
  }

  private mutating func titled(_ node: HTMLNode, _ level: Int) {
    flush()
    if !lead.isEmpty { emit(.listItem, "", level: max(1, listDepth)) }
    let first = pieces.count
    inBlock(node) { $0.paragraph(node, .title, level) }
    // A heading of several blocks is still one title; a heading that holds a table is none.
    guard pieces.count > first + 1, pieces[first...].allSatisfy({ $0.element.kind == .title }) else { return }
    pieces[first].element.text = pieces[first...].map(\.element.text).joined(separator: " ")
    pieces[first].element.links = pieces[first...].flatMap(\.element.links)
    pieces[first].nodes = pieces[first].nodes.lowerBound..<pieces[pieces.count - 1].nodes.upperBound
    pieces.removeSubrange((first + 1)...)
  }

  // MARK: Lists

  private mutating func list(_ node: HTMLNode, _ ordered: Bool) {
    flush()
    if !lead.isEmpty && listDepth > 0 { lead = "" }
    listDepth += 1
    numbers.append(ordered ? (node.attribute("start").flatMap { Int($0) } ?? 1) : nil)
    inBlock(node) { $0.walkChildren(node) }
    numbers.removeLast()
    listDepth -= 1
  }

  private mutating func item(_ node: HTMLNode) {
    flush()
    if let number = numbers.last ?? nil {
      let value = node.attribute("value").flatMap { Int($0) } ?? number
      lead = "\(value). "
      numbers[numbers.count - 1] = value &+ 1
    } else {
      lead = "- "
    }
    inBlock(node) { $0.walkChildren(node) }
    lead = ""
  }

  private mutating func term(_ node: HTMLNode) {
    flush()
    if !lead.isEmpty { emit(.listItem, "", level: max(1, listDepth)) }
    lead = ""
    walkChildren(node)
    closeLink()
    let text = inline.take()
    if let url = openLink?.url { openLink = (url, 0) }
    if !text.isEmpty { lead = text + ": " }
  }

  // MARK: Code and tables

  private mutating func code(_ node: HTMLNode) {
    flush()
    var bytes: [UInt8] = []
    Self.verbatim(node, &bytes)
    if bytes.first == UInt8(ascii: "\n") { bytes.removeFirst() }
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    if !lead.isEmpty { emit(.listItem, "", level: max(1, listDepth)) }
    guard !bytes.isEmpty else { return }
    nodes = node.index..<node.end
    emit(.code, String(decoding: bytes, as: UTF8.self), level: nil)
    pieces[pieces.count - 1].element.codeLanguage = Self.codeLanguage(node)
  }

  /// What highlighters write into the class of the code, of what is inside, or of what is around it.
  private static func codeLanguage(_ node: HTMLNode) -> String? {
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

  private static func verbatim(_ node: HTMLNode, _ bytes: inout [UInt8]) {
    switch node.kind {
    case .text: bytes.append(contentsOf: node.text)
    case .other: break
    case .element:
      if case .dropped = node.role { return }
      if case .lineBreak = node.role { bytes.append(UInt8(ascii: "\n")) }
      for child in node.children { verbatim(child, &bytes) }
    }
  }

  private mutating func table(_ node: HTMLNode) {
    flush()
    guard let formed = HTMLTable(node) else { return block(node) }
    if !lead.isEmpty { emit(.listItem, "", level: max(1, listDepth)) }
    for caption in formed.captions { inBlock(caption) { $0.paragraph(caption, .caption, nil) } }
    var cells: [DocumentTable.Cell] = []
    var links: [DocumentLink] = []
    for place in formed.places {
      // A cell is a document of its own whose text goes on one line.
      var walker = HTMLWalker(dropping: dropped)
      walker.walkChildren(place.node)
      walker.finish()
      var cell = place.cell
      cell.text = walker.pieces.map { $0.element.table?.markdown ?? $0.element.text }.joined(separator: " ")
      links += walker.pieces.flatMap(\.element.links)
      cells.append(cell)
    }
    guard cells.contains(where: { !$0.text.isEmpty }) else { return }
    let table = DocumentElement(.table, "", table: DocumentTable(cells: cells), links: links)
    pieces.append(HTMLPiece(element: table, nodes: node.index..<node.end, block: node.index))
  }

  // MARK: Ends

  private mutating func flush() {
    guard !inline.isEmpty else { return }
    closeLink()
    let text = inline.take()
    if let url = openLink?.url { openLink = (url, 0) }
    guard !text.isEmpty else { return }
    if kind == .text && footnoteDepth > 0 {
      emit(.footnote, text, level: nil)
    } else if kind == .text && !lead.isEmpty {
      emit(.listItem, text, level: max(1, listDepth))
    } else {
      emit(kind, text, level: level)
    }
  }

  private mutating func emit(_ kind: DocumentElement.Kind, _ text: String, level: Int?) {
    var whole = text
    if kind == .listItem || kind == .footnote {
      whole = lead + text
      lead = ""
    }
    while whole.utf8.last == 0x20 { whole.removeLast() }
    if kind == .listItem && (whole == "-" || whole.isEmpty) { return }
    pieces.append(
      HTMLPiece(element: DocumentElement(kind, whole, level: level, links: links), nodes: nodes, block: block))
    links = []
    nodes = 0..<0
  }
}
