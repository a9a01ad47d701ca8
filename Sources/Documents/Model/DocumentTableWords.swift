import Foundations

extension DocumentTable {
  /// The table in running text, for a cell of another: `Role: Deck, Count: 7; Role: Engine, Count: 4`.
  package var inWords: String {
    let names = columnNames
    return bodyRows.map { row in
      zip(names, row).filter { !$1.isEmpty }.map { $0.isEmpty ? $1 : "\($0): \($1)" }.joined(separator: ", ")
    }.filter { !$0.isEmpty }.joined(separator: "; ")
  }

  /// Without a first row of header cells that say nothing: Markdown has to write one for every table.
  mutating func dropEmptyHeader() {
    let first = cells.filter { $0.row == 0 }
    guard rowCount > 1, first.allSatisfy({ $0.isHeader && $0.text.isEmpty && $0.rowSpan == 1 }) else { return }
    cells = cells.filter { $0.row > 0 }
    for index in cells.indices { cells[index].row -= 1 }
  }
}
