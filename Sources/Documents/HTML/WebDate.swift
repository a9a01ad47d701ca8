import Foundations

/// Dates as pages write them.
enum WebDate {
  private static let months: [String: Int] = {
    var months: [String: Int] = [:]
    let names = [
      "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
      "december",
    ]
    for (index, name) in names.enumerated() {
      months[name] = index + 1
      months[String(name.prefix(3))] = index + 1
    }
    months["sept"] = 9
    return months
  }()

  /// `2025-08-25`, with the time and its zone as they stand where there are any (ISO 8601, RFC 2822, and English dates in
  /// words); `nil` when it is not a date.
  static func iso(_ text: String) -> String? {
    let text = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    guard (6...60).contains(text.utf8.count) else { return nil }
    return numeric(text) ?? inWords(text)
  }

  private static func numeric(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int? {
      guard range.upperBound <= bytes.count else { return nil }
      return Int(String(decoding: bytes[range], as: UTF8.self))
    }
    guard bytes.count >= 8, let year = number(0..<4) else { return nil }
    let isSplit = bytes[4] == UInt8(ascii: "-") || bytes[4] == UInt8(ascii: "/") || bytes[4] == UInt8(ascii: ".")
    let monthAt = isSplit ? 5 : 4
    let dayAt = isSplit ? 8 : 6
    guard let month = number(monthAt..<(monthAt + 2)), let day = number(dayAt..<(dayAt + 2)) else { return nil }
    guard let date = date(year, month, day) else { return nil }
    var rest = String(decoding: bytes[(dayAt + 2)...], as: UTF8.self)
    guard rest.first == "T" || rest.first == " " else { return date }
    rest.removeFirst()
    let time = rest.prefix { $0.isNumber || ":.+-Z".contains($0) }
    return time.utf8.count >= 5 && time.contains(":") ? date + "T" + time : date
  }

  private static func inWords(_ text: String) -> String? {
    let parts = text.lowercased().split { " ,./".contains($0) }.map(String.init)
    var year: Int?
    var month: Int?
    var day: Int?
    for part in parts {
      if let found = months[part] {
        month = month ?? found
      } else if let number = Int(part.prefix { $0.isNumber }), !part.isEmpty {
        if (1900...2100).contains(number) {
          year = year ?? number
        } else if (1...31).contains(number) {
          day = day ?? number
        }
      }
    }
    guard let year, let month, let day else { return nil }
    return date(year, month, day)
  }

  private static func date(_ year: Int, _ month: Int, _ day: Int) -> String? {
    guard (1990...2100).contains(year), (1...12).contains(month), (1...31).contains(day) else { return nil }
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(year)-\(two(month))-\(two(day))"
  }
}
