import CLexbor
import Foundations

/// What the content model sees of each piece of a page: its own text, what stands before and after it, where it stands
/// in the tree, and the page.
struct ContentFeatures {
  /// How the values of a piece are called, in their order.
  static let names: [String] = {
    var names: [String] = []
    names += [
      "kind", "level", "text", "words", "word_length", "linked", "links", "stops", "commas", "digits", "capitals",
      "ends_stop", "bytes_per_character",
    ]
    names += [
      "index", "offset", "pieces_left", "after_h1", "after_first_prose", "after_last_prose", "before_title_match",
    ]
    for side in ["before", "after"] {
      for distance in 1...3 { names += ["text", "linked", "kind"].map { "\($0)_\(side)_\(distance)" } }
    }
    names += ["text_around", "linked_around", "same_text"]
    names += ["depth", "list_depth", "block_tag", "parent_tag"]
    for level in 1...6 {
      names += [
        "text", "share", "linked", "prose", "per_piece", "headings", "siblings", "place", "items", "controls", "images",
      ].map { "\($0)_up_\(level)" }
    }
    names += [
      "in_top", "top_share", "top_distance", "section_title_text", "after_section_title", "pieces_before_top",
      "pieces_after_top",
    ]
    names += [
      "alike", "alike_text", "alike_linked", "alike_share", "alike_parent", "alike_parent_text", "alike_parent_share",
    ]
    for level in 1...3 {
      names += ["share", "linked", "prose", "pieces", "begins", "place", "headings"].map { "\($0)_down_\(level)" }
    }
    names += HTMLLabels.names.map { "near_\($0)" }
    names += HTMLLabels.names.map { "any_\($0)" }
    names += HTMLSurroundings.names.map { "in_\($0)" }
    names += TextHints.names.map { "says_\($0)" }
    names += TextHints.names.map { "under_\($0)" }
    names += ["says_after_h1_text", "plain_run", "linked_run"]
    names += [
      "page_text", "page_linked", "page_prose", "page_pieces", "page_headings", "page_items", "page_articles",
      "page_mains", "page_tables", "page_code", "page_controls", "page_images", "page_hidden",
    ]
    names += PageKind.names.map { "page_is_\($0)" }
    return names
  }()

  let page: HTMLPage
  let measures: HTMLMeasures

  /// Pieces × names, a row a piece.
  private(set) var values: [Float]
  private var filled = 0
  var count: Int { page.pieces.count }

  init(_ page: HTMLPage, _ measures: HTMLMeasures) {
    self.page = page
    self.measures = measures
    values = Array(repeating: 0, count: page.pieces.count * Self.names.count)
    fill()
    precondition(filled == values.count, "the values of a piece are not as many as their names")
  }

  @inline(__always)
  private mutating func put(_ numbers: Float...) {
    for number in numbers {
      values[filled] = number
      filled += 1
    }
  }

  /// The logarithm to base 2, straight between powers of two: no two machines must differ in its last bit.
  private func log(_ number: UInt32) -> Float {
    let value = Float(number) + 1
    return Float(value.exponent) + value.significand - 1
  }

  private func ratio(_ a: UInt32, _ b: UInt32) -> Float { b == 0 ? 0 : Float(a) / Float(b) }

  private static func number(_ kind: DocumentElement.Kind) -> Float {
    switch kind {
    case .title: 0
    case .text: 1
    case .listItem: 2
    case .table: 3
    case .code: 4
    case .caption: 5
    case .footnote: 6
    }
  }

