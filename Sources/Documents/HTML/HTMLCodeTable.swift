import Foundations

/// A table that puts the numbers of lines beside a program: one row with both, or a row for each line.
struct HTMLCodeTable {
  /// The cells that hold the program.
  let cells: [HTMLNode]

  init?(_ table: HTMLNode) {
    var rows: [[HTMLNode]] = []
    func visit(_ node: HTMLNode) {
      for child in node.children where child.isElement && rows.count < 100_000 {
        switch child.tag {
        case .thead, .tbody, .tfoot: visit(child)
        case .tr:
          rows.append(child.children.filter { $0.isElement && ($0.tag == .td || $0.tag == .th) })
        default: break
        }
      }
    }
    visit(table)
    guard let first = rows.first, first.count == 2 else { return nil }
    if rows.count == 1 {
      guard Self.isCode(first[1]), let count = LineNumbers.counts(first[0]), count > 1 || LineNumbers.isNumber(first[0])
      else { return nil }
      cells = [first[1]]
      return
    }
    var next: Int?
    var found: [HTMLNode] = []
    for row in rows {
      guard row.count == 2, Self.isLine(row[1]) else { return nil }
      // Some show the number by their style: the cell is empty.
      let isEmpty = HTMLHead.text(of: row[0]) == nil
      guard isEmpty ? LineNumbers.isNumber(row[0]) : LineNumbers.counts(row[0], from: next) == 1 else { return nil }
      if !isEmpty { next = (HTMLHead.text(of: row[0]).flatMap { Int($0) } ?? 0) + 1 }
      found.append(row[1])
    }
    cells = found
  }

  private static func isCode(_ cell: HTMLNode) -> Bool {
    for index in cell.index..<cell.end {
      let below = HTMLNode(tree: cell.tree, index: index)
      if below.isElement, below.tag == .pre { return true }
    }
    return isLine(cell)
  }

  private static func isLine(_ cell: HTMLNode) -> Bool {
    if cell.labels.contains(where: { $0.contains("code") || $0.contains("hljs") || $0 == "line" }) { return true }
    return cell.children.contains { $0.isElement && ($0.tag == .pre || $0.tag == .code) }
  }
}
