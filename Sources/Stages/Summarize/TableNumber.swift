/// A number as it stands in a table cell: `1,234.5`, `−3 %`, `$ 12M`.
struct TableNumber: Equatable {
  let value: Double
  /// What stands around it: `%`, `$`, `ms`; empty for a bare number.
  let unit: String

  /// `nil` when the cell is something else than one number with at most a short unit.
  init?(_ cell: String) {
    var digits = ""
    var unit = ""
    var sawDigit = false
    var ended = false
    for character in cell {
      switch character {
      case "0"..."9":
        guard character.isASCII, !ended else { return nil }
        sawDigit = true
        digits.append(character)
      case "." where !ended && sawDigit: digits.append(".")
      case "," where !ended && sawDigit: break
      case "-", "−", "–", "+":
        guard !sawDigit, digits.isEmpty else { return nil }
        if character != "+" { digits = "-" }
      case " ", "\u{A0}", "\u{202F}":
        if sawDigit { ended = true }
      default:
        if sawDigit { ended = true }
        unit.append(character)
        guard unit.count <= 4 else { return nil }
      }
    }
    guard sawDigit, let value = Double(digits.hasSuffix(".") ? String(digits.dropLast()) : digits)
    else { return nil }
    self.value = value
    self.unit = unit
  }
}
