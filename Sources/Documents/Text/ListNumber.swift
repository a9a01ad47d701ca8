import Foundations

/// Numbers of lists and headings as programs show them.
package enum ListNumber {
  package enum Style: Sendable, Hashable {
    case decimal, decimalZero, lowerLetter, upperLetter, lowerRoman, upperRoman, lowerGreek, ordinal
    /// Letters as Word counts them on behind z: aa, bb, cc.
    case lowerDoubled, upperDoubled
    case circled, chinese, none
  }

  package static func written(_ number: Int, _ style: Style) -> String {
    switch style {
    case .decimal: "\(number)"
    case .decimalZero: (0...9).contains(number) ? "0\(number)" : "\(number)"
    case .lowerLetter: letters(number)
    case .upperLetter: letters(number).uppercased()
    case .lowerDoubled: doubled(number)
    case .upperDoubled: doubled(number).uppercased()
    case .lowerRoman: roman(number).lowercased()
    case .upperRoman: roman(number)
    case .lowerGreek: greek(number)
    case .ordinal: ordinal(number)
    case .circled: circled(number)
    case .chinese: chinese(number)
    case .none: ""
    }
  }

  /// a … z, aa, ab, …
  private static func letters(_ number: Int) -> String {
    guard number > 0 else { return "\(number)" }
    var rest = number
    var text: [UInt8] = []
    while rest > 0 {
      text.insert(UInt8(97 + (rest - 1) % 26), at: 0)
      rest = (rest - 1) / 26
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static func doubled(_ number: Int) -> String {
    guard (1...2600).contains(number) else { return "\(number)" }
    let letter = String(decoding: [UInt8(97 + (number - 1) % 26)], as: UTF8.self)
    return String(repeating: letter, count: (number - 1) / 26 + 1)
  }

  private static func greek(_ number: Int) -> String {
    let letters = Array("αβγδεζηθικλμνξοπρστυφχψω")
    return letters.indices.contains(number - 1) ? String(letters[number - 1]) : "\(number)"
  }

  private static func ordinal(_ number: Int) -> String {
    let tens = abs(number) % 100
    guard !(11...13).contains(tens) else { return "\(number)th" }
    switch tens % 10 {
    case 1: return "\(number)st"
    case 2: return "\(number)nd"
    case 3: return "\(number)rd"
    default: return "\(number)th"
    }
  }

  private static func circled(_ number: Int) -> String {
    guard (1...20).contains(number), let scalar = Unicode.Scalar(UInt32(0x2460 + number - 1)) else {
      return "\(number)"
    }
    return String(scalar)
  }

  private static func chinese(_ number: Int) -> String {
    let digits = Array("〇一二三四五六七八九")
    guard (0..<100).contains(number) else { return "\(number)" }
    if number < 10 { return String(digits[number]) }
    let tens = number / 10 == 1 ? "" : String(digits[number / 10])
    return tens + "十" + (number % 10 == 0 ? "" : String(digits[number % 10]))
  }

  private static func roman(_ number: Int) -> String {
    guard (1...3999).contains(number) else { return "\(number)" }
    var rest = number
    var text = ""
    let signs = [
      (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"),
      (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
    ]
    for (value, sign) in signs {
      while rest >= value {
        text += sign
        rest -= value
      }
    }
    return text
  }
}
