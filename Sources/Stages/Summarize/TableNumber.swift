/// A number as it stands in a table cell: `1,234.5`, `−3 %`, `$ 12M`, `1.234,50 €`.
struct TableNumber: Equatable {
  let value: Double
  /// What stands around it: `%`, `$`, `ms`; empty for a bare number.
  let unit: String
  /// How many digits stand behind the decimal separator.
  let decimals: Int

  /// What parts the whole from the fraction: whole columns are written in one style.
  enum Decimal: Character {
    case point = "."
    case comma = ","
  }

  /// `nil` when the cell is something else than one number with at most a short unit.
  init?(_ cell: String, decimal: Decimal = .point) {
    guard let shape = TableNumberShape(cell), let number = shape.number(decimal) else { return nil }
    self = number
  }

  init(value: Double, unit: String, decimals: Int) {
    (self.value, self.unit, self.decimals) = (value, unit, decimals)
  }
}
