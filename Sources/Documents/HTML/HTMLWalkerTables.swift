import Foundations

extension HTMLWalker {
  mutating func table(_ node: HTMLNode) {
    flush()
    if let program = HTMLCodeTable(node) { return self.program(program, node) }
    guard let formed = HTMLTable(node) else { return block(node) }
    if !lead.isEmpty { emit(.listItem, "", level: max(1, listDepth)) }
    for caption in formed.captions { inBlock(caption) { $0.paragraph(caption, .caption, nil) } }
    var cells: [DocumentTable.Cell] = []
    var links: [DocumentLink] = []
    for place in formed.places {
      // A cell is a document of its own whose text goes on one line.
      var walker = HTMLWalker(context)
      walker.walkChildren(place.node)
      walker.finish()
      var cell = place.cell
      cell.text = walker.pieces.map { $0.element.table?.inWords ?? $0.element.text }.joined(separator: " ")
      links += walker.pieces.flatMap(\.element.links)
      cells.append(cell)
    }
    guard cells.contains(where: { !$0.text.isEmpty }) else { return }
    let table = DocumentElement(.table, "", table: DocumentTable(cells: cells), links: links)
    pieces.append(HTMLPiece(element: table, nodes: node.index..<node.end, block: node.index))
  }

  private mutating func program(_ program: HTMLCodeTable, _ node: HTMLNode) {
    var lines = CodeText()
    for cell in program.cells {
      for child in cell.children { lines.add(child) }
      lines.breakLine()
    }
    let text = lines.take()
    guard !text.isEmpty else { return }
    if !lead.isEmpty { emit(.listItem, "", level: max(1, listDepth)) }
    nodes = node.index..<node.end
    emit(.code, text, level: nil)
    pieces[pieces.count - 1].element.codeLanguage = Self.codeLanguage(program.cells[0]) ?? Self.codeLanguage(node)
  }
}

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
