/// Text that was made to be printed over itself: bold as `N` over `N`, underlined as a low line under a letter, as formatted
/// manual pages have it; or with the codes that terminals take for that.
struct Overstrikes {
  /// The text without any of it.
  private(set) var text: [UInt8]
  /// Where lines begin all of whose letters are bold.
  private(set) var boldLines: Set<Int> = []

  private static let (backspace, escape, newline, low) = (UInt8(8), UInt8(0x1B), UInt8(10), UInt8(ascii: "_"))

  init(_ source: [UInt8]) {
    text = source
    guard source.contains(where: { $0 == Self.backspace || $0 == Self.escape }) else { return }
    text = []
    text.reserveCapacity(source.count)
    var line = (start: 0, letters: 0, bold: 0)
    var isBold = false
    // Whether the last letter was counted as bold.
    var isCounted = false
    var index = 0
    while index < source.count {
      let byte = source[index]
      if byte == Self.escape, let end = Self.endOfCode(source, index) {
        if source[end - 1] == UInt8(ascii: "m") { isBold = Self.setsBold(source[index..<end], isBold) }
        index = end
        continue
      }
      let end = Self.endOfLetter(source, index)
      if byte == Self.backspace {
        let next = index + 1 < source.count ? Self.endOfLetter(source, index + 1) : index + 1
        let over = source[min(index + 1, source.count)..<next]
        index = next
        guard let first = over.first, first > 0x20, let start = Self.startOfLast(text), start >= line.start else {
          continue
        }
        let under = Array(text[start...])
        if under.elementsEqual(over) {
          if !isCounted { line.bold += 1 }
          isCounted = true
        } else if under == [UInt8(ascii: "+")] && first == UInt8(ascii: "o")
          || under == [UInt8(ascii: "o")] && first == UInt8(ascii: "+")
        {
          text.removeLast()
          text += "•".utf8
        } else if first != Self.low {
          text.removeSubrange(start...)
          text += over
        }
        continue
      }
      text += source[index..<end]
      index = end
      isCounted = false
      if byte == Self.newline {
        if line.letters > 0, line.bold >= line.letters { boldLines.insert(line.start) }
        line = (text.count, 0, 0)
      } else if byte > 0x20 {
        line.letters += 1
        if isBold {
          line.bold += 1
          isCounted = true
        }
      }
    }
    if line.letters > 0, line.bold >= line.letters { boldLines.insert(line.start) }
  }

  private static func endOfLetter(_ text: [UInt8], _ start: Int) -> Int {
    var end = start + 1
    if text[start] >= 0xC0 { while end < text.count, text[end] & 0xC0 == 0x80, end < start + 4 { end += 1 } }
    return end
  }

  private static func startOfLast(_ text: [UInt8]) -> Int? {
    guard var start = text.indices.last else { return nil }
    while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
    return start
  }

  /// The end of a terminal's code: `ESC [ … letter`, `ESC ( B`.
  private static func endOfCode(_ text: [UInt8], _ start: Int) -> Int? {
    guard start + 1 < text.count else { return nil }
    if text[start + 1] == UInt8(ascii: "(") { return min(start + 3, text.count) }
    guard text[start + 1] == UInt8(ascii: "[") else { return nil }
    let end = text[(start + 2)...].prefix(40).firstIndex { $0 >= 0x40 && $0 <= 0x7E }
    return end.map { $0 + 1 }
  }

  private static func setsBold(_ code: ArraySlice<UInt8>, _ before: Bool) -> Bool {
    var isBold = before
    let numbers = code.dropFirst(2).dropLast().split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    for number in numbers {
      switch String(decoding: number, as: UTF8.self) {
      case "1": isBold = true
      case "", "0", "22": isBold = false
      default: break
      }
    }
    return isBold
  }
}
