import Foundations

/// A text in which quotes are looked for, white space counting as one space however much there is: models
/// join lines.
package struct SearchableText: Sendable {
  private var squeezed: [UInt8] = []
  /// Where each byte of `squeezed` stands in the text.
  private var places: [Int] = []

  package init(_ text: String) {
    (squeezed, places) = Self.squeeze(text)
  }

  /// The bytes of the text that a quote stands for; `nil` when it does not stand there. Neither end may lie within a
  /// word: "cannot be" is not a quote of "can".
  package func range(of quote: String) -> Range<Int>? {
    var needle = Self.squeeze(quote).bytes
    while needle.last == UInt8(ascii: " ") { needle.removeLast() }
    if needle.first == UInt8(ascii: " ") { needle.removeFirst() }
    guard let first = needle.first, let last = needle.last else { return nil }
    var start = 0
    while let found = ByteSearch.range(of: needle, in: Array(squeezed[start...])) {
      let range = (found.lowerBound + start)..<(found.upperBound + start)
      let cutsFront = range.lowerBound > 0 && Self.isWord(first) && Self.isWord(squeezed[range.lowerBound - 1])
      let cutsBack = range.upperBound < squeezed.count && Self.isWord(last) && Self.isWord(squeezed[range.upperBound])
      if !cutsFront && !cutsBack { return places[range.lowerBound]..<(places[range.upperBound - 1] + 1) }
      start = range.lowerBound + 1
    }
    return nil
  }

  /// Letters and digits of ASCII: scripts without spaces have no words to cut.
  private static func isWord(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"):
      true
    default: false
    }
  }

  private static func squeeze(_ text: String) -> (bytes: [UInt8], places: [Int]) {
    var bytes: [UInt8] = []
    var places: [Int] = []
    for (place, byte) in text.utf8.enumerated() {
      let isSpace = byte == UInt8(ascii: " ") || (9...13).contains(byte)
      if isSpace && bytes.last == UInt8(ascii: " ") { continue }
      bytes.append(isSpace ? UInt8(ascii: " ") : byte)
      places.append(place)
    }
    return (bytes, places)
  }
}
