import Foundations

extension HTMLWalker {
  mutating func code(_ node: HTMLNode) {
    flush()
    var lines = CodeText(node)
    let text = lines.take()
    if !lead.isEmpty { emit(.listItem, "", level: max(1, listDepth)) }
    guard !text.isEmpty else { return }
    nodes = node.index..<node.end
    emit(.code, text, level: nil)
    pieces[pieces.count - 1].element.codeLanguage = Self.codeLanguage(node)
  }

  /// What highlighters write into the class of the code, of what is inside, or of what is around it.
  static func codeLanguage(_ node: HTMLNode) -> String? {
    let inside = node.children.first { $0.isElement && $0.tag == .code }
    for place in [node, inside, node.parent, node.parent?.parent].compactMap({ $0 }) {
      for word in place.labels {
        for mark in ["language-", "lang-", "highlight-source-", "highlight-", "sourcecode-"] where word.hasPrefix(mark)
        {
          let name = word.dropFirst(mark.utf8.count)
          if !name.isEmpty, name.utf8.count <= 20, !["default", "none", "text", "wrapper", "container"].contains(name) {
            return String(name)
          }
        }
      }
    }
    return nil
  }
}
