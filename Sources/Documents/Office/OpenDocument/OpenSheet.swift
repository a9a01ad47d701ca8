import Foundations

/// The cells of a sheet of an OpenDocument spreadsheet: what they show is their text; dates are in ISO 8601.
struct OpenSheet {
  private(set) var values: [SheetCells.Place: SheetCells.Value] = [:]
  private(set) var spans: [SheetCells.Place: (rows: Int, columns: Int)] = [:]
  private(set) var links: [SheetCells.Place: String] = [:]
  private var row = 0

  private static let mostCells = 2_000_000

  init(_ table: XMLNode, _ styles: OpenStyles) throws {
    var text = OpenText(styles)
    try read(table, &text)
  }

  private mutating func read(_ node: XMLNode, _ text: inout OpenText) throws {
    for child in node.children {
      switch child.name {
      case "table:table-row": try add(child, &text)
      case "table:table-header-rows", "table:table-rows", "table:table-row-group": try read(child, &text)
      default: break
      }
    }
  }

  private mutating func add(_ line: XMLNode, _ text: inout OpenText) throws {
    let rows = max(1, line.int("table:number-rows-repeated") ?? 1)
    var column = 0
    for cell in line.children where cell.name == "table:table-cell" || cell.name == "table:covered-table-cell" {
      let repeated = max(1, cell.int("table:number-columns-repeated") ?? 1)
      defer { column = min(column.addingReportingOverflow(repeated).partialValue, 1 << 24) }
      guard let value = value(cell, &text) else { continue }
      for above in 0..<min(rows, 1_048_576) {
        for beside in 0..<min(repeated, 16_384) {
          let place = SheetCells.Place(row: row + above, column: column + beside)
          values[place] = value
          guard values.count <= Self.mostCells else {
            throw ItemProblem("too_large", "the spreadsheet has more than \(Units.show(Self.mostCells)) cells")
          }
          let span = (
            rows: min(1 << 20, max(1, cell.int("table:number-rows-spanned") ?? 1)),
            columns: min(16_384, max(1, cell.int("table:number-columns-spanned") ?? 1))
          )
          if span.rows > 1 || span.columns > 1 { spans[place] = span }
          if let url = cell.first("text:a")?["xlink:href"] { links[place] = url }
        }
      }
    }
    row = min(row.addingReportingOverflow(rows).partialValue, 1 << 24)
  }

  private func value(_ cell: XMLNode, _ text: inout OpenText) -> SheetCells.Value? {
    text.read(cell)
    let shown = text.take().map(\.text).joined(separator: "\n")
    switch cell["office:value-type"] {
    case "date":
      let date = (cell["office:date-value"] ?? shown).split(separator: "T")
      let time = date.count > 1 ? Self.time(String(date[1])) : ""
      return SheetCells.Value(
        text: ([String(date.first ?? "")] + (time.isEmpty ? [] : [time])).joined(separator: " "), isText: false)
    case "time":
      return SheetCells.Value(text: cell["office:time-value"].flatMap(Self.duration) ?? shown, isText: false)
    case "string", nil:
      if shown.isEmpty {
        guard let formula = cell["table:formula"] else { return nil }
        return SheetCells.Value(
          text: formula.split(separator: ":", maxSplits: 1).last.map(String.init) ?? formula, isText: false)
      }
      return SheetCells.Value(text: shown, isText: true)
    default:
      return shown.isEmpty
        ? cell["office:value"].map { SheetCells.Value(text: $0, isText: false) }
        : SheetCells.Value(text: shown, isText: false)
    }
  }

  private static func time(_ text: String) -> String {
    let whole = text.prefix { $0 != "." && $0 != "," && $0 != "Z" }
    return whole.hasSuffix(":00") && whole.count == 8 ? String(whole.dropLast(3)) : String(whole)
  }

  /// `PT30H05M00S` as `30:05`.
  private static func duration(_ text: String) -> String? {
    guard text.hasPrefix("PT") else { return nil }
    var numbers: [Character: Double] = [:]
    var digits = ""
    for character in text.dropFirst(2) {
      if character.isNumber || character == "." {
        digits.append(character)
      } else {
        numbers[character] = Double(digits)
        digits = ""
      }
    }
    let seconds = (numbers["H"] ?? 0) * 3600 + (numbers["M"] ?? 0) * 60 + (numbers["S"] ?? 0)
    return SheetTime.elapsed(seconds / 86_400, unit: 3600)
  }
}
