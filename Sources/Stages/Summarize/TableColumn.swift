/// The numbers of one column, read in the one style that all of its cells allow.
struct TableColumn {
  struct Cell {
    /// The index of its row.
    let row: Int
    let number: TableNumber
  }

  let cells: [Cell]

  /// `nil` where nothing can be said by its extremes: cells whose digits are no number, several styles or units, and
  /// names of things that only look like numbers.
  init?(_ texts: [String], name: String) {
    var shapes: [(row: Int, shape: TableNumberShape)] = []
    for (row, text) in texts.enumerated() where text.contains(where: \.isNumber) {
      // It may be the greatest of all.
      guard let shape = TableNumberShape(text) else { return nil }
      shapes.append((row, shape))
    }
    guard shapes.count >= 2, Set(shapes.map(\.shape.unit)).count == 1 else { return nil }
    let styles = shapes.reduce(Set([TableNumber.Decimal.point, .comma])) { $0.intersection($1.shape.decimals) }
    guard let decimal = Self.decimal(styles, shapes.map(\.shape)) else { return nil }
    cells = shapes.compactMap { row, shape in shape.number(decimal).map { Cell(row: row, number: $0) } }
    if isNumbering || areYears || areIdentifiers(shapes.map(\.shape), name) || areVersions(name) { return nil }
  }

  /// Where both styles are possible the order of the numbers has to be one and the same.
  private static func decimal(_ styles: Set<TableNumber.Decimal>, _ shapes: [TableNumberShape]) -> TableNumber.Decimal?
  {
    guard styles.count > 1 else { return styles.first }
    func order(_ decimal: TableNumber.Decimal) -> [Int] {
      let values = shapes.map { $0.number(decimal)?.value ?? 0 }
      return values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    }
    return order(.point) == order(.comma) ? .point : nil
  }

  /// 1, 2, 3, …: numbers of rows.
  private var isNumbering: Bool {
    zip(cells, cells.dropFirst()).allSatisfy { $1.number.value - $0.number.value == 1 }
  }

  private var areYears: Bool {
    cells.allSatisfy { $0.number.unit.isEmpty && $0.number.decimals == 0 && (1500...2100).contains($0.number.value) }
  }

  /// Numbers that name something: with zeros in front, or many digits, as many in each.
  private func areIdentifiers(_ shapes: [TableNumberShape], _ name: String) -> Bool {
    if Self.hasWord(name, Self.identifiers) { return true }
    let plain = shapes.filter { $0.separators.isEmpty && $0.unit.isEmpty }.map { $0.groups[0] }
    if plain.contains(where: { $0.count > 1 && $0.hasPrefix("0") }) { return true }
    return plain.count == shapes.count && plain.allSatisfy { $0.count >= 6 && $0.count == plain[0].count }
      && Set(plain).count == plain.count
  }

  /// `3.9` and `3.10`.
  private func areVersions(_ name: String) -> Bool {
    if Self.hasWord(name, Self.versions) { return true }
    let decimals = Set(cells.map(\.number.decimals))
    guard decimals.count > 1, let most = decimals.max() else { return false }
    // A zero at the end says that these digits are not cut where the number ends.
    return cells.contains { cell in
      guard cell.number.unit.isEmpty, cell.number.decimals == most else { return false }
      let shifted = cell.number.value * Self.power(most - 1)
      return abs(shifted - shifted.rounded()) < 1e-9 * max(1, abs(shifted))
    } && !cells.contains { $0.number.decimals == 0 }
  }

  private static func power(_ exponent: Int) -> Double { (0..<max(0, exponent)).reduce(1.0) { value, _ in value * 10 } }

  private static func hasWord(_ name: String, _ words: Set<String>) -> Bool {
    name.lowercased().split { !$0.isLetter }.contains { words.contains(String($0)) }
  }

  private static let identifiers: Set<String> = [
    "id", "ids", "no", "nr", "code", "zip", "plz", "postcode", "phone", "tel", "telephone", "telefon", "isbn", "issn",
    "sku",
    "key", "account", "iban", "bug", "issue", "rfc", "port", "ref", "编号", "电话", "邮编",
  ]
  private static let versions: Set<String> = ["version", "versions", "release", "ver", "build", "revision", "版本"]
}
