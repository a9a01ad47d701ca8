/// The digits of a cell with what parts them, before it is known which separator begins the fraction.
struct TableNumberShape {
  let isNegative: Bool
  let unit: String
  /// The digits between the separators, and these.
  let groups: [String]
  let separators: [Character]

  /// `nil` when the cell is something else than one number with at most a short unit.
  init?(_ cell: String) {
    var (isNegative, unit, ended) = (false, "", false)
    var (groups, separators): ([String], [Character]) = ([""], [])
    /// A separator or space behind the digits, which belongs to the number if digits follow.
    var pending: Character?
    for character in cell {
      switch character {
      case "0"..."9":
        guard character.isASCII, !ended else { return nil }
        if let separator = pending {
          separators.append(separator)
          groups.append("")
          pending = nil
        }
        groups[groups.count - 1].append(character)
      case ".", ",", "'", "’":
        guard pending == nil, !ended, groups != [""] else { return nil }
        pending = character == "’" ? "'" : character
      case "-", "−", "–", "+":
        guard groups == [""], !isNegative else { return nil }
        isNegative = character != "+"
      case " ", "\u{A0}", "\u{202F}", "\u{2009}":
        if groups != [""], pending == nil, !ended { pending = " " }
      default:
        if groups != [""] { ended = true }
        unit.append(character)
        guard unit.count <= 4 else { return nil }
      }
    }
    guard groups != [""], pending == nil || pending == " " || pending == "." else { return nil }
    (self.isNegative, self.unit, self.groups, self.separators) = (isNegative, unit, groups, separators)
  }

  /// Whether the digits behind each separator are three, or pairs before the last three, as in India.
  private func areThousands(_ groups: ArraySlice<String>) -> Bool {
    guard let first = groups.first, let last = groups.last, groups.count > 1 else { return true }
    let inner = groups.dropFirst().dropLast()
    return last.count == 3 && (1...3).contains(first.count) && first != "0"
      && (inner.allSatisfy { $0.count == 3 } || inner.allSatisfy { $0.count == 2 } && first.count <= 2)
  }

  /// Which separators may begin the fraction: both where nothing tells, none where this is no number, as `1.2.3`.
  var decimals: Set<TableNumber.Decimal> {
    Set([TableNumber.Decimal.point, .comma].filter { number($0) != nil })
  }

  /// The number in a style; `nil` where it cannot be written so.
  func number(_ decimal: TableNumber.Decimal) -> TableNumber? {
    var whole = groups[...]
    var fraction = ""
    if separators.last == decimal.rawValue {
      fraction = groups[groups.count - 1]
      whole = whole.dropLast()
    }
    // One kind of separator parts the thousands, and never the one of the fraction.
    let grouping = Set(separators.prefix(whole.count - 1))
    guard grouping.count <= 1, !grouping.contains(decimal.rawValue), areThousands(whole),
      let value = Double(whole.joined() + (fraction.isEmpty ? "" : "." + fraction))
    else { return nil }
    return TableNumber(value: isNegative ? -value : value, unit: unit, decimals: fraction.count)
  }
}
