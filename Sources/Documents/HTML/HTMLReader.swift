import Foundations

/// Reads HTML: the tree by lexbor (the WHATWG algorithm), then the elements of its content.
package enum HTMLReader {
  /// The version of lexbor that scripts/setup-lexbor builds.
  package static let libraryVersion = "lexbor 3.1.0"

  /// Tells the model that finds the content of pages from another.
  package static var contentModel: String { ContentModel.digest }

  /// Reads a page. `charset` is what HTTP said of its encoding.
  /// - Throws: `ItemProblem` `bad_selector`, `too_deep`, `too_large`.
  package static func read(_ bytes: [UInt8], charset: String?, _ options: ParseOptions = ParseOptions())
    throws(ItemProblem) -> ParsedDocument
  {
    let text = TextDecoding.decode(bytes, declared: [charset, HTMLCharset.declared(in: bytes)]).text
    let tree = try HTMLTree(utf8: EmptyTags.opened(text))
    let page = HTMLPage(tree, dropping: try dropped(tree, options.html))
    var document = ParsedDocument(elements: [])
    let metadata = HTMLMetadata(page)
    document.language = metadata.language
    document.title = metadata.title
    document.metadata = metadata.members
    var shown = 0
    document.elements = content(page, options, &shown)
    if options.html.select == nil, shown < EmbeddedState.leastLetters {
      // A shell that its scripts would fill.
      let state = EmbeddedState(page).elements
      if EmbeddedState.letters(state) >= EmbeddedState.leastLetters { document.elements = state }
    }
    document.fillSectionPaths()
    return document
  }

  /// The elements of a page's content, or of all that `select` matches.
  /// - Parameter shown: how many letters of it the page shows.
  private static func content(_ page: HTMLPage, _ options: ParseOptions, _ shown: inout Int) -> [DocumentElement] {
    let content = options.html.select == nil ? HTMLContent(page, comments: options.html.comments) : nil
    var pieces: [HTMLPiece] = []
    for index in page.pieces.indices {
      var piece = page.pieces[index]
      guard content?.kept[index] ?? !piece.nodes.isEmpty else { continue }
      if piece.nodes.isEmpty { piece.element.level = nil } else { shown += EmbeddedState.letters(piece.element) }
      if options.explain { piece.element.reason = reason(piece, page, content?.reason(index)) }
      pieces.append(piece)
    }
    return HTMLHeadingLooks.promoted(pieces)
  }

  private static func reason(_ piece: HTMLPiece, _ page: HTMLPage, _ why: String?) -> String {
    guard !piece.nodes.isEmpty else { return "said in the page's head only; \(why ?? "")" }
    var path: [String] = []
    var node: HTMLNode? = HTMLNode(tree: page.tree, index: piece.block)
    while let here = node, path.count < 4 {
      let classes = here.attribute("class")?.split(separator: " ").prefix(2).map { ".\($0)" }.joined() ?? ""
      path.append(page.tree.name(here) + (here.attribute("id").map { "#\($0)" } ?? "") + classes)
      node = here.parent
    }
    return path.reversed().joined(separator: " > ") + (why.map { "; \($0)" } ?? "; selected")
  }

  /// What `drop` matches, and what is beside all that `select` matches.
  private static func dropped(_ tree: HTMLTree, _ options: HTMLOptions) throws(ItemProblem) -> [Bool]? {
    if options.select == nil && options.drop == nil { return nil }
    var dropped = [Bool](repeating: false, count: tree.nodes.count)
    if let selector = options.select {
      guard let selected = tree.select(selector) else { throw unreadable(selector, "select") }
      guard selected.contains(true) else {
        throw ItemProblem("nothing_selected", "nothing on the page matches select: \(selector)")
      }
      // What holds something selected is walked; of the rest, only what is selected or below it.
      var end = 0
      for index in tree.nodes.indices {
        if selected[index] { end = max(end, HTMLNode(tree: tree, index: index).end) }
        dropped[index] = index >= end
      }
      for index in tree.nodes.indices.reversed() where !dropped[index] {
        if let parent = HTMLNode(tree: tree, index: index).parent { dropped[parent.index] = false }
      }
    }
    if let selector = options.drop {
      guard let found = tree.select(selector) else { throw unreadable(selector, "drop") }
      for index in found.indices where found[index] { dropped[index] = true }
    }
    return dropped
  }

  private static func unreadable(_ selector: String, _ name: String) -> ItemProblem {
    ItemProblem("bad_selector", "\(name): '\(selector)' is not a CSS selector")
  }

  /// What the content model sees of a page, for its training: a JSON line a piece, and one without
  /// values for each element of the state that it embeds.
  package static func features(_ bytes: [UInt8]) throws(ItemProblem) -> [JSONObject] {
    let text = TextDecoding.decode(bytes, declared: [nil, HTMLCharset.declared(in: bytes)]).text
    let page = HTMLPage(try HTMLTree(utf8: text))
    let measures = HTMLMeasures(page.tree)
    let features = ContentFeatures(page, measures)
    let comments = HTMLContent.inCommentParts(page, measures)
    let width = ContentFeatures.names.count
    let rows: [JSONObject] = page.pieces.indices.map { index in
      let element = page.pieces[index].element
      return [
        "path": .array(path(page, index).map { JSONValue($0) }),
        "text": .string(element.table?.markdown ?? element.text), "kind": .string(element.kind.rawValue),
        "comment": .bool(comments[index]), "shown": .bool(!page.pieces[index].nodes.isEmpty),
        "values": .array(features.values[(index * width)..<((index + 1) * width)].map { .double(Double($0)) }),
      ]
    }
    // What takes the place of a page that shows nothing.
    return rows
      + EmbeddedState(page).elements.map {
        ["text": .string($0.table?.markdown ?? $0.text), "kind": .string($0.kind.rawValue)]
      }
  }

  private static func path(_ page: HTMLPage, _ index: Int) -> [Int] {
    var path: [Int] = []
    var node: HTMLNode? = HTMLNode(tree: page.tree, index: page.pieces[index].block)
    while let here = node {
      path.append(here.index)
      node = here.parent
    }
    return path
  }

  package static var featureNames: [String] { ContentFeatures.names }

  /// All elements of a document that was made into HTML by a program: nothing is around its content.
  /// - Parameter isXML: whether the text is XHTML, whatever it says.
  /// - Parameter sheets: style sheets beside the page, which is one of a book then.
  /// - Parameter byLook: whether paragraphs that look like headings are.
  static func elements(
    utf8 text: [UInt8], isXML: Bool = false, sheets: [[UInt8]]? = nil, byLook: Bool = true
  ) throws(ItemProblem) -> [DocumentElement] {
    let tree = try HTMLTree(utf8: EmptyTags.opened(text, isXML: isXML))
    return withExtendedLifetime(tree) {
      var walker = HTMLWalker(HTMLWalkContext(tree, sheets: sheets))
      walker.walk(tree.root)
      walker.finish()
      return HTMLHeadingLooks.promoted(walker.pieces, byLook: byLook)
    }
  }
}
