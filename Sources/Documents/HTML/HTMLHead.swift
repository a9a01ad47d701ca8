import Foundations

/// What a page says about itself: its `head`, its OpenGraph and Dublin Core names, its JSON-LD, its microdata.
struct HTMLHead {
  private(set) var title: String?
  private(set) var language: String?
  /// Of `meta` elements, by `name`, `property` or `itemprop` in lower case; the first of a name counts.
  private(set) var names: [String: String] = [:]
  private(set) var linked = LinkedData()
  /// Types of its JSON-LD, microdata and OpenGraph.
  private(set) var types: [String] = []
  private(set) var canonical: String?
  /// The address that relative links are seen from.
  private(set) var base: String?
  private(set) var articles = 0
  private(set) var mains = 0
  /// `datetime` of the first `time` element, and of the one that says it is the publication's.
  private(set) var firstTime: String?
  private(set) var publicationTime: String?
  /// The text of the first element that says it names the author.
  private(set) var byline: String?

  init(_ tree: HTMLTree) {
    language = tree.root.attribute("lang") ?? tree.root.attribute("xml:lang")
    if let tag = language, tag.isEmpty || tag.utf8.count > 40 { language = nil }
    for index in tree.nodes.indices {
      let node = HTMLNode(tree: tree, index: index)
      guard node.isElement else { continue }
      read(node)
    }
    types += linked.types
    if let type = names["og:type"] { types.append(type.lowercased() == "product" ? "og:product" : type) }
  }

  private mutating func read(_ node: HTMLNode) {
    let tag = node.tag
    if tag == .title {
      if title == nil, node.parent?.tag == .head || node.parent?.tag == .body { title = Self.text(of: node) }
    } else if tag == .meta {
      meta(node)
    } else if tag == .script {
      if let type = node.bytes("type"), type.count >= 19,
        node.attribute("type")?.lowercased().hasPrefix("application/ld+json") == true
      {
        for child in node.children where child.kind == .text { linked.read(child.text) }
      }
    } else if tag == .link {
      if canonical == nil, node.attribute("rel")?.lowercased() == "canonical" { canonical = node.attribute("href") }
    } else if tag == .article {
      articles += 1
    } else if tag == .main {
      mains += 1
    } else if tag == .time {
      time(node)
    } else if tag == Self.baseTag {
      if base == nil { base = node.attribute("href") }
    }
    guard node.hasAttributes else { return }
    if let type = node.attribute("itemtype") {
      types += type.split { $0 == " " || $0 == "/" }.suffix(1).map(String.init)
    }
    if byline == nil, isByline(node) {
      let text = Self.text(of: node)
      if let text, text.utf8.count <= 100 { byline = text }
    }
  }

  private static let baseTag = HTMLTag("base")

  private func isByline(_ node: HTMLNode) -> Bool {
    if node.tag == .meta || node.tag == .link || node.tag == .script { return false }
    if let property = node.attribute("itemprop"), property == "author" { return true }
    if let rel = node.attribute("rel"), rel == "author" { return true }
    guard let classes = node.bytes("class"), classes.count >= 6 else { return false }
    return classes.split(separator: 0x20).contains { word in
      guard (6...14).contains(word.count) else { return false }
      return Self.bylines.contains(String(decoding: word, as: UTF8.self).lowercased())
    }
  }

  private static let bylines: Set<String> = [
    "author", "author-name", "byline", "post-author", "entry-author", "article-author", "byline-name", "author__name",
  ]

  private mutating func meta(_ node: HTMLNode) {
    guard let content = node.attribute("content"), !content.isEmpty, content.utf8.count < 10_000 else { return }
    for name in ["name", "property", "itemprop"] as [StaticString] {
      guard let key = node.attribute(name)?.lowercased() else { continue }
      if names[key] == nil { names[key] = content }
    }
  }

  private mutating func time(_ node: HTMLNode) {
    guard let value = node.attribute("datetime"), !value.isEmpty else { return }
    if firstTime == nil { firstTime = value }
    let says =
      node.attribute("itemprop") == "datePublished" || node.attribute("pubdate") != nil
      || node.attribute("class")?.lowercased().contains("publish") == true
    if publicationTime == nil, says { publicationTime = value }
  }

  static func text(of node: HTMLNode) -> String? {
    var text = InlineText()
    for index in node.index..<node.end {
      let below = HTMLNode(tree: node.tree, index: index)
      if below.kind == .text { text.append(below.text) }
      if text.bytes.count > 2_000 { break }
    }
    return text.isEmpty ? nil : text.take()
  }
}
