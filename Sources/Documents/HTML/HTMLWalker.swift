import Foundations

/// Walks a tree and collects its elements in reading order.
struct HTMLWalker {
  /// Deeper trees are refused: no page that was made for people comes near.
  static let deepest = 5_000

  private(set) var elements: [DocumentElement] = []
  private let dropsSurroundings: Bool
  /// Bytes of text in all; only needed when surroundings are dropped.
  var total = 0
  private var inline = InlineText()
  private var depth = 0

  /// What a paragraph that ends now is.
  private var kind = DocumentElement.Kind.text
  private var level: Int?
  /// Before the next paragraph: a list's marker, a definition's term.
  private var lead = ""
  private var listDepth = 0
  private var numbers: [Int?] = []
  private var contentDepth = 0
  private var footnoteDepth = 0

  init(dropsSurroundings: Bool) { self.dropsSurroundings = dropsSurroundings }

  mutating func finish() {
    flush()
    if !lead.isEmpty { emit(.listItem, "", level: max(1, listDepth)) }
  }

  mutating func walk(_ node: HTMLNode) throws(ItemProblem) {
    switch node.kind {
    case .text: inline.append(node.text)
    case .other: break
    case .element: try element(node)
    }
  }

  private mutating func walkChildren(_ node: HTMLNode) throws(ItemProblem) {
    depth += 1
    defer { depth -= 1 }
    guard depth < Self.deepest else {
      throw ItemProblem(
        "too_deep", "the page nests elements more than \(Units.show(Self.deepest)) deep")
    }
    for child in node.children { try walk(child) }
  }

  private mutating func element(_ node: HTMLNode) throws(ItemProblem) {
    let role = node.role
    if case .dropped = role, dropsSurroundings || node.name != "noscript" { return }
    if HTMLContent.isHidden(node) { return }
    if dropsSurroundings, HTMLContent.isSurroundings(node, insideContent: contentDepth > 0),
      !HTMLContent.holdsMost(node, of: total)
    {
      return
    }
    switch role {
    case .inline: try walkChildren(node)
    case .lineBreak: inline.lineBreak()
    case .heading(let level): try titled(node, level)
    case .list(let ordered): try list(node, ordered)
    case .listItem: try item(node)
    case .term: try term(node)
    case .definition: try block(node)
    case .preformatted: code(node)
    case .caption: try paragraph(node, .caption, nil)
    case .table: try table(node)
    case .main, .article:
      contentDepth += 1
      defer { contentDepth -= 1 }
      try block(node)
    case .block, .surroundings, .edge: try block(node)
    case .dropped: try block(node)
    }
  }

  private mutating func block(_ node: HTMLNode) throws(ItemProblem) {
    flush()
    let isFootnote =
      node.labels.contains { $0.hasPrefix("footnote") } || node.attribute("role") == "doc-footnote"
    if isFootnote { footnoteDepth += 1 }
    try walkChildren(node)
    flush()
    if isFootnote { footnoteDepth -= 1 }
  }

  /// A part whose text is one element of another kind than the text around it.
  private mutating func paragraph(_ node: HTMLNode, _ kind: DocumentElement.Kind, _ level: Int?)
    throws(ItemProblem)
  {
    flush()
    let before = (self.kind, self.level, lead)
    (self.kind, self.level, lead) = (kind, level, "")
    try walkChildren(node)
    flush()
    (self.kind, self.level, lead) = before
  }

  private mutating func titled(_ node: HTMLNode, _ level: Int) throws(ItemProblem) {
    flush()
    if !lead.isEmpty { emit(.listItem, "", level: max(1, listDepth)) }
    let first = elements.count
    try paragraph(node, .title, level)
    // A heading of several blocks is still one title; a heading that holds a table is none.
    guard elements.count > first + 1, elements[first...].allSatisfy({ $0.kind == .title }) else {
      return
    }
    let text = elements[first...].map(\.text).joined(separator: " ")
    elements.removeSubrange(first...)
    emit(.title, text, level: level)
  }

  // MARK: Lists

  private mutating func list(_ node: HTMLNode, _ ordered: Bool) throws(ItemProblem) {
    flush()
    if !lead.isEmpty && listDepth > 0 { lead = "" }
    listDepth += 1
    numbers.append(ordered ? (node.attribute("start").flatMap { Int($0) } ?? 1) : nil)
    try walkChildren(node)
    flush()
    numbers.removeLast()
    listDepth -= 1
  }

  private mutating func item(_ node: HTMLNode) throws(ItemProblem) {
    flush()
    if let number = numbers.last ?? nil {
      let value = node.attribute("value").flatMap { Int($0) } ?? number
      lead = "\(value). "
      numbers[numbers.count - 1] = value &+ 1
    } else {
      lead = "- "
    }
    try walkChildren(node)
    flush()
    lead = ""
  }

  private mutating func term(_ node: HTMLNode) throws(ItemProblem) {
    flush()
    if !lead.isEmpty { emit(.listItem, "", level: max(1, listDepth)) }
    lead = ""
    try walkChildren(node)
    let text = inline.take()
    if !text.isEmpty { lead = text + ": " }
  }

  // MARK: Code and tables

  private mutating func code(_ node: HTMLNode) {
    flush()
    var bytes: [UInt8] = []
    Self.verbatim(node, 0, &bytes)
    if bytes.first == UInt8(ascii: "\n") { bytes.removeFirst() }
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    if !lead.isEmpty { emit(.listItem, "", level: max(1, listDepth)) }
    if !bytes.isEmpty { emit(.code, String(decoding: bytes, as: UTF8.self), level: nil) }
  }

  private static func verbatim(_ node: HTMLNode, _ depth: Int, _ bytes: inout [UInt8]) {
    switch node.kind {
    case .text: bytes.append(contentsOf: node.text)
    case .other: break
    case .element:
      if case .dropped = node.role { return }
      if case .lineBreak = node.role { bytes.append(UInt8(ascii: "\n")) }
      guard depth < deepest else { return }
      for child in node.children { verbatim(child, depth + 1, &bytes) }
    }
  }

  private mutating func table(_ node: HTMLNode) throws(ItemProblem) {
    flush()
    guard let formed = HTMLTable(node) else { return try block(node) }
    if !lead.isEmpty { emit(.listItem, "", level: max(1, listDepth)) }
    for caption in formed.captions { try paragraph(caption, .caption, nil) }
    var cells: [DocumentTable.Cell] = []
    for place in formed.places {
      // A cell is a document of its own whose text goes on one line.
      var walker = HTMLWalker(dropsSurroundings: false)
      walker.depth = depth
      try walker.walkChildren(place.node)
      walker.finish()
      var cell = place.cell
      cell.text = walker.elements.map { $0.table?.markdown ?? $0.text }.joined(separator: " ")
      cells.append(cell)
    }
    guard cells.contains(where: { !$0.text.isEmpty }) else { return }
    elements.append(DocumentElement(.table, "", table: DocumentTable(cells: cells)))
  }

  // MARK: Ends

  private mutating func flush() {
    guard !inline.isEmpty else { return }
    let text = inline.take()
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
    elements.append(DocumentElement(kind, whole, level: level))
  }
}
