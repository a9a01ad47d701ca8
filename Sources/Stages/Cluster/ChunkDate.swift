import Foundations

/// Dates as metadata has them, in seconds since 1970.
enum ChunkDate {
  /// `2026-11-21`, `2026-11-21T08:30:00Z`, with an offset or a space; seconds or milliseconds since 1970.
  static func seconds(_ value: JSONValue?) -> Double? {
    if let number = value?.double { return abs(number) > 1e11 ? number / 1000 : number }
    guard let text = value?.string else { return nil }
    return seconds(text)
  }

  static func seconds(_ text: String) -> Double? {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= bytes.count else { return nil }
      return Int(String(decoding: bytes[range], as: UTF8.self))
    }
    guard let year = number(0..<4), bytes.count >= 10, bytes[4] == 0x2D, bytes[7] == 0x2D, let month = number(5..<7),
      let day = number(8..<10), (1...12).contains(month), (1...31).contains(day)
    else { return nil }
    var seconds = Double(days(year, month, day)) * 86400
    if bytes.count >= 16, let hour = number(11..<13), let minute = number(14..<16) {
      seconds += Double(hour * 3600 + minute * 60)
      if bytes.count >= 19, bytes[16] == 0x3A, let second = number(17..<19) { seconds += Double(second) }
      // An offset at the end: +01:00, +0100.
      if let sign = bytes[16...].lastIndex(where: { $0 == 0x2B || $0 == 0x2D }) {
        let digits = bytes[(sign + 1)...].filter { $0 != 0x3A }
        if digits.count == 4, let offset = Int(String(decoding: digits, as: UTF8.self)) {
          let shift = Double(offset / 100 * 3600 + offset % 100 * 60)
          seconds -= bytes[sign] == 0x2B ? shift : -shift
        }
      }
    }
    return seconds
  }

  /// `2026-11-21`
  static func day(_ seconds: Double) -> String {
    // Howard Hinnant's civil_from_days.
    let z = Int(clamping: (seconds / 86400).rounded(.down)) + 719_468
    let era = (z >= 0 ? z : z - 146_096) / 146_097
    let doe = z - era * 146_097
    let yoe = (doe - doe / 1460 + doe / 36524 - doe / 146_096) / 365
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100)
    let mp = (5 * doy + 2) / 153
    let month = mp < 10 ? mp + 3 : mp - 9
    let year = yoe + era * 400 + (month <= 2 ? 1 : 0)
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(year)-\(two(month))-\(two(doy - (153 * mp + 2) / 5 + 1))"
  }

  /// Days since 1970 (Howard Hinnant's days_from_civil).
  private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let y = month <= 2 ? year - 1 : year
    let era = (y >= 0 ? y : y - 399) / 400
    let yoe = y - era * 400
    let doy = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719_468
  }
}
