import Foundations

/// Chooses the content of a page among its pieces.
struct HTMLContent {
  /// How likely each piece is content, by the model.
  let probabilities: [Float]
  let kept: [Bool]
  /// Why each piece was kept or left out.
  private let why: [Why]
  /// From which probability on pieces are kept.
  private let threshold: Float

  private enum Why {
    case plainPage, likely, between, heading, comment, askedFor
  }

  /// - Parameter comments: whether what readers wrote below an article counts as content.
  init(_ page: HTMLPage, comments: Bool) {
    let measures = HTMLMeasures(page.tree)
    let pieces = page.pieces
    guard !Self.isPlain(page, measures) else {
      probabilities = pieces.map { $0.nodes.isEmpty ? 0 : 1 }
      kept = pieces.map { !$0.nodes.isEmpty }
      why = pieces.map { _ in .plainPage }
      threshold = 0
      return
    }
    probabilities = Self.marked(page, measures) ?? Self.byModel(page, measures)
    let sizes = pieces.map { piece in
      let sums =
        piece.nodes.isEmpty
        ? HTMLMeasures.Sums(of: piece.element.text) : measures.between(piece.nodes.lowerBound, piece.nodes.upperBound)
      // Chinese has no spaces.
      return Float(max(sums.words, sums.text / 8))
    }
    let threshold = Self.threshold(probabilities, sizes)
    self.threshold = threshold
    var kept = probabilities.map { $0 >= threshold }
    var why = probabilities.map { _ in Why.likely }
    for index in Self.gaps(page, measures, kept, sizes) {
      kept[index] = true
      why[index] = .between
    }
    for index in Self.headings(page, measures, kept) {
      kept[index] = true
      why[index] = .heading
    }
    if !comments {
      for index in Self.comments(page, measures, kept, sizes) {
        kept[index] = false
        why[index] = .comment
      }
    }
    if comments {
      for (index, piece) in pieces.enumerated()
      where !kept[index] && !piece.nodes.isEmpty && Self.isComment(piece, measures) {
        kept[index] = true
        why[index] = .askedFor
      }
    }
    self.kept = kept
    self.why = why
  }

  /// Pieces that are left out although they stand between pieces of the same container most of which are kept: no page
  /// stops being content for a paragraph.
  private static func gaps(_ page: HTMLPage, _ measures: HTMLMeasures, _ kept: [Bool], _ sizes: [Float]) -> [Int] {
    struct Container {
      var first = Int.max
      var last = -1
      var kept: Float = 0
      var all: Float = 0
    }
    // Of a paragraph the container is what is around it; of an item, what is around its list.
    func container(_ piece: HTMLPiece) -> Int {
      var node = HTMLNode(tree: page.tree, index: piece.block)
      while let parent = node.parent, inner.contains(node.tag) { node = parent }
      return node.parent?.index ?? 0
    }
    let places = page.pieces.map { $0.nodes.isEmpty ? -1 : container($0) }
    var containers: [Int: Container] = [:]
    for (index, place) in places.enumerated() where place >= 0 {
      containers[place, default: Container()].all += sizes[index]
      guard kept[index] else { continue }
      containers[place, default: Container()].kept += sizes[index]
      containers[place, default: Container()].first = min(containers[place]?.first ?? index, index)
      containers[place, default: Container()].last = max(containers[place]?.last ?? index, index)
    }
    let never: HTMLSurroundings = [.nav, .aside, .footer, .dialog, .hidden, .form]
    return page.pieces.indices.filter { index in
      guard !kept[index], places[index] >= 0, let around = containers[places[index]],
        index > around.first, index < around.last, around.kept * 5 >= around.all * 3
      else { return false }
      let piece = page.pieces[index]
      let sums = measures.between(piece.nodes.lowerBound, piece.nodes.upperBound)
      return sums.linked * 2 < sums.text && measures.around[piece.block].isDisjoint(with: never)
    }
  }