  private mutating func fill() {
    let pieces = page.pieces
    guard !pieces.isEmpty else { return }
    let nodes = page.tree.nodes
    let own = pieces.map {
      $0.nodes.isEmpty
        ? HTMLMeasures.Sums(of: $0.element.text) : measures.between($0.nodes.lowerBound, $0.nodes.upperBound)
    }
    let hints = pieces.map { TextHints(of: $0.element.text) }
    let whole = measures.below(page.tree.root)
    // How many pieces begin before each node: the pieces below a node are a difference, too.
    var begun = [Int32](repeating: 0, count: nodes.count + 1)
    for piece in pieces { begun[min(nodes.count, piece.nodes.lowerBound + 1)] += 1 }
    for index in 1..<begun.count { begun[index] += begun[index - 1] }
    var hidden: UInt32 = 0
    var seen: [String: Int] = [:]
    for (index, piece) in pieces.enumerated() {
      seen[piece.element.text, default: 0] += 1
      if measures.around[piece.block].contains(.hidden) { hidden += own[index].text }
    }
    let isProse = pieces.indices.map { own[$0].text >= 120 && own[$0].linked * 3 < own[$0].text && own[$0].stops > 0 }
    let firstProse = isProse.firstIndex(of: true) ?? pieces.count
    let lastProse = isProse.lastIndex(of: true) ?? -1
    let firstH1 = pieces.firstIndex { $0.element.kind == .title && $0.element.level == 1 } ?? -1
    let titleMatch = titled()
    let top = topNode(own)
    let topSums = measures.below(HTMLNode(tree: page.tree, index: top))
    var tableCount: Float = 0
    var codeCount: Float = 0
    for piece in pieces {
      if piece.element.kind == .table { tableCount += 1 }
      if piece.element.kind == .code { codeCount += 1 }
    }
    let alike = Alikeness(page, own, measures, parents: false)
    let alikeParents = Alikeness(page, own, measures, parents: true)
    let runs = runs(own)
    let topFirst = Int(begun[top])
    let topLast = Int(begun[Int(nodes[top].end)])
    var h1Text: UInt32 = 0
    let isKind = PageKind(types: page.head.types)
    var offset: UInt32 = 0
    var section = -1
    for (index, piece) in pieces.enumerated() {
      let sums = own[index]
      let text = piece.element.text
      let bytes = UInt32(text.utf8.count)
      if piece.element.kind == .title { section = index }
      // Its own text.
      put(
        Self.number(piece.element.kind), Float(piece.element.level ?? 0), log(sums.text), log(sums.words),
        ratio(sums.text, sums.words), ratio(sums.linked, sums.text), log(sums.links), log(sums.stops),
        log(sums.commas), ratio(sums.digits, sums.text), ratio(sums.capitals, sums.words),
        text.utf8.last.map { [0x2E, 0x21, 0x3F, 0x3A, 0x82].contains($0) } == true ? 1 : 0, ratio(bytes, sums.text))
      // Where on the page.
      put(
        Float(index), ratio(offset, whole.text), Float(pieces.count - index),
        firstH1 < 0 ? -1 : Float(index - firstH1), Float(index - firstProse), Float(index - lastProse),
        titleMatch < 0 ? -100 : Float(index - titleMatch))
      offset &+= sums.text
      // Its neighbours.
      var textAround = sums.text
      var linkedAround = sums.linked
      for step in [-1, 1] {
        for distance in 1...3 {
          let there = index + step * distance
          guard pieces.indices.contains(there) else {
            put(-1, -1, -1)
            continue
          }
          put(
            log(own[there].text), ratio(own[there].linked, own[there].text), Self.number(pieces[there].element.kind))
          textAround += own[there].text
          linkedAround += own[there].linked
        }
      }
      put(log(textAround), ratio(linkedAround, textAround), Float(seen[text] ?? 1))
      // Its place in the tree.
      let block = HTMLNode(tree: page.tree, index: piece.block)
      put(
        Float(nodes[piece.block].depth), Float(piece.element.kind == .listItem ? piece.element.level ?? 1 : 0),
        tagNumber(block), block.parent.map(tagNumber) ?? -1)
      ancestors(of: block, begun, whole)
      let first = piece.nodes.lowerBound
      let inTop = first >= top && first < Int(nodes[top].end)
      put(
        inTop ? 1 : 0, ratio(topSums.text, whole.text),
        inTop ? Float(nodes[piece.block].depth) - Float(nodes[top].depth) : -1,
        section < 0 ? -1 : log(own[section].text), Float(index - section), Float(topFirst - index),
        Float(index - topLast))
      put(
        Float(alike.count[index]), log(alike.text[index]) - log(UInt32(alike.count[index])),
        ratio(alike.linked[index], alike.text[index]), ratio(alike.text[index], whole.text),
        Float(alikeParents.count[index]), log(alikeParents.text[index]) - log(UInt32(alikeParents.count[index])),
        ratio(alikeParents.text[index], whole.text))
      sections(of: block, begun, whole)
      // Hints.
      bits(measures.nearLabels[piece.block].rawValue, HTMLLabels.words.count)
      bits(measures.allLabels[piece.block].rawValue, HTMLLabels.words.count)
      bits(
        measures.around[piece.nodes.lowerBound].union(measures.around[piece.block]).rawValue,
        HTMLSurroundings.names.count)
      bits(hints[index].rawValue, TextHints.words.count)
      bits(section < 0 ? 0 : hints[section].rawValue, TextHints.words.count)
      if index > firstH1, firstH1 >= 0 { h1Text &+= sums.text }
      put(log(h1Text), runs.plain[index], runs.linked[index])
      // The page.
      put(
        log(whole.text), ratio(whole.linked, whole.text), ratio(whole.prose, whole.text), log(UInt32(pieces.count)),
        log(whole.headings), log(whole.items), Float(page.head.articles), Float(page.head.mains), tableCount, codeCount,
        log(whole.controls), log(whole.images), ratio(hidden, whole.text))
      bits(isKind.rawValue, PageKind.words.count)
    }
  }

  private func tagNumber(_ node: HTMLNode) -> Float { Float(Self.tags[node.tag] ?? 0) }

  private static let tags: [HTMLTag: Int] = Dictionary(
    uniqueKeysWithValues: [
      HTMLTag("div"), .p, .li, .td, .section, .article, HTMLTag("h1"), HTMLTag("h2"), HTMLTag("h3"), HTMLTag("h4"),
      HTMLTag("h5"), HTMLTag("h6"), .dd, .dt, .blockquote, .table, .pre, .header, .footer, .nav, .aside, .main, .form,
      .ul, .ol, .figure, .caption, .details, HTMLTag("summary"), .body, HTMLTag("figcaption"), HTMLTag("address"),
    ].enumerated().map { ($1, $0 + 1) })

