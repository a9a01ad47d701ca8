import Foundations

/// A line of plain text.
enum TextLine {
  static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var line = line.drop { $0 <= 0x20 }
    while let last = line.last, last <= 0x20 { line.removeLast() }
    return line
  }

  /// How far a line is moved in.
  static func indent(_ line: ArraySlice<UInt8>) -> Int {
    var indent = 0
    for byte in line {
      if byte == 9 { indent = (indent / 8 + 1) * 8 } else if byte == 0x20 { indent += 1 } else if byte != 0x0C { break }
    }
    return indent
  }

  static func string(_ line: some Sequence<UInt8>) -> String {
    // Form feeds and the like separate pages, they are not text.
    String(decoding: line.filter { $0 >= 0x20 || $0 == 0x09 }, as: UTF8.self)
  }

  /// The length of a list marker (`- `, `* `, `• `, `1. `, `2) `, `(3) `, `a) `) at the start of a line.
  static func marker(_ line: ArraySlice<UInt8>) -> Int? {
    for bullet in ["- ", "* ", "+ ", "• ", "o ", "– ", "▪ ", "◦ "] where line.starts(with: bullet.utf8) {
      return bullet.utf8.count
    }
    let isOpened = line.first == UInt8(ascii: "(")
    let rest = isOpened ? line.dropFirst() : line
    var label = rest.prefix { $0 >= 48 && $0 <= 57 }.count
    if label == 0, let first = rest.first, first | 0x20 >= 97 && first | 0x20 <= 122 { label = -1 }
    let length = label < 0 ? 1 : label
    guard (1...3).contains(length) else { return nil }
    let behind = rest.dropFirst(length)
    guard let mark = behind.first, mark == UInt8(ascii: ")") || mark == UInt8(ascii: ".") && !isOpened && label > 0,
      behind.dropFirst().first == 0x20
    else { return nil }
    return length + 2 + (isOpened ? 1 : 0)
  }
}
