import Formats
import Foundations

/// Columns of text, as wide as their widest cell.
struct TextTable {
  private var rows: [[String]] = []
  /// Columns (from 0) whose cells stand to the right: numbers.
  private let numeric: Set<Int>

  init(_ header: [String], numeric: Set<Int> = []) {
    rows = [header]
    self.numeric = numeric
  }

  mutating func add(_ row: [String]) { rows.append(row.map(TerminalText.line)) }

  var isEmpty: Bool { rows.count == 1 }

  var text: String {
    let columns = rows.map(\.count).max() ?? 0
    var widths = [Int](repeating: 0, count: columns)
    for row in rows { for (index, cell) in row.enumerated() { widths[index] = max(widths[index], Self.width(cell)) } }
    return rows.map { row in
      let line = row.enumerated().map { index, cell in
        let space = String(repeating: " ", count: widths[index] - Self.width(cell))
        return numeric.contains(index) ? space + cell : index == row.count - 1 ? cell : cell + space
      }.joined(separator: "  ")
      return line
    }.joined(separator: "\n")
  }

  /// The characters of a cell without its colours.
  private static func width(_ text: String) -> Int {
    text.unicodeScalars.contains(where: Style.isMark)
      ? String(String.UnicodeScalarView(text.unicodeScalars.filter { !Style.isMark($0) })).count : text.count
  }
}