  private mutating func bits(_ bits: UInt32, _ count: Int) {
    for bit in 0..<count where bits >> UInt32(bit) & 1 == 1 { values[filled + bit] = 1 }
    filled += count
  }

  /// Of each of the nearest ancestors that holds more than the one below it.
  private mutating func ancestors(of block: HTMLNode, _ begun: [Int32], _ whole: HTMLMeasures.Sums) {
    var node = block
    var level = 0
    var heldBefore: Int32 = -1
    while level < 6 {
      let held = begun[node.end] - begun[node.index]
      if held > heldBefore {
        heldBefore = held
        level += 1
        let sums = measures.below(node)
        let (siblings, place) = siblings(of: node)
        put(
          log(sums.text), ratio(sums.text, whole.text), ratio(sums.linked, sums.text), ratio(sums.prose, sums.text),
          Float(sums.text) / Float(max(1, held)), log(sums.headings), siblings, place, log(sums.items),
          log(sums.controls), log(sums.images))
      }
      guard let parent = node.parent, parent.tag != .html else { break }
      node = parent
    }
    while level < 6 {
      level += 1
      for _ in 0..<11 { put(-1) }
    }
  }

  /// Of the large parts of the page that a piece stands in, from the outside: the children of the body and theirs, those
  /// that hold all but everything apart.
  private mutating func sections(of block: HTMLNode, _ begun: [Int32], _ whole: HTMLMeasures.Sums) {
    var path: [HTMLNode] = []
    var node = block
    while let parent = node.parent, node.tag != .body, node.tag != .html {
      path.append(node)
      node = parent
    }
    var level = 0
    for node in path.reversed() where level < 3 {
      let sums = measures.below(node)
      guard sums.text * 20 < whole.text * 19 else { continue }
      level += 1
      let held = begun[node.end] - begun[node.index]
      put(
        ratio(sums.text, whole.text), ratio(sums.linked, sums.text), ratio(sums.prose, sums.text), Float(held),
        Float(begun[node.index]) / Float(max(1, page.pieces.count)), siblings(of: node).1, log(sums.headings))
    }
    while level < 3 {
      level += 1
      for _ in 0..<7 { put(-1) }
    }
  }

  /// How many pieces around each, itself included, stand in a row that are not links, or that are.
  private func runs(_ own: [HTMLMeasures.Sums]) -> (plain: [Float], linked: [Float]) {
    var plain = [Float](repeating: 0, count: own.count)
    var linked = plain
    var start = 0
    for index in 1...own.count {
      let isLinked = own[start].linked * 2 > own[start].text
      if index < own.count, (own[index].linked * 2 > own[index].text) == isLinked { continue }
      for place in start..<index {
        if isLinked { linked[place] = Float(index - start) } else { plain[place] = Float(index - start) }
      }
      start = index
    }
    return (plain, linked)
  }

  /// How many sisters of the same tag and hints a node has, and how many of them stand before it.
  private func siblings(of node: HTMLNode) -> (Float, Float) {
    guard let parent = node.parent else { return (0, 0) }
    var same = 0
    var before = 0
    var looked = 0
    for child in parent.children where child.isElement {
      looked += 1
      if looked > 200 { break }
      guard child.tag == node.tag, measures.labels[child.index] == measures.labels[node.index] else { continue }
      same += 1
      if child.index < node.index { before += 1 }
    }
    return (Float(same), Float(before))
  }

  /// The first piece that says what the page's title says; -1 when there is none.
  private func titled() -> Int {
    guard let title = page.head.title.map({ Self.lowered($0) }), title.count > 8 else { return -1 }
    return page.pieces.firstIndex {
      let length = $0.element.text.utf8.count
      return length > 8 && length <= title.count
        && ByteSearch.range(of: Self.lowered($0.element.text), in: title) != nil
    } ?? -1
  }

  private static func lowered(_ text: String) -> [UInt8] {
    text.utf8.map { $0 >= 65 && $0 <= 90 ? $0 | 0x20 : $0 }
  }

  /// The node that gathers the most prose, each paragraph counting for its block in full and half as much for each block
  /// further up: the candidate of Arc90's Readability.
  private func topNode(_ own: [HTMLMeasures.Sums]) -> Int {
    var scores: [Int: Float] = [:]
    for (index, piece) in page.pieces.enumerated() {
      let sums = own[index]
      guard sums.text >= 25, piece.element.kind != .title else { continue }
      let weight =
        (Float(min(sums.text, 1000)) / 100 + Float(min(sums.commas, 10))) * (1 - ratio(sums.linked, sums.text))
      var share: Float = 1
      var node = HTMLNode(tree: page.tree, index: piece.block).parent
      var level = 0
      while let here = node, level < 4 {
        scores[here.index, default: 0] += weight * share
        share /= 2
        level += 1
        node = here.parent
      }
    }
    return scores.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
  }
}
