import Foundations

/// A table on a slide.
struct SlideTable {
  private var cells: [DocumentTable.Cell] = []

  init(_ node: XMLNode, _ targets: [String: String]) {
    let hasHeader = ["1", "true"].contains(node.child("a:tblPr")?["firstRow"] ?? "0")
    for (row, line) in node.all("a:tr").enumerated() {
      for (column, cell) in line.all("a:tc").enumerated() {
        if ["1", "true"].contains(cell["hMerge"] ?? "0") || ["1", "true"].contains(cell["vMerge"] ?? "0") { continue }
        let text = (cell.child("a:txBody")?.all("a:p") ?? []).map { SlideText.words($0, targets).0 }.filter {
          !$0.isEmpty
        }
        cells.append(
          DocumentTable.Cell(
            row: row, column: column, rowSpan: min(1000, max(1, cell.int("rowSpan") ?? 1)),
            columnSpan: min(1000, max(1, cell.int("gridSpan") ?? 1)), isHeader: hasHeader && row == 0,
            text: text.joined(separator: "\n")))
      }
    }
  }

  /// `nil` when there is nothing in it.
  var table: DocumentTable? { cells.contains { !$0.text.isEmpty } ? DocumentTable(cells: cells) : nil }
}
