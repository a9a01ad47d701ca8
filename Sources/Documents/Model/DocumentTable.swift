import Formats
import Foundations

/// A table as its cells.
package struct DocumentTable: Sendable, Hashable {
  package struct Cell: Sendable, Hashable {
    /// From 0.
    package var row: Int
    package var column: Int
    package var rowSpan: Int
    package var columnSpan: Int
    package var isHeader: Bool
    package var text: String

    package init(
      row: Int, column: Int, rowSpan: Int = 1, columnSpan: Int = 1, isHeader: Bool = false,
      text: String
    ) {
      self.row = row
      self.column = column
      self.rowSpan = rowSpan
      self.columnSpan = columnSpan
      self.isHeader = isHeader
      self.text = text
    }
  }

  /// What is read back from a record; no document is allowed more.
  package static let (mostRows, mostColumns) = (1_000_000, 100_000)

  package var cells: [Cell]

  package init(cells: [Cell]) { self.cells = cells }

  package var rowCount: Int { cells.reduce(0) { max($0, $1.row + $1.rowSpan) } }
  package var columnCount: Int { cells.reduce(0) { max($0, $1.column + $1.columnSpan) } }

  /// The texts by row and column, a cell's text in every place that it spans.
  package var grid: [[String]] {
    var grid = Array(repeating: Array(repeating: "", count: columnCount), count: rowCount)
    for cell in cells {
      for row in cell.row..<(cell.row + cell.rowSpan) {
        for column in cell.column..<(cell.column + cell.columnSpan) {
          grid[row][column] = cell.text
        }
      }
    }
    return grid
  }

  /// How many rows at the top consist of header cells only.
  package var headerRowCount: Int {
    let rows = rowCount
    var plain = Array(repeating: false, count: rows)
    var filled = Array(repeating: false, count: rows)
    for cell in cells {
      for row in cell.row..<(cell.row + cell.rowSpan) {
        filled[row] = true
        if !cell.isHeader && !cell.text.isEmpty { plain[row] = true }
      }
    }
    var count = 0
    while count < rows, filled[count], !plain[count] { count += 1 }
    return count == rows ? min(1, rows) : count
  }

  /// One name a column: header rows flattened as `A / B`, what is repeated said once. Empty names
  /// when there are no header rows.
  package var columnNames: [String] {
    let grid = grid
    let headers = headerRowCount
    return (0..<columnCount).map { column in
      var parts: [String] = []
      for row in 0..<headers where !grid[row][column].isEmpty && parts.last != grid[row][column] {
        parts.append(grid[row][column])
      }
      return parts.joined(separator: " / ")
    }
  }

  /// The rows below the header rows, spans filled in.
  package var bodyRows: [[String]] { Array(grid.dropFirst(headerRowCount)) }

  /// A GitHub-flavoured Markdown table, spans filled in, `|` escaped.
  package var markdown: String {
    Self.markdown(columnNames: columnNames, rows: bodyRows)
  }

  package static func markdown(columnNames: [String], rows: some Sequence<[String]>) -> String {
    var lines = [line(columnNames), "|" + String(repeating: " --- |", count: columnNames.count)]
    for row in rows { lines.append(line(row)) }
    return lines.joined(separator: "\n")
  }

  private static func line(_ cells: [String]) -> String {
    "|" + cells.map { " \(MarkdownText.cell($0)) |" }.joined()
  }

}
