import Foundations

/// Boxes to tick that belong to the text.
extension HTMLWalker {
  static func isBox(_ node: HTMLNode) -> Bool {
    let type = node.attribute("type")?.lowercased()
    return type == "checkbox" || type == "radio"
  }

  /// A box where it stands; one with a label elsewhere stands before that.
  mutating func box(_ node: HTMLNode) {
    if let label = context.forms.label(of: node), stands(node, before: label) { return }
    tick(node)
    guard let name = node.attribute("aria-label"), context.forms.label(of: node) == nil, !inline.isEmpty else { return }
    inline.append(name.utf8)
  }

  mutating func tick(_ node: HTMLNode) {
    guard node.bytes("disabled") != nil || isForReaders(node) else { return }
    inline.append((TickBox.text(node.bytes("checked") != nil) + " ").utf8)
    mark(node)
  }

  /// Whether a box is written before its label rather than where it is: not from one cell of a table into another.
  func stands(_ box: HTMLNode, before label: HTMLNode) -> Bool {
    guard Self.isBox(box), !(label.index..<label.end).contains(box.index), !context.isLeftOut(label) else {
      return false
    }
    return Self.cell(of: box) == Self.cell(of: label)
  }

  private static func cell(of node: HTMLNode) -> Int? {
    var above = node.parent
    while let here = above, here.tag != .form, here.tag != .body {
      if here.tag == .td || here.tag == .th { return here.index }
      above = here.parent
    }
    return nil
  }

  /// Whether a box is a part of a form that somebody fills in and sends. Others open menus by tricks of style, or sort and
  /// sift what a page lists. What is disabled is a list of tasks.
  /// - Parameter isNamed: whether something says what it is, if no label around it does.
  func isForReaders(_ node: HTMLNode, isNamed: Bool = false) -> Bool {
    var above = node.parent
    var isLabelled = isNamed
    while let here = above, here.tag != .form {
      isLabelled = isLabelled || here.tag == .label
      above = here.parent
    }
    guard let form = above else { return isLabelled && !context.forms.isSurrounded }
    if let known = context.forms.areForReaders[form.index] { return known }
    let isSent = (form.index..<form.end).contains { Self.isFilledIn(HTMLNode(tree: node.tree, index: $0)) }
    let isForReaders = isSent || !context.forms.isSurrounded
    context.forms.areForReaders[form.index] = isForReaders
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
}
