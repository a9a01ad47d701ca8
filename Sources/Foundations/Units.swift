/// Reading and showing quantities with units: durations, sizes, shares.
package enum Units {
  private static func split(_ text: String) -> (number: Double, unit: String)? {
    let trimmed = text.filter { $0 != " " }
    let digits = trimmed.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits), number.isFinite else { return nil }
    return (number, String(trimmed.dropFirst(digits.count)))
  }

  /// The longest duration: a thousand years. What is done with one (nanoseconds, dates) must not overflow.
  private static let longest = 31_557_600_000.0
  /// The largest size: a petabyte.
  private static let largest = 1e15

  /// Seconds in `1.5s`, `200ms`, `5m`, `2h`, `1d`, `1w`; `0` needs no unit. `nil` for anything else.
  package static func seconds(_ text: String) -> Double? {
    guard let (number, unit) = split(text), let seconds = seconds(number, unit), seconds <= longest else { return nil }
    return seconds
  }

  private static func seconds(_ number: Double, _ unit: String) -> Double? {
    switch unit {
    case "ms": return number / 1000
    case "s": return number
    case "m", "min": return number * 60
    case "h": return number * 3600
    case "d": return number * 86_400
    case "w": return number * 604_800
    case "": return number == 0 ? 0 : nil
    default: return nil
    }
  }

  /// Bytes in `512`, `10KB`, `10MB`, `1GB` (powers of 1000) or `KiB`, `MiB`, `GiB` (powers of 1024).
  package static func bytes(_ text: String) -> Int? {
    guard let (number, unit) = split(text) else { return nil }
    let factors: [String: Double] = [
      "": 1, "B": 1, "KB": 1e3, "kB": 1e3, "MB": 1e6, "GB": 1e9, "KiB": 1024, "MiB": 1_048_576,
      "GiB": 1_073_741_824,
    ]
    guard let factor = factors[unit], number * factor <= largest else { return nil }
    return Int(clamping: number * factor)
  }

  /// The share from 0 to 1 in `20%`, `0.5%` or `0.2`.
  package static func share(_ text: String) -> Double? {
    guard let (number, unit) = split(text) else { return nil }
    let value = unit == "%" ? number / 100 : number
    guard unit == "%" || unit.isEmpty, (0...1).contains(value) else { return nil }
    return value
  }

  /// `850 ms`, `3.2 s`, `4 min 10 s`, `2 h 05 min`.
  package static func show(seconds: Double) -> String {
    if seconds < 0.001 { return "0 ms" }
    if seconds < 0.9995 { return "\(Int(clamping: (seconds * 1000).rounded())) ms" }
    if seconds < 59.95 { return "\(decimal(seconds, 1)) s" }
    let whole = Int(clamping: seconds.rounded())
    if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
    let minutes = whole % 3600 / 60
    return "\(whole / 3600) h \(minutes < 10 ? "0" : "")\(minutes) min"
  }

  /// `812 B`, `4.1 KB`, `7.0 MB`.
  package static func show(bytes: Int) -> String {
    var value = Double(bytes)
    for unit in ["B", "KB", "MB", "GB"] {
      if value < 999.5 { return unit == "B" ? "\(bytes) B" : "\(decimal(value, 1)) \(unit)" }
      value /= 1000
    }
    return "\(decimal(value, 1)) TB"
  }

  /// `1 page`, `1,234 pages`, `2 entries`.
  package static func counted(_ count: Int, _ name: String) -> String {
    if count == 1 { return "1 " + name }
    let endsInY = name.hasSuffix("y") && !name.hasSuffix("ay") && !name.hasSuffix("ey")
    return show(count) + " " + (endsInY ? name.dropLast() + "ies" : name + "s")
  }

  /// `1,234,567`.
  package static func show(_ count: Int) -> String {
    var text = ""
    for (index, digit) in String(count.magnitude).reversed().enumerated() {
      if index > 0 && index % 3 == 0 { text.append(",") }
      text.append(digit)
    }
    return (count < 0 ? "-" : "") + String(text.reversed())
  }

  /// A number with exactly `places` digits behind the point, without the cost of ICU.
  package static func decimal(_ value: Double, _ places: Int) -> String {
    var factor = 1.0
    for _ in 0..<places { factor *= 10 }
    let scaled = (abs(value) * factor).rounded()
    guard scaled < 9e15 else { return "\(value)" }
    let whole = Int(clamping: scaled)
    let sign = value < 0 && whole > 0 ? "-" : ""
    if places == 0 { return sign + String(whole) }
    let digits = String(whole % Int(clamping: factor))
    return sign + "\(whole / Int(clamping: factor))." + String(repeating: "0", count: places - digits.count)
      + digits
  }
}
