import Foundations

/// Section numbers at the start of a heading: `3 Title`, `3.2. Title`, `Chapter 4`, `A.1 Title`.
enum Numbering {
  /// The level that the number of a heading gives it; `nil` for a line without one, or one that
  /// reads like a sentence rather than a heading.
  static func level(_ text: String) -> Int? {
    guard text.utf8.count <= 120, let last = text.utf8.last, last != UInt8(ascii: "."),
      last != UInt8(ascii: ","),
      last != UInt8(ascii: ";"), last != UInt8(ascii: ":")
    else { return nil }
    let words = text.split(separator: " ", maxSplits: 1)
    guard words.count == 2, let initial = words[1].unicodeScalars.first else { return nil }
    if let named = namedLevel(words[0].lowercased()), let mark = words[1].unicodeScalars.first {
      return mark.properties.isUppercase || ("0"..."9").contains(mark) ? named : nil
    }
    guard initial.properties.isUppercase || !initial.isASCII else { return nil }
    return depth(words[0])
  }

  private static func namedLevel(_ word: String) -> Int? {
    switch word {
    case "part", "chapter", "appendix": 1
    default: nil
    }
  }

  /// How many parts a number such as `3.2.` or `A.1` has.
  static func depth(_ word: some StringProtocol) -> Int? {
    var parts = 0
    var digits = 0
    var letters = 0
    for byte in word.utf8 {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
      case UInt8(ascii: "A")...UInt8(ascii: "Z") where parts == 0 && digits == 0 && letters == 0:
        letters += 1
      case UInt8(ascii: "."):
        guard digits > 0 || letters > 0 else { return nil }
        guard digits <= 3 else { return nil }
        parts += 1
        (digits, letters) = (0, parts > 0 ? 0 : letters)
      default: return nil
      }
    }
    if digits > 3 || digits > 0 && letters > 0 { return nil }
    if digits > 0 { parts += 1 } else if letters > 0 { return nil }
    return (1...6).contains(parts) ? parts : nil
  }
}