  /// Headings, and questions that open their answers, that are left out although the text under them is kept: nobody can
  /// tell what it is about without them.
  static func headings(_ page: HTMLPage, _ measures: HTMLMeasures, _ kept: [Bool]) -> [Int] {
    let pieces = page.pieces
    let never: HTMLSurroundings = [.nav, .dialog]
    var found: [Int] = []
    // What the text behind is, from the end: kept or not, and in which block.
    var next: (isKept: Bool, block: Int)?
    // The heading behind that is kept, where nothing else that is kept stands before it.
    var below: (level: Int, block: Int)?
    for index in pieces.indices.reversed() where !pieces[index].nodes.isEmpty {
      let piece = pieces[index]
      let isHeading = piece.element.kind == .title || HTMLNode(tree: page.tree, index: piece.block).tag == .button
      guard isHeading else {
        next = (kept[index], piece.block)
        if kept[index] { below = nil }
        continue
      }
      let level = piece.element.level ?? 6
      if !kept[index] {
        // The title of a chapter stands before a list of its sections, which is left out: it heads these sections.
        let headed = next.flatMap { $0.isKept ? $0.block : nil } ?? below.flatMap { $0.level > level ? $0.block : nil }
        guard let headed, measures.around[piece.block].isDisjoint(with: never),
          heads(HTMLNode(tree: page.tree, index: piece.block), HTMLNode(tree: page.tree, index: headed))
        else { continue }
        found.append(index)
      }
      below = (level, piece.block)
    }
    return found
  }

  /// Whether a block and one behind it stand in one part of the page.
  private static func heads(_ first: HTMLNode, _ second: HTMLNode) -> Bool {
    var node = first
    for _ in 0..<6 {
      guard let parent = node.parent else { return false }
      if second.index < parent.end { return parent.tag != .body || node.index == first.index }
      node = parent
    }
    return false
  }

  private static let inner: Set<HTMLTag> = [
    .li, .dd, .dt, .ul, .ol, .dl, .pre, .blockquote, .table, .tbody, .thead, .tr, .td, .th, .figure, .details,
  ]

  private static func byModel(_ page: HTMLPage, _ measures: HTMLMeasures) -> [Float] {
    ContentFeatures(page, measures).values.withUnsafeBufferPointer {
      ContentModel.probabilities($0, width: ContentFeatures.names.count)
    }
  }

  /// Why a piece was kept or left out, for people.
  func reason(_ index: Int) -> String {
    let content = "content \(Self.percent(probabilities[index])), "
    return switch why[index] {
    case .plainPage: "the page has no navigation, header or footer: all of it is content"
    case .likely: content + "kept from \(Self.percent(threshold)) on"
    case .between: content + "kept because what stands around it is"
    case .heading: content + "kept because it heads what is kept"
    case .comment: content + "left out because readers wrote it below an article"
    case .askedFor: "a comment, which was asked for"
    }
  }

  private static func percent(_ number: Float) -> String { "\(Int(clamping: (number * 100).rounded())) %" }

  /// The probability from which on pieces are kept so that the expected F1 over words is the highest: with the pieces in
  /// the order of their probability, twice the words expected right over those kept and those expected in all.
  static func threshold(_ probabilities: [Float], _ sizes: [Float]) -> Float {
    let order = probabilities.indices.sorted {
      (probabilities[$1], $0) < (probabilities[$0], $1)
    }
    let expected = zip(probabilities, sizes).reduce(Float(0)) { $0 + $1.0 * $1.1 }
    var right: Float = 0
    var size: Float = 0
    var best: (score: Float, threshold: Float) = (-1, 2)
    for index in order {
      right += probabilities[index] * sizes[index]
      size += sizes[index]
      let score = size + expected > 0 ? 2 * right / (size + expected) : 0
      if score > best.score { best = (score, probabilities[index]) }
    }
    return best.threshold
  }

  /// Whether nothing on a page is around its content: a page that somebody wrote by hand, or that a program printed.
  private static func isPlain(_ page: HTMLPage, _ measures: HTMLMeasures) -> Bool {
    let whole = measures.below(page.tree.root)
    var edges: HTMLSurroundings = [.nav, .header, .footer, .aside, .dialog, .form]
    // What is hidden for good is no piece, and what a small page opens is its text; a large one hides menus, too.
    if whole.text >= leastText { edges.insert(.hidden) }
    let hints = HTMLLabels(names: [
      "navigation", "footer", "header", "side", "advertising", "sharing", "consent", "overlay", "related",
    ])
    // A form to fill in is the content of a page that has little else.
    if isForm(whole) { edges.remove(.form) }
    for piece in page.pieces where !piece.nodes.isEmpty {
      if !measures.around[piece.block].isDisjoint(with: edges) { return false }
      if !measures.allLabels[piece.block].isDisjoint(with: hints) { return false }
    }
    return whole.linked * 2 < whole.text
  }

