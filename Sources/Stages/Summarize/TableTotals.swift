/// Rows that sum up others: they are no extremes of what the table holds.
enum TableTotals {
  private static let words: Set<String> = [
    "total", "totals", "subtotal", "sum", "all", "overall", "average", "mean", "median", "gesamt", "gesamtsumme",
    "summe",
    "zwischensumme", "insgesamt", "alle", "durchschnitt", "mittelwert", "schnitt", "somme", "ensemble", "moyenne",
    "totale",
    "media", "suma", "promedio", "soma", "média", "totaal", "gemiddelde", "razem", "średnia", "итого", "всего",
    "среднее",
  ]
  private static let parts = ["合计", "总计", "總計", "小计", "小計", "合計", "平均", "総計"]

  /// The cells of a column without those of rows that sum others up.
  /// - Returns: `nil` where it cannot be told: a row is called like a sum, or is as large as all others together, and the
  ///   other says that it is none.
  static func without(_ cells: [TableColumn.Cell], _ labels: [String?]) -> [TableColumn.Cell]? {
    let named = cells.map { cell in labels[cell.row].map(isTotal) ?? false }
    let plain = zip(cells, named).filter { !$1 }.map(\.0)
    guard plain.count >= 2 else { return nil }
    for (index, cell) in cells.enumerated() {
      if named[index] {
        guard sumsUp(cell, index, cells, named, plain) else {
          // What lies between others changes no extreme.
          let values = plain.map(\.number.value)
          guard let least = values.min(), let most = values.max(), (least...most).contains(cell.number.value) else {
            return nil
          }
          continue
        }
      } else if plain.count >= 4, isNear(cell.number, sum(plain) - cell.number.value, plain.count) {
        return nil
      }
    }
    return plain
  }

  private static func isTotal(_ label: String) -> Bool {
    let lower = label.lowercased()
    return lower.split { !$0.isLetter }.contains { words.contains(String($0)) } || parts.contains { lower.contains($0) }
  }

  /// Whether a number is the sum or the mean of all others, or of those right above or below it.
  private static func sumsUp(
    _ cell: TableColumn.Cell, _ index: Int, _ cells: [TableColumn.Cell], _ named: [Bool], _ plain: [TableColumn.Cell]
  ) -> Bool {
    let above = cells.indices[..<index].reversed().prefix { !named[$0] }.map { cells[$0] }
    let below = cells.indices[(index + 1)...].prefix { !named[$0] }.map { cells[$0] }
    return [plain, above, below].contains { others in
      guard !others.isEmpty else { return false }
      let sum = sum(others)
      return isNear(cell.number, sum, others.count) || isNear(cell.number, sum / Double(others.count), 1)
        || others.count % 2 == 1 && cell.number.value == others.map(\.number.value).sorted()[others.count / 2]
    }
  }

  private static func sum(_ cells: [TableColumn.Cell]) -> Double { cells.reduce(0) { $0 + $1.number.value } }

  /// Each of `count` numbers may have been rounded.
  private static func isNear(_ number: TableNumber, _ value: Double, _ count: Int) -> Bool {
    let step = (0..<number.decimals).reduce(1.0) { step, _ in step / 10 }
    return abs(number.value - value) <= 0.5 * step * Double(count) * 1.001 && value != 0
  }
}
