/// What the characters of a line say of it, whatever it means.
struct PDFTextTraits {
  private(set) var length = 0
  private(set) var words = 0
  private(set) var upper = 0
  private(set) var lower = 0
  private(set) var digits = 0
  /// Letters of scripts without capitals.
  private(set) var uncased = 0
  private(set) var signs = 0
  /// Words that begin with a capital.
  private(set) var capitals = 0
  /// 0 lower case, 1 upper case, 2 a digit, 3 a letter of a script without capitals, 4 anything else.
  private(set) var first = 4
  /// 0 nothing, 1 the end of a sentence, 2 a colon, 3 a comma or semicolon, 4 a hyphen.
  private(set) var ending = 0

  init(_ text: String) {
    var isWordStart = true
    var last: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      if scalar == " " {
        isWordStart = true
        continue
      }
      let kind = Self.kind(scalar)
      switch kind {
      case 0: lower += 1
      case 1: upper += 1
      case 2: digits += 1
      case 3: uncased += 1
      default: signs += 1
      }
      if length == 0 { first = kind }
      if isWordStart {
        words += 1
        if kind == 1 { capitals += 1 }
      }
      isWordStart = false
      length += 1
      last = scalar
    }
    switch last {
    case ".", "!", "?", "。", "؟", "।": ending = 1
    case ":", "：": ending = 2
    case ",", ";", "،", "、": ending = 3
    case "-", "\u{2010}": ending = 4
    default: ending = 0
    }
  }

  private static func kind(_ scalar: Unicode.Scalar) -> Int {
    switch scalar.value {
    case 0x61...0x7A: return 0
    case 0x41...0x5A: return 1
    case 0x30...0x39: return 2
    case 0...0x7F: return 4
    default:
      let properties = scalar.properties
      if properties.isLowercase { return 0 }
      if properties.isUppercase { return 1 }
      if properties.isAlphabetic { return 3 }
      return properties.numericType == nil ? 4 : 2
    }
  }
}
