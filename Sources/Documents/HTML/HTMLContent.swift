import Foundations

/// Finds where the content of a page is, by what the page itself says.
enum HTMLContent {
  /// The `main` element, the one with `role=main`, or the only `article`; `nil` when the page does
  /// not say, or when what it marks so holds next to nothing.
  static func root(of root: HTMLNode) -> HTMLNode? {
    var mains: [HTMLNode] = []
    var articles: [HTMLNode] = []
    search(root, 0, &mains, &articles)
    let total = textLength(root, 0)
    for candidates in [mains, articles] where candidates.count == 1 {
      let length = textLength(candidates[0], 0)
      if length >= 100 || length * 4 >= total { return candidates[0] }
    }
    return nil
  }

  private static func search(
    _ node: HTMLNode, _ depth: Int, _ mains: inout [HTMLNode], _ articles: inout [HTMLNode]
  ) {
    guard node.kind == .element, depth < HTMLWalker.deepest else { return }
    let role = node.attribute("role")
    if case .main = node.role { mains.append(node) } else if role == "main" { mains.append(node) }
    if case .article = node.role {
      articles.append(node)
      return
    }
    for child in node.children { search(child, depth + 1, &mains, &articles) }
  }

  static func textLength(_ node: HTMLNode, _ depth: Int) -> Int {
    if node.kind == .text { return node.text.reduce(0) { $0 + ($1 > 0x20 ? 1 : 0) } }
    if case .dropped = node.role, node.kind == .element { return 0 }
    guard depth < HTMLWalker.deepest else { return 0 }
    return node.children.reduce(0) { $0 + textLength($1, depth + 1) }
  }

  /// Class names and ids by which generators of pages mark what is not content: exact words only.
  private static let surroundings: Set<String> = [
    "nav", "navbar", "navigation", "navheader", "navfooter", "nav-menu", "menu", "sidebar",
    "sphinxsidebar",
    "breadcrumb", "breadcrumbs", "related", "site-header", "site-footer", "page-header",
    "page-footer", "footer",
    "skip-link", "skiplink", "headerlink", "toc", "tableofcontents", "table-of-contents",
    "cookie-banner",
    "cookie-notice", "social-share", "share-buttons", "pagination", "pager", "advertisement",
    "mw-editsection",
    "noprint",
  ]
  private static let roles: Set<String> = [
    "navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar", "toolbar",
    "dialog",
  ]

  /// Whether an element is around the content rather than part of it.
  static func isSurroundings(_ node: HTMLNode, insideContent: Bool) -> Bool {
    guard node.hasAttributes else {
      switch node.role {
      case .surroundings: return true
      case .edge: return !insideContent
      default: return false
      }
    }
    let labels = node.labels
    switch node.role {
    case .surroundings where node.name == "aside" && labels.contains { $0.hasPrefix("footnote") }:
      return false
    case .surroundings: return true
    case .edge where !insideContent: return true
    default: break
    }
    if let role = node.attribute("role"), roles.contains(role) { return true }
    return labels.contains { surroundings.contains($0) }
  }

  /// Whether an element is not shown at all. `visibility: hidden` does not count: many pages wear it
  /// only until their scripts have run.
  static func isHidden(_ node: HTMLNode) -> Bool {
    guard node.hasAttributes else { return false }
    if node.attribute("hidden") != nil || node.attribute("aria-hidden") == "true" { return true }
    guard let style = node.attribute("style") else { return false }
    let plain = style.lowercased().filter { $0 != " " }
    return plain.contains("display:none")
  }

  /// Whether an element holds so much of the page's text (two fifths of `total` bytes) that it is
  /// content whatever its class says. Navigation stays navigation.
  static func holdsMost(_ node: HTMLNode, of total: Int) -> Bool {
    guard total > 1000, node.name != "nav", node.name != "aside",
      node.attribute("role") != "navigation"
    else {
      return false
    }
    return textLength(node, 0) * 5 > total * 2
  }
}