  /// Whether a page has a control for every few words.
  private static func isForm(_ whole: HTMLMeasures.Sums) -> Bool {
    whole.controls >= 3 && whole.text < 100 * whole.controls
  }

  /// Characters below which a page is smaller than those that the model has learnt from.
  private static let leastText = 1500
  private static let fewText = 100

  /// On a small page that marks what is around its content, by these marks alone; `nil` for any other.
  private static func marked(_ page: HTMLPage, _ measures: HTMLMeasures) -> [Float]? {
    guard measures.below(page.tree.root).text < leastText else { return nil }
    // What is hidden for good is no piece: the rest can be opened.
    let always: HTMLSurroundings = [.nav, .aside, .dialog]
    let edges: HTMLSurroundings = [.header, .footer]
    let inside: HTMLSurroundings = [.main, .article]
    let hints = HTMLLabels(names: ["navigation", "footer", "side", "advertising", "sharing", "consent"])
    var isMarked = false
    let probabilities = page.pieces.map { piece -> Float in
      if piece.nodes.isEmpty { return 0 }
      if piece.element.kind == .footnote { return 1 }
      let around = measures.around[piece.block]
      let isContent = !around.isDisjoint(with: inside)
      if !around.isDisjoint(with: always) || !isContent && !around.isDisjoint(with: edges) {
        isMarked = true
        return 0
      }
      return !isContent && !measures.allLabels[piece.block].isDisjoint(with: hints) ? 0 : 1
    }
    if isMarked && probabilities.contains(1) { return probabilities }
    // So little that there is nothing to choose: all of it is what the page has to say.
    guard measures.below(page.tree.root).text < fewText, page.pieces.contains(where: { !$0.nodes.isEmpty }) else {
      return nil
    }
    return page.pieces.map { $0.nodes.isEmpty ? 0 : 1 }
  }

  private static let commentParts: Set<String> = [
    "comments", "comment-list", "commentlist", "comments-area", "comments-section", "comments-container",
    "comment-body",
    "comment-content", "comment-text", "disqus_thread", "comments-wrapper", "wp-block-comments", "post-comments",
    "comment-thread", "comments__list", "reader-comments", "user-comments",
  ]

  /// What readers wrote below an article and the model took for a part of it: what stands in a part that is called so,
  /// where more was written before it.
  private static func comments(_ page: HTMLPage, _ measures: HTMLMeasures, _ kept: [Bool], _ sizes: [Float]) -> [Int] {
    let label = HTMLLabels(names: ["comments"])
    let first = page.pieces.indices.first {
      kept[$0] && !page.pieces[$0].nodes.isEmpty && !measures.allLabels[page.pieces[$0].block].isDisjoint(with: label)
    }
    guard let first else { return [] }
    let before = page.pieces.indices.filter { $0 < first && kept[$0] }.reduce(Float(0)) { $0 + sizes[$1] }
    guard before >= 150 else { return [] }
    let isPart = inCommentParts(page, measures)
    return page.pieces.indices.filter { kept[$0] && isPart[$0] }
  }

  /// Which pieces stand in a part that is called readers' comments; of a forum, none.
  static func inCommentParts(_ page: HTMLPage, _ measures: HTMLMeasures) -> [Bool] {
    guard PageKind(types: page.head.types).isDisjoint(with: .forum) else { return page.pieces.map { _ in false } }
    let label = HTMLLabels(names: ["comments"])
    var known: [Int: Bool] = [:]
    func isPart(_ node: HTMLNode) -> Bool {
      if let said = known[node.index] { return said }
      let own = node.hasAttributes && node.mentions("omment") || node.hasAttributes && node.mentions("disqus")
      let said = own && node.labels.contains { commentParts.contains($0) } || node.parent.map(isPart) ?? false
      known[node.index] = said
      return said
    }
    return page.pieces.map { piece in
      !piece.nodes.isEmpty && !measures.allLabels[piece.block].isDisjoint(with: label)
        && isPart(HTMLNode(tree: page.tree, index: piece.block))
    }
  }

  private static func isComment(_ piece: HTMLPiece, _ measures: HTMLMeasures) -> Bool {
    let sums = measures.between(piece.nodes.lowerBound, piece.nodes.upperBound)
    return measures.allLabels[piece.block].contains(HTMLLabels(names: ["comments"])) && sums.text >= 20
      && sums.linked * 2 < sums.text
  }
}
