import Documents
import Foundations

/// What a table holds, said by rule: its size, its columns, and the extremes of its numbers, all of
/// them quoted as they stand in it.
enum TableSummary {
  /// Columns named, and columns whose extremes are given.
  private static let namedColumns = 8
  private static let numericColumns = 3

  /// Empty when there is nothing to say: no rows or no cells.
  static func extract(from table: DocumentTable) -> String {
    let rows = table.bodyRows.filter { row in row.contains { !$0.isEmpty } }
    guard !rows.isEmpty, table.columnCount > 0 else { return "" }
    let names = table.columnNames.enumerated().map {
      shortened($1.isEmpty ? "column \($0 + 1)" : $1)
    }
    let hasNames = table.columnNames.contains { !$0.isEmpty }
    var sentences = [
      "Table of \(count(rows.count, "row")) and \(count(names.count, "column"))\(hasNames ? ": " + list(names) : "")."
    ]
    for column in names.indices {
      guard sentences.count <= numericColumns else { break }
      if let sentence = extremes(of: column, names, rows) { sentences.append(sentence) }
    }
    if sentences.count == 1, let labels = labels(rows) { sentences.append(labels) }
    return sentences.joined(separator: " ")
  }

  /// `nil` where they cannot be told for certain: a wrong one is worse than none.
  private static func extremes(of column: Int, _ names: [String], _ rows: [[String]]) -> String? {
    let texts = rows.map { $0[column] }
    guard let numbers = TableColumn(texts, name: names[column])?.cells,
      numbers.count * 10 >= texts.count(where: { !$0.isEmpty }) * 7,
      let cells = TableTotals.without(numbers, rows.map { label($0, column) }),
      let least = cells.min(by: { $0.number.value < $1.number.value }),
      let most = cells.max(by: { $0.number.value < $1.number.value }),
      least.number.value < most.number.value
    else { return nil }
    return "\(names[column]) ranges from \(shown(rows[least.row], column)) to \(shown(rows[most.row], column))."
  }

  /// A cell and the row that it stands in, by the row's first cell.
  private static func shown(_ row: [String], _ column: Int) -> String {
    label(row, column).map { "\(row[column]) (\(shortened($0)))" } ?? row[column]
  }

  /// What a row is about: its first cell that is no number.
  private static func label(_ row: [String], _ column: Int) -> String? {
    row.indices.first { $0 != column && !row[$0].isEmpty && TableNumberShape(row[$0]) == nil }.map { row[$0] }
  }

  private static func labels(_ rows: [[String]]) -> String? {
    let labels = rows.compactMap { $0.first }.filter { !$0.isEmpty }.map { shortened($0) }
    guard labels.count >= 2 else { return nil }
    let shown = labels.prefix(namedColumns)
    return "It lists \(list(Array(shown)))\(labels.count > shown.count ? " and others" : "")."
  }

  private static func count(_ number: Int, _ word: String) -> String {
    "\(number) \(word)\(number == 1 ? "" : "s")"
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.prefix(namedColumns)
    return shown.joined(separator: ", ") + (names.count > shown.count ? ", …" : "")
  }

  /// On one line, at most 60 characters.
  private static func shortened(_ text: String) -> String {
    let line = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return line.count > 60 ? String(line.prefix(59)) + "…" : line
  }
}
