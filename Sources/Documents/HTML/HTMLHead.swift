import Foundations

/// What a page says about itself.
struct HTMLHead {
  private(set) var title: String?
  private(set) var language: String?

  mutating func read(_ root: HTMLNode) {
    language = root.attribute("lang") ?? root.attribute("xml:lang")
    if let tag = language, tag.isEmpty || tag.utf8.count > 40 { language = nil }
    for child in root.children where child.kind == .element && child.name == "head" {
      for member in child.children
      where member.kind == .element && member.name == "title" && title == nil {
        var text = InlineText()
        for node in member.children where node.kind == .text { text.append(node.text) }
        if !text.isEmpty { title = text.take() }
      }
    }
  }
}
