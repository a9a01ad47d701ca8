import Formats
import Foundations

/// The cells of one sheet, and the tables that they form.
struct SheetGrid {
  private struct Place: Hashable {
    var row: Int
    var column: Int
  }

  private struct Value {
    var text: String
    var isText: Bool
  }

  private var values: [Place: Value] = [:]
  /// Of the upper left cells of merged ranges: how many rows and columns they span.
  private var spans: [Place: (rows: Int, columns: Int)] = [:]

  var count: Int { values.count }

  private static let mostText = 64_000_000

  init(_ archive: ZipArchive, _ part: String, _ strings: [String], _ formats: CellFormats) throws {
    var place = Place(row: 0, column: -1)
    var type = ""
    var style: Int?
    var text = ""
    var isValue = false
    var found: [Place: Value] = [:]
    var size = 0
    var merged: [Place: (rows: Int, columns: Int)] = [:]
    try archive.events(part) { event in
      switch event {
      case .opening("row", let attribute):
        place = Place(row: attribute("r").flatMap { Int32($0) }.map { Int($0) - 1 } ?? place.row + 1, column: -1)
      case .opening("c", let attribute):
        place = attribute("r").flatMap { Self.place($0) } ?? Place(row: place.row, column: place.column + 1)
        type = attribute("t") ?? "n"
        style = attribute("s").flatMap { Int($0) }
        text = ""
      case .opening("v", _), .opening("t", _): isValue = true
      case .closing("v"), .closing("t"): isValue = false
      case .text(let more): if isValue { text += more }
      case .closing("c"):
        guard !text.isEmpty else { return }
        switch type {
        case "s":
          if let number = Int(text), strings.indices.contains(number), !strings[number].isEmpty {
            found[place] = Value(text: strings[number], isText: true)
            // One string of a megabyte may stand in each of 50,000 cells.
            size += strings[number].utf8.count
            guard size <= Self.mostText else {
              throw ItemProblem(
                "too_large", "the text of a sheet becomes larger than \(Units.show(bytes: Self.mostText))")
            }
          }
        case "b": found[place] = Value(text: text == "1" ? "TRUE" : "FALSE", isText: false)
        case "n": found[place] = Value(text: formats.show(text, style: style), isText: false)
        default: found[place] = Value(text: text, isText: type != "e" && type != "d")
        }
      case .opening("mergeCell", let attribute):
        let ends = (attribute("ref") ?? "").split(separator: ":").compactMap { Self.place(String($0)) }
        guard ends.count == 2, ends[1].row >= ends[0].row, ends[1].column >= ends[0].column else { return }
        merged[ends[0]] = (ends[1].row - ends[0].row + 1, ends[1].column - ends[0].column + 1)
      default: break
      }
    }
    values = found
    spans = merged
  }

  /// `B3` → row 2, column 1.
  private static func place(_ reference: String) -> Place? {
    var column = 0
    var row = 0
    for byte in reference.utf8 where byte != UInt8(ascii: "$") {
      if byte >= 65 && byte <= 90 {
        column = column * 26 + Int(byte) - 64
      } else if byte >= 48 && byte <= 57 {
        row = row * 10 + Int(byte) - 48
      } else {
        return nil
      }
      guard column <= 16_384, row <= 1_048_576 else { return nil }
    }
    return row > 0 && column > 0 ? Place(row: row - 1, column: column - 1) : nil
  }

  /// Rows of cells without an empty row between them are a table; one of a single cell a row is text.
  var elements: [DocumentElement] {
    let rows = Dictionary(grouping: values.keys, by: \.row)
    var elements: [DocumentElement] = []
    var region: [Int] = []
    func flush() {
      if let element = element(region, rows) { elements += element }
      region = []
    }
    for row in rows.keys.sorted() {
      if let last = region.last, row > last + 1, !isSpanned(row - 1) { flush() }
      region.append(row)
    }
    flush()
    return elements
  }

  private func isSpanned(_ row: Int) -> Bool {
    spans.contains { $0.key.row <= row && row < $0.key.row + $0.value.rows }
  }

  private func element(_ region: [Int], _ rows: [Int: [Place]]) -> [DocumentElement]? {
    guard let first = region.first, let last = region.last else { return nil }
    let places = region.flatMap { rows[$0] ?? [] }
    if region.allSatisfy({ rows[$0]?.count == 1 }) {
      return places.sorted { $0.row < $1.row }.compactMap { values[$0].map { DocumentElement(.text, $0.text) } }
    }
    // A line of its own above the table is what it is called.
    var captions: [DocumentElement] = []
    var region = region
    while region.count > 2, let only = rows[region[0]], only.count == 1, let value = values[only[0]], value.isText {
      captions.append(DocumentElement(.caption, value.text))
      region.removeFirst()
    }
    let top = region.first ?? first
    let columns = Set(region.flatMap { rows[$0] ?? [] }.map(\.column)).sorted()
    let number = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
    let header = (rows[top] ?? []).compactMap { values[$0] }
    let hasHeader = region.count > 1 && header.count * 2 > columns.count && header.allSatisfy(\.isText)
    var cells: [DocumentTable.Cell] = []
    for place in region.flatMap({ rows[$0] ?? [] }).sorted(by: { ($0.row, $0.column) < ($1.row, $1.column) }) {
      guard let value = values[place], let column = number[place.column] else { continue }
      let span = spans[place] ?? (1, 1)
      let width = span.columns == 1 ? 1 : columns.count { $0 >= place.column && $0 < place.column + span.columns }
      cells.append(
        DocumentTable.Cell(
          row: place.row - top, column: column, rowSpan: min(span.rows, last - place.row + 1),
          columnSpan: max(1, width),
          isHeader: hasHeader && place.row == top, text: value.text))
    }
    return captions + [DocumentElement(.table, "", table: DocumentTable(cells: cells))]
  }
}
