import Foundations
import HTTPClient

/// A date as sitemaps and feeds write it: W3C date and time (RFC 3339 and its shorter forms), or RFC 822.
package struct CalendarTime: Sendable, Equatable {
  /// The first and the last moment that it may mean: `2026-11` is a whole month.
  package let earliest: Double
  package let latest: Double

  package init?(_ text: String) {
    let bytes = Array(text.utf8).filter { $0 > 0x20 || $0 == 0x20 }
    if let found = Self.w3c(bytes) {
      self = found
    } else if let seconds = RetryAfter.date(text) {
      self.init(earliest: seconds, latest: seconds)
    } else {
      return nil
    }
  }

  private init(earliest: Double, latest: Double) {
    self.earliest = earliest
    self.latest = latest
  }

  private static func w3c(_ text: [UInt8]) -> CalendarTime? {
    var rest = text[...].drop { $0 == 0x20 }
    func number(_ digits: Int) -> Int? {
      guard rest.count >= digits, rest.prefix(digits).allSatisfy({ $0 >= 48 && $0 <= 57 }) else { return nil }
      defer { rest = rest.dropFirst(digits) }
      return rest.prefix(digits).reduce(0) { $0 * 10 + Int($1) - 48 }
    }
    func skip(_ byte: Character) -> Bool {
      guard rest.first == byte.asciiValue else { return false }
      rest = rest.dropFirst()
      return true
    }
    guard let year = number(4), year >= 1970 else { return nil }
    guard skip("-"), let month = number(2), (1...12).contains(month) else {
      return rest.isEmpty ? span(days(year, 1, 1), days(year + 1, 1, 1)) : nil
    }
    guard skip("-"), let day = number(2), (1...31).contains(day) else {
      return rest.isEmpty
        ? span(days(year, month, 1), month == 12 ? days(year + 1, 1, 1) : days(year, month + 1, 1)) : nil
    }
    let start = days(year, month, day)
    guard skip("T") || skip("t") || skip(" "), let hour = number(2), skip(":"), let minute = number(2) else {
      return rest.allSatisfy { $0 == 0x20 } ? span(start, start + 1) : nil
    }
    var seconds = Double(start) * 86_400 + Double(hour * 3600 + minute * 60)
    if skip(":"), let second = number(2) { seconds += Double(second) }
    if skip(".") { rest = rest.drop { $0 >= 48 && $0 <= 57 } }
    _ = skip(" ")
    let isBehind = rest.first == UInt8(ascii: "-")
    if skip("+") || skip("-"), let hours = number(2) {
      _ = skip(":")
      let offset = Double(hours * 3600 + (number(2) ?? 0) * 60)
      seconds += isBehind ? offset : -offset
    }
    return CalendarTime(earliest: seconds, latest: seconds)
  }

  private static func span(_ first: Int, _ end: Int) -> CalendarTime {
    CalendarTime(earliest: Double(first) * 86_400, latest: Double(end) * 86_400 - 1)
  }

  /// Days since 1970 of a date of the Gregorian calendar (Hinnant's algorithm).
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted / 400
    let ofEra = shifted - era * 400
    let ofYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468
  }
}
