import Formats
import Foundations

/// The cells of a sheet as they are read.
struct SheetCells {
  struct Place: Hashable {
    var row: Int
    var column: Int
  }

  struct Value {
    var text: String
    var isText: Bool
  }

  private(set) var values: [Place: Value] = [:]
  /// Of the upper left cells of merged ranges: how many rows and columns they span.
  private(set) var spans: [Place: (rows: Int, columns: Int)] = [:]
  private(set) var links: [Place: String] = [:]
  private let strings: [String]
  private let formats: CellFormats
  private let targets: [String: String]
  private var place = Place(row: 0, column: -1)
  private var type = ""
  private var style: Int?
  private var text = ""
  private var string = SheetString()
  private var formula: String?
  private var isValue = false
  private var isFormula = false
  private var size = 0

  private static let mostText = 64_000_000

  init(_ archive: ZipArchive, _ part: String, _ strings: [String], _ formats: CellFormats) throws {
    self.strings = strings
    self.formats = formats
    targets = try archive.relations(of: part)
    try archive.events(part, .workbook) { try take($0) }
  }

  /// The cells of a sheet that another reader has read.
  init(_ sheet: OpenSheet) {
    (values, spans, links) = (sheet.values, sheet.spans, sheet.links)
    (strings, targets) = ([], [:])
    formats = CellFormats()
  }

  private mutating func take(_ event: XMLEvents.Event) throws {
    switch event {
    case .opening(let name, let attribute): open(name, attribute)
    case .closing(let name): try close(name)
    case .text(let more):
      if isFormula { formula = (formula ?? "") + more } else if isValue { text += more } else { string.add(more) }
    }
  }

  private mutating func open(_ name: String, _ attribute: (String) -> String?) {
    switch name {
    case "row":
      place = Place(row: attribute("r").flatMap { Int32($0) }.map { Int($0) - 1 } ?? place.row + 1, column: -1)
    case "c":
      place = attribute("r").flatMap { Self.place($0) } ?? Place(row: place.row, column: place.column + 1)
      type = attribute("t") ?? "n"
      style = attribute("s").flatMap { Int($0) }
      text = ""
      formula = nil
      string = SheetString()
    case "v": isValue = true
    case "f":
      isFormula = true
      formula = formula ?? ""
    case "mergeCell":
      let ends = (attribute("ref") ?? "").split(separator: ":").compactMap { Self.place(String($0)) }
      guard ends.count == 2, ends[1].row >= ends[0].row, ends[1].column >= ends[0].column else { return }
      spans[ends[0]] = (ends[1].row - ends[0].row + 1, ends[1].column - ends[0].column + 1)
    case "hyperlink":
      guard let first = attribute("ref")?.split(separator: ":").first.flatMap({ Self.place(String($0)) }) else {
        return
      }
      let target = attribute("r:id").flatMap { targets[$0] }
      let inside = attribute("location").map { "#" + $0 }
      if let url = target.map({ $0 + (inside ?? "") }) ?? inside { links[first] = url }
    default: string.open(name, attribute)
    }
  }

  private mutating func close(_ name: String) throws {
    switch name {
    case "v": isValue = false
    case "f": isFormula = false
    case "c": try closeCell()
    default: string.close(name)
    }
  }

  private mutating func closeCell() throws {
    let inline = string.take()
    if let formula, let url = Self.link(formula) { links[place] = links[place] ?? url }
    guard !text.isEmpty || !inline.isEmpty else {
      // Never calculated: nobody knows its value, but a silent blank would be a lie.
      if let formula {
        values[place] = Value(text: formula.isEmpty ? "(formula without a value)" : "=" + formula, isText: false)
      }
      return
    }
    switch type {
    case "s":
      guard let number = Int(text), strings.indices.contains(number), !strings[number].isEmpty else { return }
      values[place] = Value(text: strings[number], isText: true)
      // One string of a megabyte may stand in each of 50,000 cells.
      size += strings[number].utf8.count
      guard size <= Self.mostText else {
        throw ItemProblem("too_large", "the text of a sheet becomes larger than \(Units.show(bytes: Self.mostText))")
      }
    case "b": values[place] = Value(text: text == "1" ? "TRUE" : "FALSE", isText: false)
    case "n": values[place] = Value(text: formats.show(text, style: style), isText: false)
    case "e": values[place] = Value(text: text, isText: false)
    case "d": values[place] = Value(text: text.split(separator: "T").joined(separator: " "), isText: false)
    default: values[place] = Value(text: inline.isEmpty ? SheetText.plain(text) : inline, isText: true)
    }
    if values[place]?.text.isEmpty == true { values[place] = nil }
  }

  /// Where the formula `HYPERLINK("…", …)` leads.
  private static func link(_ formula: String) -> String? {
    let bare = formula.drop { $0 == "=" || $0 == " " }
    guard bare.uppercased().hasPrefix("HYPERLINK(\"") else { return nil }
    let url = bare.dropFirst(11).prefix { $0 != "\"" }
    return url.isEmpty ? nil : String(url)
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
}
