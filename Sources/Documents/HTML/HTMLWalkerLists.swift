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
    if !lead.isEmpty { emit(.listItem, "", level: max(1, listDepth)) }
    lead = ""
    walkChildren(node)
    closeLink()
    let text = inline.take()
    if let url = openLink?.url { openLink = (url, 0) }
    if !text.isEmpty { lead = text + ": " }
  }
}
