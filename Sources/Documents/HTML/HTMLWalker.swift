import Foundations

/// Walks a tree and collects its elements in reading order.
struct HTMLWalker {
  var pieces: [HTMLPiece] = []
  var inline = InlineText()
  /// The nodes of the running text so far.
  var nodes = 0..<0
  /// The innermost block around what is walked.
  private var block = 0
  var links: [DocumentLink] = []
  /// Where the link that is walked leads, and where in the running text its words begin.
  var openLink: (url: String, start: Int)?

  /// Where in the running text the last link ended.
  var linkEnd = 0
  /// Where in the running text the last field and the last label ended.
  var fieldEnd = 0
  var labelEnd = 0

  /// What a paragraph that ends now is.
  private var kind = DocumentElement.Kind.text
  private var level: Int?
  /// Before the next paragraph: a list's marker, a definition's term.
  var lead = ""
  var listDepth = 0
  var counters: [ListCounter?] = []
  private var footnoteDepth = 0
  /// How many headings, and how many pieces of code inside running text, are around what is walked.
  private var headingDepth = 0
  private var codeDepth = 0
  /// How many bold parts are around what is walked, and whether the running text has other letters.
  private var boldDepth = 0
  private var hasPlain = false
  /// The level of the heading that the block around looks like.
  private var styledLevel: Int?
  /// Struck parts around what is walked that hold paragraphs of their own.
  var struckDepth = 0
  let context: HTMLWalkContext

  init(_ context: HTMLWalkContext) { self.context = context }

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

  mutating func walkChildren(_ node: HTMLNode) {
    for child in node.children { walk(child) }
  }

  private mutating func text(_ node: HTMLNode) {
    let text = node.text
    if codeDepth == 0, text.contains(UInt8(ascii: "[")), let plain = Shortcodes.removed(text) {
      inline.append(plain)
    } else {
      inline.append(text)
    }
    if boldDepth == 0, !hasPlain { hasPlain = node.text.contains { $0 > 0x20 } }
    mark(node)
  }

  /// The node belongs to the running text, if there is any.
  mutating func mark(_ node: HTMLNode) {
    guard !inline.isEmpty else { return }
    nodes = (nodes.isEmpty ? node.index : min(nodes.lowerBound, node.index))..<(node.index + 1)
  }

  private mutating func element(_ node: HTMLNode) {
    if context.isLeftOut(node) { return }
    let tag = node.tag
    if node.hasAttributes, let level = Self.ariaLevel(node, tag) { return titled(node, level) }
    switch tag.role {
    case .inline where tag == .a: link(node)
    case .inline where tag == .label: label(node)
    case .inline where tag == .output: output(node)
    case .inline where node.hasAttributes && styledRole(node) != nil: script(node, styledRole(node) ?? .raised)
    case .inline where tag.number == 0 && isCustom(node): block(node)
    case .inline where tag == .b || tag == .strong:
      boldDepth += 1
      walkChildren(node)
      boldDepth -= 1
    case .inline where tag == .code || tag == .kbd || tag == .samp:
      codeDepth += 1
      walkChildren(node)
      codeDepth -= 1
    case .inline: walkChildren(node)
    case .raised: script(node, .raised)
    case .lowered: script(node, .lowered)
    case .struck: struck(node)
    case .quoted: quoted(node)
    case .ruby: ruby(node)
    case .lineBreak:
      // Two in a row end a paragraph.
      if inline.bytes.last == UInt8(ascii: "\n") { inline.paragraphBreak() }
      inline.lineBreak()
    case .heading(let level): titled(node, level)
    case .list(let ordered): list(node, ordered)
    case .listItem: item(node)
    case .term: term(node)
    case .definition: block(node)
    case .preformatted: code(node)
    case .caption: inBlock(node) { $0.paragraph(node, .caption, nil) }
    case .table: table(node)
    case .block where tag == .legend: legend(node)
    case .block: block(node)
    case .dropped: dropped(node, tag)
    }
  }

  /// Elements that a page defines for itself are mostly boxes.
  private func isCustom(_ node: HTMLNode) -> Bool { node.tree.name(node).utf8.contains(UInt8(ascii: "-")) }

  /// Whether an element of another name says that it is a heading, and of which level (WAI-ARIA 1.2: 2 when it does not
  /// say).
  private static func ariaLevel(_ node: HTMLNode, _ tag: HTMLTag) -> Int? {
    guard let role = node.bytes("role"), role.count == 7, node.attribute("role") == "heading" else { return nil }
    if case .heading = tag.role { return nil }
    return min(6, max(1, node.attribute("aria-level").flatMap { Int($0) } ?? 2))
  }

