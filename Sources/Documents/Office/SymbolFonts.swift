import Foundations

/// Fonts whose letters are signs: what a code in them means.
enum SymbolFonts {
  /// The text with the codes of such a font (U+F020 to U+F0FF, or the letters themselves) as what they show.
  static func shown(_ text: String, font: String?) -> String {
    guard let font, isSymbolic(font) else { return text }
    return text.unicodeScalars.map { scalar in
      let code = (0xF000...0xF0FF).contains(scalar.value) ? scalar.value - 0xF000 : scalar.value
      return code < 0x100 ? self.text(code, font: font) ?? String(scalar) : String(scalar)
    }.joined()
  }

  /// What a code shows; `nil` when nobody knows.
  static func text(_ code: UInt32, font: String) -> String? {
    let code = code >= 0xF000 && code <= 0xF0FF ? code - 0xF000 : code
    if code == 0x20 || code == 0xA0 && !font.lowercased().hasPrefix("wing") { return " " }
    switch font.lowercased() {
    case "symbol": return symbol[code].map(String.init)
    case "wingdings": return wingdings[code].map(String.init)
    case "wingdings 2": return wingdings2[code].map(String.init)
    case "webdings": return webdings[code].map(String.init)
    default: return code >= 0x20 ? Unicode.Scalar(code).map { String($0) } : nil
    }
  }

  private static func isSymbolic(_ font: String) -> Bool {
    ["symbol", "wingdings", "wingdings 2", "webdings"].contains(font.lowercased())
  }

  private static func table(from first: UInt32, _ signs: String) -> [UInt32: Character] {
    Dictionary(
      uniqueKeysWithValues: signs.enumerated().compactMap { offset, sign in
        sign == "\u{FFFD}" ? nil : (first + UInt32(offset), sign)
      })
  }

  /// Adobe's Symbol encoding.
  private static let symbol = table(
    from: 0x21,
    "!∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
  ).merging(
    table(
      from: 0xA0,
      "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪\u{FFFD}〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"),
    uniquingKeysWith: { first, _ in first })

  /// The signs of Wingdings that stand in texts.
  private static let wingdings: [UInt32: Character] = [
    0x21: "✏", 0x22: "✂", 0x23: "✁", 0x28: "☎", 0x29: "✆", 0x2A: "✉", 0x36: "⌛", 0x3F: "✍", 0x41: "✌", 0x43: "👍",
    0x44: "👎", 0x45: "☜", 0x46: "☞", 0x47: "☝", 0x48: "☟", 0x4A: "☺", 0x4B: "😐", 0x4C: "☹", 0x4D: "💣", 0x4E: "☠",
    0x52: "☼", 0x54: "❄", 0x58: "✠", 0x59: "✡", 0x5A: "☪", 0x6C: "●", 0x6D: "❍", 0x6E: "■", 0x6F: "□", 0x70: "□",
    0x71: "❑", 0x72: "❒", 0x73: "⬧", 0x74: "⧫", 0x75: "◆", 0x76: "❖", 0x77: "⬥", 0x78: "☒", 0x80: "⓪", 0x81: "①",
    0x82: "②", 0x83: "③", 0x84: "④", 0x85: "⑤", 0x86: "⑥", 0x87: "⑦", 0x88: "⑧", 0x89: "⑨", 0x8A: "⑩", 0x8B: "⓿",
    0x8C: "❶", 0x8D: "❷", 0x8E: "❸", 0x8F: "❹", 0x90: "❺", 0x91: "❻", 0x92: "❼", 0x93: "❽", 0x94: "❾", 0x95: "❿",
    0x9E: "·", 0x9F: "•", 0xA1: "○", 0xA4: "◉", 0xA5: "◎", 0xA7: "▪", 0xA8: "◻", 0xAA: "✦", 0xAB: "★", 0xAC: "✶",
    0xB5: "⯑", 0xD5: "⌫", 0xD6: "⌦", 0xD7: "←", 0xD8: "➢", 0xDF: "←", 0xE0: "→", 0xE1: "↑", 0xE2: "↓", 0xE3: "↖",
    0xE4: "↗", 0xE5: "↙", 0xE6: "↘", 0xE8: "➔", 0xEF: "⇦", 0xF0: "⇨", 0xF1: "⇧", 0xF2: "⇩", 0xF3: "⬄", 0xFB: "✗",
    0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
  ]

  private static let wingdings2: [UInt32: Character] = [
    0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x95: "●", 0x96: "●", 0x97: "•", 0x98: "•",
    0xA2: "▪", 0xA3: "□", 0xAE: "◆", 0xEA: "★",
  ]

  private static let webdings: [UInt32: Character] = [
    0x33: "◀", 0x34: "▶", 0x35: "▲", 0x36: "▼", 0x61: "✔", 0x63: "◻", 0x67: "◼", 0x6C: "●", 0x6E: "●", 0x72: "✖",
    0x73: "❓", 0x69: "ℹ", 0x80: "★",
  ]
}
