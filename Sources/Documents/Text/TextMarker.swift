/// The marks that begin the items of lists in plain text.
enum TextMarker {
  private static let bullets = [
    "- ", "* ", "+ ", "• ", "o ", "– ", "▪ ", "◦ ", "— ", "· ", "‣ ", "○ ", "● ", "■ ", "□ ", "☐ ", "☑ ", "✓ ", "➢ ",
    "▸ ", "► ",
  ]

  /// The length of the marker at the start of a line; tabs count as spaces.
  static func length(_ line: ArraySlice<UInt8>) -> Int? {
    // Most lines begin with a word.
    if let first = line.first, let second = line.dropFirst().first, isLetter(first), isLetter(second),
      !"ivx".utf8.contains(first | 0x20)
    {
      return nil
    }
    let start = line.prefix(12).map { $0 == 9 ? 0x20 : $0 }
    if let length = TextLine.marker(start[...]) { return length }
    for bullet in bullets where start.starts(with: bullet.utf8) { return bullet.utf8.count }
    // (ii), iv)
    let isOpened = start.first == UInt8(ascii: "(")
    let roman = start.dropFirst(isOpened ? 1 : 0).prefix { "ivx".utf8.contains($0 | 0x20) }
    guard (2...4).contains(roman.count) else { return nil }
    let rest = start[roman.endIndex...]
    return rest.starts(with: [UInt8(ascii: ")"), 0x20]) ? roman.endIndex + 2 : nil
  }

  private static func isLetter(_ byte: UInt8) -> Bool { byte | 0x20 >= 97 && byte | 0x20 <= 122 }

  /// The letter of `a. `, which is a marker only where others count on.
  static func letter(_ line: ArraySlice<UInt8>) -> UInt8? {
    let start = Array(line.prefix(3))
    guard start.count == 3, start[1] == UInt8(ascii: "."), start[2] == 0x20 || start[2] == 9 else { return nil }
    return (97...122).contains(start[0] | 0x20) ? start[0] : nil
  }

  private static func isCounted(_ line: ArraySlice<UInt8>) -> Bool {
    let number = line.prefix { $0 >= 48 && $0 <= 57 || $0 == UInt8(ascii: ".") }
    let parts = number.split(separator: UInt8(ascii: "."))
    return parts.count > 1 && parts.allSatisfy { $0.count <= 3 } && line.dropFirst(number.count).first == 0x20
  }

  /// The lines of a block that begin items.
  static func starts(_ lines: [ArraySlice<UInt8>]) -> Set<Int> {
    var starts: Set<Int> = []
    var letters: [(line: Int, letter: UInt8)] = []
    for (index, line) in lines.enumerated() {
      let bare = TextLine.trimmed(line)
      if length(bare) != nil {
        starts.insert(index)
      } else if let letter = letter(bare) {
        letters.append((index, letter))
      }
    }
    // Where there are items, `2.1. First` is one of them.
    if !starts.isEmpty {
      for (index, line) in lines.enumerated() where !starts.contains(index) && isCounted(TextLine.trimmed(line)) {
        starts.insert(index)
      }
    }
    for (one, next) in zip(letters, letters.dropFirst()) where next.letter == one.letter + 1 {
      starts.insert(one.line)
      starts.insert(next.line)
    }
    return starts
  }
}
