import Formats
import Foundations

/// How the numbers of a workbook's cells are shown: dates and times in ISO 8601, other numbers by their formats.
struct CellFormats {
  enum Kind: Equatable {
    case plain, date, time, dateAndTime, percent
    /// Hours, minutes or seconds that do not begin anew.
    case elapsed
    case elapsedMinutes, elapsedSeconds
  }

  private struct Format {
    let kind: Kind
    let number: NumberFormat?
  }

  private var formats: [Format] = []
  private let isFrom1904: Bool

  /// None.
  init() { isFrom1904 = false }

  init(_ archive: ZipArchive, _ part: String, isFrom1904: Bool) throws {
    self.isFrom1904 = isFrom1904
    var custom: [Int: String] = [:]
    var isInCells = false
    var ids: [Int] = []
    try archive.events(part, .workbook) { event in
      switch event {
      case .opening("numFmt", let attribute):
        if let id = attribute("numFmtId").flatMap({ Int($0) }) { custom[id] = attribute("formatCode") }
      case .opening("cellXfs", _): isInCells = true
      case .closing("cellXfs"): isInCells = false
      case .opening("xf", let attribute) where isInCells: ids.append(attribute("numFmtId").flatMap { Int($0) } ?? 0)
      default: break
      }
    }
    var known: [Int: Format] = [:]
    for id in Set(ids) {
      let code = custom[id] ?? Self.codes[id]
      let kind = custom[id].map { Self.kind(ofCode: $0) } ?? Self.kind(ofNumber: id)
      let isNumber = kind == .plain || kind == .percent
      known[id] = Format(
        kind: kind, number: isNumber ? code.flatMap { Self.isGeneral($0) ? nil : NumberFormat($0) } : nil)
    }
    formats = ids.map { known[$0] ?? Format(kind: .plain, number: nil) }
  }

  private static func isGeneral(_ code: String) -> Bool { ["general", "@", ""].contains(code.lowercased()) }

  /// The formats that every program knows by number.
  private static let codes: [Int: String] = [
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 5: "\"$\"#,##0;\\-\"$\"#,##0", 6: "\"$\"#,##0;\\-\"$\"#,##0",
    7: "\"$\"#,##0.00;\\-\"$\"#,##0.00", 8: "\"$\"#,##0.00;\\-\"$\"#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00",
    12: "# ?/?", 13: "# ??/??", 37: "#,##0;(#,##0)", 38: "#,##0;(#,##0)", 39: "#,##0.00;(#,##0.00)",
    40: "#,##0.00;(#,##0.00)", 41: "#,##0;(#,##0);\"-\"", 42: "\"$\"#,##0;(\"$\"#,##0);\"$\"\"-\"",
    43: "#,##0.00;(#,##0.00);\"-\"", 44: "\"$\"#,##0.00;(\"$\"#,##0.00);\"$\"\"-\"", 48: "##0.0E+0",
  ]

  static func kind(ofNumber id: Int) -> Kind {
    switch id {
    case 9, 10: .percent
    case 14...17, 27...31, 34...36, 50...58: .date
    case 18...21, 32...33, 45, 47: .time
    case 46: .elapsed
    case 22: .dateAndTime
    default: .plain
    }
  }

  static func kind(ofCode code: String) -> Kind {
    var bare = ""
    var brackets: [String] = []
    var isQuoted = false
    var isEscaped = false
    for character in code.lowercased().split(separator: ";", omittingEmptySubsequences: false).first ?? "" {
      if isEscaped {
        isEscaped = false
      } else if character == "\\" || character == "_" || character == "*" {
        isEscaped = true
      } else if character == "\"" {
        isQuoted.toggle()
      } else if isQuoted {
        continue
      } else if character == "[" {
        brackets.append("")
        bare.append("[")
      } else if character == "]" {
        bare.append("]")
      } else if bare.last == "[" {
        brackets[brackets.count - 1].append(character)
      } else {
        bare.append(character)
      }
    }
    for inner in brackets where !inner.isEmpty {
      if inner.allSatisfy({ $0 == "h" }) { return .elapsed }
      if inner.allSatisfy({ $0 == "m" }) { return .elapsedMinutes }
      if inner.allSatisfy({ $0 == "s" }) { return .elapsedSeconds }
    }
    if bare.contains("general") { return .plain }
    if bare.contains("%") { return .percent }
    let hasDate = bare.contains("y") || bare.contains("d")
    let hasTime = bare.contains("h") || bare.contains("s")
    if hasDate { return hasTime ? .dateAndTime : .date }
    return hasTime ? .time : bare.contains("m") && !bare.contains("0") && !bare.contains("#") ? .date : .plain
  }

  /// A number as the sheet means it.
  func show(_ text: String, style: Int?) -> String {
    guard let value = Double(text), value.isFinite else { return text }
    let format = style.flatMap { formats.indices.contains($0) ? formats[$0] : nil }
    switch format?.kind ?? .plain {
    case .plain, .percent: return format?.number?.show(value) ?? DecimalDigits(value).plain
    case .date: return SheetTime(value, isFrom1904).date ?? DecimalDigits(value).plain
    case .time: return SheetTime(value, isFrom1904).time
    case .dateAndTime: return SheetTime(value, isFrom1904).dateAndTime ?? DecimalDigits(value).plain
    case .elapsed: return SheetTime.elapsed(value, unit: 3600)
    case .elapsedMinutes: return SheetTime.elapsed(value, unit: 60)
    case .elapsedSeconds: return SheetTime.elapsed(value, unit: 1)
    }
  }
}
