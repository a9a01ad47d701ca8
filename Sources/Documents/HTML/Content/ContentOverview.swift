import CLexbor
import Foundations

/// What is the same for all pieces of a page, or comes of one pass over them: made once for the features of each.
struct ContentOverview {
  let own: [HTMLMeasures.Sums]
  let hints: [TextHints]
  let whole: HTMLMeasures.Sums
  /// How many pieces begin before each node: the pieces below a node are a difference, too.
  let begun: [Int32]
  /// Letters in what readers do not see.
  let hidden: UInt32
  /// How many pieces have the text of each.
  let copies: [Int]
  let firstProse: Int
  let lastProse: Int
  /// -1 when there is none, as `titleMatch`.
  let firstH1: Int
  let titleMatch: Int
  /// The nodes below the one that gathers the most prose, and the pieces in it.
  let top: Range<Int>
  let topDepth: UInt16
  let topPieces: Range<Int>
  let topSums: HTMLMeasures.Sums
  let tableCount: Float
  let codeCount: Float
  let alike: Alikeness
  let alikeParents: Alikeness
  let runs: (plain: [Float], linked: [Float])
  let kind: PageKind

  /// - Parameter page: one with pieces.
  init(_ page: HTMLPage, _ measures: HTMLMeasures) {
    let pieces = page.pieces
    let own = pieces.map {
      $0.nodes.isEmpty
        ? HTMLMeasures.Sums(of: $0.element.text) : measures.between($0.nodes.lowerBound, $0.nodes.upperBound)
    }
    self.own = own
    hints = pieces.map { TextHints(of: $0.element.text) }
    whole = measures.below(page.tree.root)
    let begun = Self.begun(page)
    self.begun = begun
    hidden = pieces.indices.reduce(0) {
      measures.around[pieces[$1].block].contains(.hidden) ? $0 + own[$1].text : $0
    }
    var seen: [String: Int] = [:]
    for piece in pieces { seen[piece.element.text, default: 0] += 1 }
    copies = pieces.map { seen[$0.element.text, default: 0] }
    let isProse = own.map { $0.text >= 120 && $0.linked * 3 < $0.text && $0.stops > 0 }
    firstProse = isProse.firstIndex(of: true) ?? pieces.count
    lastProse = isProse.lastIndex(of: true) ?? -1
    firstH1 = pieces.firstIndex { $0.element.kind == .title && $0.element.level == 1 } ?? -1
    titleMatch = Self.titled(page)
    let top = Self.topNode(page, own)
    let end = Int(page.tree.nodes[top].end)
    self.top = top..<end
    topDepth = page.tree.nodes[top].depth
    topPieces = Int(begun[top])..<Int(begun[end])
    topSums = measures.below(HTMLNode(tree: page.tree, index: top))
    tableCount = Float(pieces.count { $0.element.kind == .table })
    codeCount = Float(pieces.count { $0.element.kind == .code })
    alike = Alikeness(page, own, measures, parents: false)
    alikeParents = Alikeness(page, own, measures, parents: true)
    runs = Self.runs(own)
    kind = PageKind(types: page.head.types)
  }

  private static func begun(_ page: HTMLPage) -> [Int32] {
    let count = page.tree.nodes.count
    var begun = [Int32](repeating: 0, count: count + 1)
    for piece in page.pieces { begun[min(count, piece.nodes.lowerBound + 1)] += 1 }
    for index in 1..<begun.count { begun[index] += begun[index - 1] }
    return begun
  }

  /// How many pieces around each, itself included, stand in a row that are not links, or that are.
  private static func runs(_ own: [HTMLMeasures.Sums]) -> (plain: [Float], linked: [Float]) {
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

  /// The first piece that says what the page's title says; -1 when there is none.
  private static func titled(_ page: HTMLPage) -> Int {
    guard let title = page.head.title.map({ lowered($0) }), title.count > 8 else { return -1 }
    return page.pieces.firstIndex {
      let length = $0.element.text.utf8.count
      return length > 8 && length <= title.count
        && ByteSearch.range(of: lowered($0.element.text), in: title) != nil
    } ?? -1
  }

  private static func lowered(_ text: String) -> [UInt8] {
    text.utf8.map { $0 >= 65 && $0 <= 90 ? $0 | 0x20 : $0 }
  }

  /// The node that gathers the most prose, each paragraph counting for its block in full and half as much for each block
  /// further up: the candidate of Arc90's Readability.
  private static func topNode(_ page: HTMLPage, _ own: [HTMLMeasures.Sums]) -> Int {
    var scores: [Int: Float] = [:]
    for (index, piece) in page.pieces.enumerated() {
      let sums = own[index]
      guard sums.text >= 25, piece.element.kind != .title else { continue }
      let weight =
        (Float(min(sums.text, 1000)) / 100 + Float(min(sums.commas, 10))) * (1 - Float(sums.linked) / Float(sums.text))
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
