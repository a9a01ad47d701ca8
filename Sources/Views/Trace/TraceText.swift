import Formats
import Foundations

/// A trace as a tree for people, and as Mermaid.
package struct TraceText {
  private let trace: Trace
  /// So many of one item's ways are shown.
  private let limit: Int

  package init(_ trace: Trace, limit: Int) {
    self.trace = trace
    self.limit = limit
  }

  package var text: String {
    var lines = ["Made of:"]
    var shown: Set<Trace.Name> = []
    draw(trace.subject, trace.parents, depth: 1, &shown, &lines)
    let roots = trace.children.keys.filter { name in !trace.children.values.contains { $0.contains(name) } }.sorted()
    if trace.children.values.contains(where: { !$0.isEmpty }) || !trace.holders.isEmpty {
      lines.append("Leans on it:")
      shown = []
      for root in roots { draw(root, trace.children, depth: 1, &shown, &lines) }
      for holder in trace.holders.keys.sorted() {
        let count = trace.holders[holder] ?? 0
        lines.append("  \(holder): its files hold \(count == 1 ? "one" : Units.show(count)) of these")
      }
    }
    return lines.joined(separator: "\n")
  }

  private func draw(
    _ name: Trace.Name, _ ways: [Trace.Name: [Trace.Name]], depth: Int, _ shown: inout Set<Trace.Name>,
    _ lines: inout [String]
  ) {
    let indent = String(repeating: "  ", count: depth)
    guard let node = trace.nodes[name] else { return }
    guard shown.insert(name).inserted else {
      lines.append("\(indent)\(name.stage)  \(TerminalText.line(name.item))  (see above)")
      return
    }
    lines.append("\(indent)\(name.stage)  \(TerminalText.line(name.item))  [\(node.work)]")
    if let origin = node.origin, !origin.text.isEmpty { lines.append("\(indent)  \(TerminalText.line(origin.text))") }
    let next = ways[name] ?? []
    for child in next.prefix(limit) { draw(child, ways, depth: depth + 1, &shown, &lines) }
    if next.count > limit { lines.append("\(indent)  … and \(Units.show(next.count - limit)) more (--limit, --json)") }
  }

  /// https://mermaid.js.org, a flowchart from what was fetched to what is read.
  package var mermaid: String {
    var lines = ["flowchart LR"]
    var numbers: [Trace.Name: Int] = [:]
    func box(_ name: Trace.Name) -> String {
      if let known = numbers[name] { return "n\(known)" }
      let number = numbers.count
      numbers[name] = number
      var node = trace.nodes[name].map { "<br/>\(DrawingText.mermaid($0.work))" } ?? ""
      if let origin = trace.nodes[name]?.origin?.text, !origin.isEmpty {
        node += "<br/>\(DrawingText.mermaid(origin))"
      }
      lines.append("  n\(number)[\"\(DrawingText.mermaid(name.stage))<br/>\(DrawingText.mermaid(name.item))\(node)\"]")
      return "n\(number)"
    }
    var drawn: Set<[Trace.Name]> = []
    func draw(_ from: Trace.Name, _ to: Trace.Name) {
      guard drawn.insert([from, to]).inserted else { return }
      let (a, b) = (box(from), box(to))
      lines.append("  \(a) --> \(b)")
    }
    for (name, next) in trace.parents.sorted(by: { $0.key < $1.key }) {
      for parent in next.prefix(limit) { draw(parent, name) }
    }
    for (name, next) in trace.children.sorted(by: { $0.key < $1.key }) {
      for child in next.prefix(limit) { draw(name, child) }
    }
    for (number, holder) in trace.holders.keys.sorted().enumerated() {
      lines.append("  h\(number)[(\"\(DrawingText.mermaid(holder))\")]")
      for name in trace.nodes.keys.sorted() where numbers[name] != nil && trace.isHeld(name, by: holder) {
        lines.append("  \(box(name)) --> h\(number)")
      }
    }
    let subject = box(trace.subject)
    lines.append("  style \(subject) stroke-width:3px")
    return lines.joined(separator: "\n")
  }
}
