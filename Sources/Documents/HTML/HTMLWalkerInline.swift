import Foundations

/// Parts of running text that are written in another way than they stand.
extension HTMLWalker {
  mutating func link(_ node: HTMLNode) {
    guard let url = node.attribute("href"), openLink == nil else { return walkChildren(node) }
    if isPlaceMark(node, url) { return }
    let isNote = isNoteReference(node) || isBareNoteMark(node, url)
    openLink = (url, inline.bytes.count)
    if isNote, !holdsScript(node) {
      rewritten(node) { ScriptText.written($0, .note, after: $1) }
    } else {
      walkChildren(node)
    }
    closeLink()
    openLink = nil
  }

  mutating func closeLink() {
    guard let (url, start) = openLink else { return }
    let from = min(start, inline.bytes.count)
    let text = String(decoding: inline.bytes[from...].drop { $0 == 0x20 }, as: UTF8.self)
    if !text.isEmpty { links.append(DocumentLink(text: text, url: url)) }
    linkEnd = inline.bytes.count
  }

  /// Whether a number right behind a word leads to a place on the page: raised by a style, it is the mark of a note.
  private func isBareNoteMark(_ node: HTMLNode, _ url: String) -> Bool {
    guard url.hasPrefix("#"), inline.bytes.count > linkEnd, !inline.endsInSpace, let last = inline.ending.last,
      last.isLetter || last.isNumber || ".,;:!?\"”’»)%".contains(last)
    else { return false }
    if last == "." {
      // `Fig.` and `Eq.` have numbers of their own.
      let word = inline.ending.dropLast().reversed().prefix { $0.isLetter }
      if (1...4).contains(word.count) { return false }
    }
    var text: [UInt8] = []
    for index in node.index..<node.end {
      let below = HTMLNode(tree: node.tree, index: index)
      if below.kind == .text { text += below.text }
      if text.count > 3 { return false }
    }
    return !text.isEmpty && text.allSatisfy { $0 >= 48 && $0 <= 57 }
  }

