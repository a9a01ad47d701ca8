import Foundations
import Glibc

/// A number as the fifteen digits that spreadsheets show of it.
struct DecimalDigits {
  /// Without zeros in front; none for zero.
  private(set) var digits: [UInt8]
  /// How many of them stand before the point; negative for zeros behind it.
  private(set) var point: Int
  private(set) var isNegative: Bool

  /// - Parameter value: a finite number.
  init(_ value: Double) {
    isNegative = value < 0
    // The shortest digits that mean the number are those that somebody typed: they are rounded, as spreadsheets do it, and
    // not the number that is nearest to them in binary.
    let parts = abs(value).description.split(separator: "e")
    let whole = parts[0].prefix { $0 != "." }.count
    digits = parts[0].utf8.filter { $0 >= 48 && $0 <= 57 }.map { $0 - 48 }
    point = (parts.count > 1 ? Int(parts[1]) ?? 0 : 0) + whole
    normalize()
    self = rounded(15 - point)
  }

  var isZero: Bool { digits.isEmpty }

  private mutating func normalize() {
    while digits.last == 0 { digits.removeLast() }
    let zeros = digits.prefix { $0 == 0 }.count
    digits.removeFirst(zeros)
    point = digits.isEmpty ? 0 : point - zeros
  }

  /// Times a power of ten.
  func shifted(_ places: Int) -> DecimalDigits {
    var copy = self
    if !copy.isZero { copy.point += places }
    return copy
  }

  /// To so many places behind the point, halves away from zero as people round.
  func rounded(_ places: Int) -> DecimalDigits {
    let kept = point + places
    guard kept < digits.count else { return self }
    var copy = self
    if kept < 0 {
      copy.digits = []
      copy.point = 0
      return copy
    }
    let up = digits[kept] >= 5
    copy.digits = Array(digits[..<kept])
    if up {
      var index = kept - 1
      while index >= 0, copy.digits[index] == 9 {
        copy.digits[index] = 0
        index -= 1
      }
      if index >= 0 {
        copy.digits[index] += 1
      } else {
        copy.digits.insert(1, at: 0)
        copy.point += 1
      }
    }
    copy.normalize()
    return copy
  }

  /// The digits before the point; empty for none.
  var whole: String {
    guard point > 0 else { return "" }
    return (0..<point).map { index in index < digits.count ? "\(digits[index])" : "0" }.joined()
  }

  /// So many digits behind the point.
  func fraction(_ places: Int) -> String {
    (0..<max(0, places)).map { place in
      let index = point + place
      return digits.indices.contains(index) ? "\(digits[index])" : "0"
    }.joined()
  }

  /// As a program shows a number that nobody has given a format.
  var plain: String {
    guard !isZero else { return "0" }
    let sign = isNegative ? "-" : ""
    if point > 21 || point < -5 {
      let rest = digits.dropFirst().map { "\($0)" }.joined()
      let exponent = point - 1
      return
        "\(sign)\(digits[0])\(rest.isEmpty ? "" : "." + rest)E\(exponent < 0 ? "-" : "+")\(abs(exponent) < 10 ? "0" : "")\(abs(exponent))"
    }
    let behind = fraction(max(0, digits.count - point))
    return sign + (whole.isEmpty ? "0" : whole) + (behind.isEmpty ? "" : "." + behind)
  }
}
