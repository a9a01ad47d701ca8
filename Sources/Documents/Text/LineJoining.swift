import Foundations

/// Joins the lines of a paragraph: with spaces, without any between Chinese and Japanese letters, and without the
/// hyphen that broke a word.
struct LineJoining {
  /// The words of the document, in lower case, and those with a hyphen inside.
  private let words: Set<String>

  init(_ text: [UInt8]) {
    var words: Set<String> = []
    // Only a text with hyphens at line ends needs to know its words.
    if Self.hasBrokenWords(text) {
      var start = 0
      for index in 0...text.count {
        if index < text.count, Self.isLetter(text[index]) || text[index] == UInt8(ascii: "-") { continue }
        if index > start, text[index - 1] != UInt8(ascii: "-"), words.count < 500_000 {
          words.insert(String(decoding: text[start..<index], as: UTF8.self).lowercased())
        }
        start = index + 1
      }
    }
    self.words = words
  }

  func joined(_ lines: [ArraySlice<UInt8>]) -> String {
    var text = InlineText()
    for line in lines {
      let line = TextLine.trimmed(line)
      if let broken = brokenWord(text.bytes), let next = nextWord(line) {
        if dropsHyphen(broken, next) { text.replaceEnding("-", with: "") }
      } else if !Self.isIdeographic(endOf: text.bytes) || !Self.isIdeographic(startOf: line) {
        text.space()
      }
      text.append(line)
    }
    return text.take()
  }

  /// Longer ones are no words.
  private static let longestWord = 200

  /// The part of a word before a hyphen at the end.
  private func brokenWord(_ text: [UInt8]) -> String? {
    guard text.last == UInt8(ascii: "-") else { return nil }
    var start = text.count - 1
    let least = max(0, start - Self.longestWord)
    while start > least, Self.isLetter(text[start - 1]) || text[start - 1] == UInt8(ascii: "-") { start -= 1 }
    let word = text[start..<(text.count - 1)]
    return word.isEmpty || word.last == UInt8(ascii: "-") ? nil : String(decoding: word, as: UTF8.self)
  }

  private func nextWord(_ line: ArraySlice<UInt8>) -> String? {
    let word = String(
      decoding: line.prefix(Self.longestWord).prefix { Self.isLetter($0) || $0 == UInt8(ascii: "-") }, as: UTF8.self)
    guard let first = word.first, first.isLowercase else { return nil }
    return word
  }

  /// Whether the hyphen is no part of the word: the document has the word without it, or nothing speaks for it.
  private func dropsHyphen(_ broken: String, _ next: String) -> Bool {
    let (broken, next) = (broken.lowercased(), next.lowercased())
    if words.contains("\(broken)-\(next)") { return false }
    if words.contains(broken + next) { return true }
    // Two words of the document: `well-` and `known`.
    return !(broken.count > 2 && words.contains(broken) && words.contains(next))
  }

  private static func hasBrokenWords(_ text: [UInt8]) -> Bool {
    var index = 1
    while index + 1 < text.count {
      guard let place = text[index...].firstIndex(of: 10) else { return false }
      if text[place - 1] == UInt8(ascii: "-"), place > 1, isLetter(text[place - 2]) { return true }
      index = place + 1
    }
    return false
  }

  private static func isLetter(_ byte: UInt8) -> Bool { byte >= 0x80 || byte | 0x20 >= 97 && byte | 0x20 <= 122 }

  private static func isIdeographic(endOf text: [UInt8]) -> Bool {
    String(decoding: text.suffix(4), as: UTF8.self).unicodeScalars.last.map(isIdeographic) ?? false
  }

  private static func isIdeographic(startOf line: ArraySlice<UInt8>) -> Bool {
    String(decoding: line.prefix(4), as: UTF8.self).unicodeScalars.first.map(isIdeographic) ?? false
  }

  /// Letters and signs that are written without spaces between them; Korean has spaces.
  static func isIdeographic(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x2E80...0x2FDF, 0x3000...0x30FF, 0x31C0...0x9FFF, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF01...0xFF9F,
      0x20000...0x3FFFF:
      true
    default: false
    }
  }
}
