import Foundations

/// Boxes to tick that belong to the text.
extension HTMLWalker {
  mutating func box(_ node: HTMLNode) {
    guard let type = node.attribute("type")?.lowercased(), type == "checkbox" || type == "radio" else { return }
    guard node.bytes("disabled") != nil || isForReaders(node) else { return }
    inline.append((TickBox.text(node.bytes("checked") != nil) + " ").utf8)
    mark(node)
  }

  /// Whether a box is a part of a form that somebody fills in and sends. Others open menus by tricks of style, or sort and
  /// sift what a page lists. What is disabled is a list of tasks.
  private mutating func isForReaders(_ node: HTMLNode) -> Bool {
    var above = node.parent
    var isLabelled = false
    while let here = above, here.tag != .form {
      isLabelled = isLabelled || here.tag == .label
      above = here.parent
    }
    guard let form = above else { return isLabelled && !hasSurroundings(node.tree) }
    if let known = forms[form.index] { return known }
    let isSent = (form.index..<form.end).contains { Self.isFilledIn(HTMLNode(tree: node.tree, index: $0)) }
    let isForReaders = isSent || !hasSurroundings(node.tree)
    forms[form.index] = isForReaders
    return isForReaders
  }

  /// Whether an element is a field for words, or sends what was filled in.
  private static func isFilledIn(_ node: HTMLNode) -> Bool {
    guard node.isElement else { return false }
    if node.tag == .textarea { return true }
    if node.tag == .button { return node.attribute("type")?.lowercased() == "submit" }
    guard node.tag == .input else { return false }
    return ["text", "email", "tel", "date", "number", "url", "password", "submit"].contains(
      node.attribute("type")?.lowercased() ?? "text")
  }

  /// Whether a page has anything around its content.
  private mutating func hasSurroundings(_ tree: HTMLTree) -> Bool {
    if let known = isSurrounded { return known }
    let edges: Set<HTMLTag> = [.nav, .header, .footer, .aside]
    let found = tree.nodes.indices.contains { index in
      let node = HTMLNode(tree: tree, index: index)
      return node.isElement && edges.contains(node.tag)
    }
    isSurrounded = found
    return found
  }
}
