import Formats
import Foundations

/// How the numbers of a workbook's cells are shown.
struct CellFormats {
  enum Kind: Equatable { case plain, date, time, elapsed, dateAndTime, percent }

  private var kinds: [Kind] = []
  private let isFrom1904: Bool

  init(_ archive: ZipArchive, isFrom1904: Bool) throws {
    self.isFrom1904 = isFrom1904
    var custom: [Int: String] = [:]
    var isInCells = false
    var found: [Kind] = []
    try archive.events("xl/styles.xml") { event in
      switch event {
      case .opening("numFmt", let attribute):
        if let id = attribute("numFmtId").flatMap({ Int($0) }) { custom[id] = attribute("formatCode") }
      case .opening("cellXfs", _): isInCells = true
      case .closing("cellXfs"): isInCells = false
      case .opening("xf", let attribute) where isInCells:
        let id = attribute("numFmtId").flatMap { Int($0) } ?? 0
        found.append(custom[id].map { Self.kind(ofCode: $0) } ?? Self.kind(ofNumber: id))
      default: break
      }
    }
    kinds = found
  }

  /// The formats that every program knows by number.
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
    var isQuoted = false
    var isBracketed = false
    var isEscaped = false
    for character in code.lowercased().split(separator: ";").first ?? "" {
      if isEscaped {
        isEscaped = false
      } else if character == "\\" || character == "_" {
        isEscaped = true
      } else if character == "\"" {
        isQuoted.toggle()
      } else if isQuoted {
        continue
      } else if character == "[" {
        isBracketed = true
      } else if character == "]" {
        isBracketed = false
      } else if !isBracketed {
        bare.append(character)
      }
    }
    if bare.contains("%") { return .percent }
    if ["[h]", "[hh]"].contains(where: { code.lowercased().contains($0) }) { return .elapsed }
    let hasDate = bare.contains("y") || bare.contains("d")
    let hasTime = bare.contains("h") || bare.contains("s")
    if hasDate { return hasTime ? .dateAndTime : .date }
    return hasTime ? .time : bare.contains("mmm") ? .date : .plain
  }

  /// A number as the sheet means it.
  func show(_ text: String, style: Int?) -> String {
    guard let value = Double(text), value.isFinite else { return text }
    switch style.flatMap({ kinds.indices.contains($0) ? kinds[$0] : nil }) ?? .plain {
    case .plain: return Self.number(value)
    case .percent: return Self.number((value * 100_000_000).rounded() / 1_000_000) + "%"
    case .date: return Self.date(value, isFrom1904)
    case .time: return Self.time(value)
    case .elapsed: return Self.elapsed(value)
    case .dateAndTime: return Self.date(value, isFrom1904) + " " + Self.time(value)
    }
  }

  private static func number(_ value: Double) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return String(Int64(clamping: value)) }
    // Programs show fifteen digits; what is behind them is rounding.
    var scale = 1.0
    var size = abs(value)
    while size >= 1 {
      size /= 10
      scale *= 10
    }
    let step = 1e15 / scale
    let rounded = (value * step).rounded() / step
    return "\(rounded.isFinite ? rounded : value)"
  }

  /// Days since the end of 1899, in the calendar that takes 1900 for a leap year from 1 March 1900 on.
  private static func date(_ value: Double, _ isFrom1904: Bool) -> String {
    guard value >= 0, value < 3_000_000 else { return number(value) }
    // Days to civil, H. Hinnant.
    let days = Int(clamping: value.rounded(.down)) + (isFrom1904 ? 1462 : 0) - 25_569 + 719_468
    let era = (days >= 0 ? days : days - 146_096) / 146_097
    let dayOfEra = days - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let part = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * part + 2) / 5 + 1
    let month = part < 10 ? part + 3 : part - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return "\(year)-\(two(month))-\(two(day))"
  }

  /// Hours that do not begin anew each day.
  private static func elapsed(_ value: Double) -> String {
    guard abs(value) < 1_000_000 else { return number(value) }
    let seconds = Int(clamping: (abs(value) * 86_400).rounded())
    let time = "\(value < 0 ? "-" : "")\(two(seconds / 3600)):\(two(seconds / 60 % 60))"
    return seconds % 60 == 0 ? time : "\(time):\(two(seconds % 60))"
  }

  private static func time(_ value: Double) -> String {
    let seconds = Int(clamping: ((value - value.rounded(.down)) * 86_400).rounded()) % 86_400
    let time = "\(two(seconds / 3600)):\(two(seconds / 60 % 60))"
    return seconds % 60 == 0 ? time : "\(time):\(two(seconds % 60))"
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
