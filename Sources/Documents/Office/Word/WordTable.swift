import Foundations

/// A table of a Word document while it is read.
struct WordTable {
  private(set) var cells: [DocumentTable.Cell] = []
  private var row = -1
  private var column = 0
  private var isHeader = false
  private var isDeleted = false
  /// Whether all paragraphs of the cell are styled as the name of a column.
  private var isNamed = false
  private var span = 1
  /// How the cell goes on from the one above, and from the one to its left.
  private var merges: String?
  private var mergesLeft: String?
  var text: [String] = []
  /// For each column, the place in `cells` of the cell that grows down.
  private var growing: [Int: Int] = [:]
  /// Whether the first row is laid out as the names of the columns.
  private var hasFirstRow = false
  private var rowStart = 0

  mutating func open(_ name: String, _ attribute: (String) -> String?) {
    switch name {
    case "tblLook":
      let bits = attribute("w:val").flatMap { Int($0, radix: 16) } ?? 0
      hasFirstRow = attribute("w:firstRow").map { ["1", "true", "on"].contains($0) } ?? (bits & 0x20 != 0)
    case "tr":
      row += 1
      column = 0
      isHeader = false
      isDeleted = false
      rowStart = cells.count
    case "tblHeader": isHeader = WordScript.isOn(attribute)
    case "gridBefore": column += min(1000, max(0, attribute("w:val").flatMap { Int($0) } ?? 0))
    case "tc":
      span = 1
      merges = nil
      mergesLeft = nil
      text = []
      isNamed = false
    case "gridSpan": span = min(1000, max(1, attribute("w:val").flatMap { Int($0) } ?? 1))
    case "vMerge": merges = attribute("w:val") ?? "continue"
    case "hMerge": mergesLeft = attribute("w:val") ?? "continue"
    default: break
    }
  }

  /// Adds a paragraph to the cell.
  mutating func add(_ paragraph: String, isHeading: Bool) {
    isNamed = isHeading && (text.isEmpty || isNamed)
    text.append(paragraph)
  }

  mutating func deleteRow() { isDeleted = true }

  mutating func closeRow() {
    guard isDeleted else { return }
    cells.removeSubrange(rowStart...)
    growing = growing.filter { $0.value < rowStart }
    row -= 1
  }

  mutating func closeCell() {
    let text = text.joined(separator: "\n")
    let columns = column..<(column + span)
    column = columns.upperBound
    if mergesLeft == "continue", let last = cells.indices.last, last >= rowStart {
      cells[last].columnSpan += span
      return
    }
    if merges == "continue", let above = growing[columns.lowerBound] {
      cells[above].rowSpan = row - cells[above].row + 1
      return
    }
    for column in columns { growing[column] = nil }
    if merges == "restart" { growing[columns.lowerBound] = cells.count }
    cells.append(
      DocumentTable.Cell(
        row: row, column: columns.lowerBound, columnSpan: columns.count, isHeader: isHeader || isNamed, text: text))
  }

  /// The table; `nil` when there is nothing in it.
  var table: DocumentTable? {
    guard cells.contains(where: { !$0.text.isEmpty }) else { return nil }
    var cells = cells
    let first = cells.indices.filter { cells[$0].row == 0 }
    if hasFirstRow, row > 0, !cells.contains(where: \.isHeader), first.count > 1,
      first.count(where: { !cells[$0].text.isEmpty }) * 2 > first.count || first.count == 1
    {
      for index in first { cells[index].isHeader = true }
    }
    return DocumentTable(cells: cells)
  }
}
