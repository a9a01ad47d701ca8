import Foundations

/// A text in which quotes are looked for, white space counting as one space however much there is: models
/// join lines.
struct SearchableText {
  private var squeezed: [UInt8] = []
  /// Where each byte of `squeezed` stands in the text.
  private var places: [Int] = []

  init(_ text: String) {
    (squeezed, places) = Self.squeeze(text)
  }

  /// The bytes of the text that a quote stands for; `nil` when it does not stand there.
  func range(of quote: String) -> Range<Int>? {
    var needle = Self.squeeze(quote).bytes
    while needle.last == UInt8(ascii: " ") { needle.removeLast() }
    if needle.first == UInt8(ascii: " ") { needle.removeFirst() }
    guard let found = ByteSearch.range(of: needle, in: squeezed) else { return nil }
    return places[found.lowerBound]..<(places[found.upperBound - 1] + 1)
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
