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
    let overview = ContentOverview(page, measures)
    let holders = ContentHolders(page.tree, overview.begun, measures, overview.whole)
    var offset: UInt32 = 0
    var h1Text: UInt32 = 0
    var section = -1
    for (index, piece) in pieces.enumerated() {
      if piece.element.kind == .title { section = index }
      putText(index, overview)
      putPlace(index, offset, overview)
      offset &+= overview.own[index].text
      putNeighbours(index, overview)
      putTree(index, section, overview, holders)
      if index > overview.firstH1, overview.firstH1 >= 0 { h1Text &+= overview.own[index].text }
      putHints(index, section, h1Text, overview)
      putPage(overview)
    }
  }

  /// Its own text.
  private mutating func putText(_ index: Int, _ overview: ContentOverview) {
    let element = page.pieces[index].element
    let sums = overview.own[index]
    let text = element.text.utf8
    put(
      Self.number(element.kind), Float(element.level ?? 0), log(sums.text), log(sums.words),
      ratio(sums.text, sums.words), ratio(sums.linked, sums.text), log(sums.links), log(sums.stops),
      log(sums.commas), ratio(sums.digits, sums.text), ratio(sums.capitals, sums.words),
      text.last.map { [0x2E, 0x21, 0x3F, 0x3A, 0x82].contains($0) } == true ? 1 : 0,
      ratio(UInt32(text.count), sums.text))
  }

  /// Where on the page.
  private mutating func putPlace(_ index: Int, _ offset: UInt32, _ overview: ContentOverview) {
    put(
      Float(index), ratio(offset, overview.whole.text), Float(page.pieces.count - index),
      overview.firstH1 < 0 ? -1 : Float(index - overview.firstH1), Float(index - overview.firstProse),
      Float(index - overview.lastProse), overview.titleMatch < 0 ? -100 : Float(index - overview.titleMatch))
  }

  private mutating func putNeighbours(_ index: Int, _ overview: ContentOverview) {
    let own = overview.own
    var textAround = own[index].text
    var linkedAround = own[index].linked
    for step in [-1, 1] {
      for distance in 1...3 {
        let there = index + step * distance
        guard own.indices.contains(there) else {
          put(-1, -1, -1)
          continue
        }
        put(
          log(own[there].text), ratio(own[there].linked, own[there].text),
          Self.number(page.pieces[there].element.kind))
        textAround += own[there].text
        linkedAround += own[there].linked
      }
    }
    put(log(textAround), ratio(linkedAround, textAround), Float(overview.copies[index]))
  }

  /// Its place in the tree.
  private mutating func putTree(
    _ index: Int, _ section: Int, _ overview: ContentOverview, _ holders: ContentHolders
  ) {
    let piece = page.pieces[index]
    let whole = overview.whole
    let depth = page.tree.nodes[piece.block].depth
    let block = HTMLNode(tree: page.tree, index: piece.block)
    put(
      Float(depth), Float(piece.element.kind == .listItem ? piece.element.level ?? 1 : 0),
      tagNumber(block), block.parent.map(tagNumber) ?? -1)
    ancestors(of: block, holders, overview.begun, whole)
    let inTop = overview.top.contains(piece.nodes.lowerBound)
    put(
      inTop ? 1 : 0, ratio(overview.topSums.text, whole.text), inTop ? Float(depth) - Float(overview.topDepth) : -1,
      section < 0 ? -1 : log(overview.own[section].text), Float(index - section),
      Float(overview.topPieces.lowerBound - index), Float(index - overview.topPieces.upperBound))
    let (alike, parents) = (overview.alike, overview.alikeParents)
    put(
      Float(alike.count[index]), log(alike.text[index]) - log(UInt32(alike.count[index])),
      ratio(alike.linked[index], alike.text[index]), ratio(alike.text[index], whole.text),
      Float(parents.count[index]), log(parents.text[index]) - log(UInt32(parents.count[index])),
      ratio(parents.text[index], whole.text))
    sections(of: block, holders, overview.begun, whole)
  }

  private mutating func putHints(_ index: Int, _ section: Int, _ h1Text: UInt32, _ overview: ContentOverview) {
    let piece = page.pieces[index]
    bits(measures.nearLabels[piece.block].rawValue, HTMLLabels.words.count)
    bits(measures.allLabels[piece.block].rawValue, HTMLLabels.words.count)
    bits(
      measures.around[piece.nodes.lowerBound].union(measures.around[piece.block]).rawValue,
      HTMLSurroundings.names.count)
    bits(overview.hints[index].rawValue, TextHints.words.count)
    bits(section < 0 ? 0 : overview.hints[section].rawValue, TextHints.words.count)
    put(log(h1Text), overview.runs.plain[index], overview.runs.linked[index])
  }

  private mutating func putPage(_ overview: ContentOverview) {
    let whole = overview.whole
    put(
      log(whole.text), ratio(whole.linked, whole.text), ratio(whole.prose, whole.text),
      log(UInt32(page.pieces.count)), log(whole.headings), log(whole.items), Float(page.head.articles),
      Float(page.head.mains), overview.tableCount, overview.codeCount, log(whole.controls), log(whole.images),
      ratio(overview.hidden, whole.text))
    bits(overview.kind.rawValue, PageKind.words.count)
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
  private mutating func ancestors(
    of block: HTMLNode, _ holders: ContentHolders, _ begun: [Int32], _ whole: HTMLMeasures.Sums
  ) {
    var node: HTMLNode? = block
    var level = 0
    while level < 6, let here = node {
      level += 1
      let held = begun[here.end] - begun[here.index]
      let sums = measures.below(here)
      let (siblings, place) = siblings(of: here)
      put(
        log(sums.text), ratio(sums.text, whole.text), ratio(sums.linked, sums.text), ratio(sums.prose, sums.text),
        Float(sums.text) / Float(max(1, held)), log(sums.headings), siblings, place, log(sums.items),
        log(sums.controls), log(sums.images))
      node = holders.next(of: here)
    }
    while level < 6 {
      level += 1
      for _ in 0..<11 { put(-1) }
    }
  }

  /// Of the large parts of the page that a piece stands in, from the outside: the children of the body and theirs, those
  /// that hold all but everything apart.
  private mutating func sections(
    of block: HTMLNode, _ holders: ContentHolders, _ begun: [Int32], _ whole: HTMLMeasures.Sums
  ) {
    var level = 0
    for node in holders.parts(of: block) {
      let sums = measures.below(node)
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
}
