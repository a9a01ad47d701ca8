import Foundations

/// Days and parts of days as spreadsheets count them.
struct SheetTime {
  /// From the sheet's day 0, rounded: a hair before midnight is midnight.
  private let seconds: Int64?
  private let isFrom1904: Bool

  private static let day: Int64 = 86_400

  init(_ value: Double, _ isFrom1904: Bool) {
    self.isFrom1904 = isFrom1904
    seconds = abs(value) < 3_000_000 ? Int64(clamping: (value * 86_400).rounded()) : nil
  }

  /// `nil` for what is no day.
  var date: String? {
    guard let seconds, seconds >= 0 else { return nil }
    var days = Int(seconds / Self.day)
    if isFrom1904 {
      days += 1462
    } else if days == 60 {
      // Programs count a day that was not.
      return "1900-02-29"
    } else if days == 0 {
      return "1900-01-00"
    } else if days < 60 {
      days += 1
    }
    return Self.civil(days)
  }

  var time: String {
    guard let seconds else { return "" }
    let rest = Int(clamping: (seconds % Self.day + Self.day) % Self.day)
    let time = "\(Self.two(rest / 3600)):\(Self.two(rest / 60 % 60))"
    return rest % 60 == 0 ? time : "\(time):\(Self.two(rest % 60))"
  }

  var dateAndTime: String? { date.map { $0 + " " + time } }

  /// Days since the end of 1899, in the calendar that takes 1900 for a leap year from 1 March 1900 on.
  private static func civil(_ number: Int) -> String {
    // Days to civil, H. Hinnant.
    let days = number - 25_569 + 719_468
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

  /// Hours, minutes or seconds that do not begin anew.
  /// - Parameter unit: seconds of the largest.
  static func elapsed(_ value: Double, unit: Int) -> String {
    guard abs(value) < 1_000_000 else { return DecimalDigits(value).plain }
    let seconds = Int(clamping: (abs(value) * 86_400).rounded())
    let sign = value < 0 ? "-" : ""
    switch unit {
    case 3600:
      let time = "\(sign)\(two(seconds / 3600)):\(two(seconds / 60 % 60))"
      return seconds % 60 == 0 ? time : "\(time):\(two(seconds % 60))"
    case 60: return "\(sign)\(two(seconds / 60)):\(two(seconds % 60))"
    default: return "\(sign)\(seconds)"
    }
  }

  private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}
