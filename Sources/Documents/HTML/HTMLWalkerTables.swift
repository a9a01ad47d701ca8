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
        .replacing("\n\n", with: "\n")
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
