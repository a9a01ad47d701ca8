import Foundations

extension HTMLWalker {
  mutating func list(_ node: HTMLNode, _ ordered: Bool) {
    flush()
    if !lead.isEmpty && listDepth > 0 { lead = "" }
    listDepth += 1
    counters.append(ordered ? ListCounter(node) : nil)
    inBlock(node) { $0.walkChildren(node) }
    counters.removeLast()
    listDepth -= 1
  }

  mutating func item(_ node: HTMLNode) {
    flush()
    if let last = counters.indices.last, counters[last] != nil {
      lead = counters[last]?.marker(node) ?? "- "
    } else {
      lead = "- "
    }
    inBlock(node) { $0.walkChildren(node) }
    lead = ""
  }

  mutating func term(_ node: HTMLNode) {
    flush()
    // Several terms may have one definition.
    let before = lead.hasSuffix(": ") && isTermBehindTerm(node) ? lead.dropLast(2) + ", " : ""
    if !lead.isEmpty, before.isEmpty { emit(.listItem, "", level: max(1, listDepth)) }
    lead = String(before)
    walkChildren(node)
    closeLink()
    let text = inline.take()
    if let url = openLink?.url { openLink = (url, 0) }
    lead = text.isEmpty && before.isEmpty ? "" : before + text + ": "
  }

  /// Whether nothing but another term stands before a term.
  private func isTermBehindTerm(_ node: HTMLNode) -> Bool {
    var index = node.index - 1
    while index > 0 {
      let before = HTMLNode(tree: node.tree, index: index)
      if before.isElement, before.tag == .dt { return before.end <= node.index }
      if before.isElement, before.tag == .dd || before.tag == .dl { return false }
      index -= 1
    }
    return false
  }
}