  /// What is not text may still say something in words.
  private mutating func dropped(_ node: HTMLNode, _ tag: HTMLTag) {
    if tag == .template, node.bytes("shadowrootmode") != nil { return block(node) }
    if tag == .button {
      // A heading that can be clicked is a heading, and what opens an answer is its question.
      if headingDepth > 0 { return walkChildren(node) }
      if context.opensText(node) { return block(node) }
      return
    }
    if tag == .input, Self.isBox(node) { return box(node) }
    if Self.fields.contains(tag) { return field(node) }
    let words: String? =
      tag == .math
      ? MathText.text(of: node) : tag == .img ? picture(node) : tag == .script ? MathText.script(node) : nil
    guard let words, !words.isEmpty else { return }
    inline.append(words.utf8)
    mark(node)
  }

  /// Takes `node` for the block around what `body` walks.
  mutating func inBlock(_ node: HTMLNode, _ body: (inout Self) -> Void) {
    flush()
    let outer = block
    block = node.index
    body(&self)
    flush()
    block = outer
  }

  mutating func block(_ node: HTMLNode) {
    let isFootnote =
      node.hasAttributes && node.mentions("footnote")
      && (node.labels.contains { $0.hasPrefix("footnote") } || node.attribute("role") == "doc-footnote")
    if isFootnote { footnoteDepth += 1 }
    let look = node.hasAttributes && (node.tag == .p || node.tag == .div) ? context.styles.look(of: node) : StyleLook()
    inBlock(node) { walker in
      let outer = walker.styledLevel
      if node.tag == .p || node.tag == .div { walker.styledLevel = look.headingLevel }
      if look.isBold == true { walker.boldDepth += 1 }
      walker.walkChildren(node)
      walker.flush()
      if look.isBold == true { walker.boldDepth -= 1 }
      walker.styledLevel = outer
    }
    if isFootnote { footnoteDepth -= 1 }
  }

  /// A part whose text is one element of another kind than the text around it.
  mutating func paragraph(_ node: HTMLNode, _ kind: DocumentElement.Kind, _ level: Int?) {
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
    headingDepth += 1
    inBlock(node) { $0.paragraph(node, .title, level) }
    headingDepth -= 1
    // A heading of several blocks is still one title; a heading that holds a table is none.
    guard pieces.count > first + 1, pieces[first...].allSatisfy({ $0.element.kind == .title }) else { return }
    pieces[first].element.text = pieces[first...].map(\.element.text).joined(separator: " ")
    pieces[first].element.links = pieces[first...].flatMap(\.element.links)
    pieces[first].nodes = pieces[first].nodes.lowerBound..<pieces[pieces.count - 1].nodes.upperBound
    pieces.removeSubrange((first + 1)...)
  }

  // MARK: Ends

  mutating func flush() {
    guard !inline.isEmpty else { return }
    closeLink()
    var text = inline.take()
    (linkEnd, fieldEnd, labelEnd) = (0, 0, 0)
    if let url = openLink?.url { openLink = (url, 0) }
    guard !text.isEmpty else { return }
    if struckDepth > 0 { text = "~~\(text)~~" }
    if kind == .text && footnoteDepth > 0 {
      emit(.footnote, text, level: nil)
    } else if kind == .text && !lead.isEmpty {
      emit(.listItem, text, level: max(1, listDepth))
    } else {
      emit(kind, text, level: level)
    }
  }

  mutating func emit(_ kind: DocumentElement.Kind, _ text: String, level: Int?) {
    var whole = text
    if kind == .listItem || kind == .footnote {
      whole = lead + text
      lead = ""
    }
    while whole.utf8.last == 0x20 { whole.removeLast() }
    if kind != .text, kind != .code, whole.utf8.contains(0x0A) { whole = whole.replacing("\n\n", with: "\n") }
    if kind == .listItem && (whole == "-" || whole.isEmpty) { return }
    pieces.append(
      HTMLPiece(
        element: DocumentElement(kind, whole, level: level, links: links), nodes: nodes, block: block,
        isBold: !hasPlain && kind == .text, headingLevel: kind == .text ? styledLevel : nil))
    hasPlain = false
    links = []
    nodes = 0..<0
  }
}