  /// Whether the style of a part of the running text raises or lowers it.
  func styledRole(_ node: HTMLNode) -> ScriptText.Role? {
    if !context.styles.isEmpty { return context.styles.look(of: node).role }
    guard let style = node.bytes("style"), style.count >= 18 else { return nil }
    let plain = style.filter { $0 > 0x20 }.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }
    guard let found = ByteSearch.range(of: Array("vertical-align:".utf8), in: plain) else { return nil }
    let value = plain[found.upperBound...].prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "!") }
    if value.elementsEqual("super".utf8) { return .raised }
    return value.elementsEqual("sub".utf8) ? .lowered : nil
  }

  /// Whether a link only marks a place (`#` or `¶` beside a heading), or leads back from a note to its mark.
  private func isPlaceMark(_ node: HTMLNode, _ url: String) -> Bool {
    guard url.utf8.contains(UInt8(ascii: "#")) else { return false }
    if let role = node.attribute("role"), role == "doc-backlink" { return true }
    var text: [UInt8] = []
    for index in node.index..<node.end {
      let below = HTMLNode(tree: node.tree, index: index)
      if below.kind == .text { text += below.text.filter { $0 > 0x20 } }
      if text.count > 8 { return node.mentions("footnote-back") || node.mentions("backref") }
    }
    let sign = String(decoding: text, as: UTF8.self).filter { $0 != "\u{FE0E}" && $0 != "\u{FE0F}" }
    if ["#", "¶", "§", "🔗", "\u{F0C1}"].contains(sign) { return true }
    return ["↩", "↵", "⏎", "⤴", "↑", "^", "↩\u{FE0E}", "↩\u{FE0F}"].contains(sign) || sign.hasPrefix("↩")
      || node.mentions("footnote-back")
  }

  /// Whether a link or what is raised is the mark of a note.
  private func isNoteReference(_ node: HTMLNode) -> Bool {
    if let role = node.bytes("role"), role.count == 11, node.attribute("role") == "doc-noteref" { return true }
    if node.attribute("epub:type") == "noteref" { return true }
    guard node.mentions("note") else { return false }
    return node.mentions("noteref") || node.mentions("footnote-ref") || node.mentions("footnoteref")
  }

  private func holdsScript(_ node: HTMLNode) -> Bool {
    for index in (node.index + 1)..<node.end {
      if case .raised = HTMLNode(tree: node.tree, index: index).role { return true }
    }
    return false
  }

  /// Walks what is written in another way: `body` gets its text and the end of what stands before it.
  mutating func rewritten(_ node: HTMLNode, _ body: (_ text: String, _ before: String) -> String) {
    let start = inline.bytes.count
    let first = pieces.count
    walkChildren(node)
    guard pieces.count == first, inline.bytes.count > start else { return }
    let text = inline.cut(from: start)
    inline.put(body(text, inline.ending))
  }

  mutating func script(_ node: HTMLNode, _ role: ScriptText.Role) {
    var role = role
    if case .raised = role, isNoteMark(node) { role = .note }
    if case .lowered = role, let fraction = ScriptText.fraction(inline.ending) {
      inline.replaceEnding(inline.ending, with: fraction)
    }
    rewritten(node) { ScriptText.written($0, role, after: $1) }
  }

  /// Whether raised text leads to a note on the same page.
  private func isNoteMark(_ node: HTMLNode) -> Bool {
    if let url = openLink?.url { return url.utf8.contains(UInt8(ascii: "#")) }
    if node.hasAttributes, isNoteReference(node) { return true }
    for index in (node.index + 1)..<node.end {
      let below = HTMLNode(tree: node.tree, index: index)
      guard below.isElement, below.tag == .a, let url = below.bytes("href") else { continue }
      return url.contains(UInt8(ascii: "#"))
    }
    return false
  }

  /// Words that do not hold any more are marked, as in Markdown.
  mutating func struck(_ node: HTMLNode) {
    guard !holdsBlock(node) else {
      flush()
      struckDepth += 1
      walkChildren(node)
      flush()
      struckDepth -= 1
      return
    }
    if struckDepth > 0 { return walkChildren(node) }
    rewritten(node) { text, _ in
      let inner = text.drop { $0 == " " || $0 == "\n" }
      return inner.isEmpty ? text : text.prefix(text.count - inner.count) + "~~\(inner)~~"
    }
  }

  private func holdsBlock(_ node: HTMLNode) -> Bool {
    for index in (node.index + 1)..<node.end {
      let below = HTMLNode(tree: node.tree, index: index)
      guard below.isElement else { continue }
      switch below.role {
      case .block, .heading, .list, .listItem, .table, .preformatted, .term, .definition: return true
      default: break
      }
    }
    return false
  }

  /// A quotation, with the marks that browsers put around it.
  mutating func quoted(_ node: HTMLNode) {
    let (open, close) = context.quotes
    rewritten(node) { text, _ in
      let inner = text.drop { $0 == " " || $0 == "\n" }
      return inner.isEmpty ? text : text.prefix(text.count - inner.count) + open + inner + close
    }
  }

  /// A word, and then how it is read, in brackets: between its letters the reading would break it.
  mutating func ruby(_ node: HTMLNode) {
    var readings: [String] = []
    func visit(_ node: HTMLNode) {
      for child in node.children {
        if child.isElement, child.tag == .rt {
          if let reading = HTMLHead.text(of: child) { readings.append(reading) }
        } else if child.isElement, child.tag == .rtc {
          visit(child)
        }
      }
    }
    visit(node)
    for child in node.children where !child.isElement || child.tag != .rt && child.tag != .rtc { walk(child) }
    guard !readings.isEmpty else { return }
    let isLatin = readings.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value < 0x2E80 } }
    inline.append("(\(readings.joined(separator: isLatin ? " " : "")))".utf8)
    mark(node)
  }

  /// The words of a picture that stands for a word; one that stands alone shows something.
  func picture(_ node: HTMLNode) -> String? {
    guard let text = node.attribute("alt"), !text.isEmpty else { return nil }
    if ["math", "latex", "tex", "mathjax", "formula"].contains(where: { name in
      node.labels.contains { $0 == name || $0.hasPrefix(name + "-") || $0.hasPrefix("mwe-math") }
    }) {
      return text.utf8.count <= 2_000 ? MathText.plain(text) : nil
    }
    let isSign = node.labels.contains { $0.contains("emoji") || $0.contains("smiley") }
    guard isSign || !inline.isEmpty else { return nil }
    return text.utf8.count <= 80 && !text.contains("/") && !Self.looksLikeFile(text) ? text : nil
  }

  private static func looksLikeFile(_ text: String) -> Bool {
    [".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp"].contains { text.lowercased().hasSuffix($0) }
  }
}
