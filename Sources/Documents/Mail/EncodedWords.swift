import Foundations

/// Words of a header in other letters than ASCII (RFC 2047): `=?utf-8?Q?Gr=C3=BC=C3=9Fe?=`.
enum EncodedWords {
  static func decoded(_ text: String) -> String {
    guard text.contains("=?") else { return text }
    var out = ""
    var rest = text[...]
    var wasEncoded = false
    while let start = rest.firstRange(of: "=?") {
      let before = rest[..<start.lowerBound]
      let parts = rest[start.upperBound...].split(separator: "?", maxSplits: 3, omittingEmptySubsequences: false)
      guard parts.count == 4, parts[3].hasPrefix("="), let word = word(parts[0], parts[1], parts[2]) else {
        out += rest[..<start.upperBound]
        rest = rest[start.upperBound...]
        wasEncoded = false
        continue
      }
      // White space between two encoded words is none.
      if !wasEncoded || !before.allSatisfy(\.isWhitespace) { out += before }
      out += word
      rest = parts[3].dropFirst()
      wasEncoded = true
    }
    return out + rest
  }

  private static func word(_ charset: Substring, _ encoding: Substring, _ text: Substring) -> String? {
    let bytes: [UInt8]
    switch encoding {
    case "b", "B":
      bytes = TransferEncoding.base64(text.utf8)
    case "q", "Q":
      bytes = TransferEncoding.quotedPrintable(text.utf8.map { $0 == UInt8(ascii: "_") ? 0x20 : $0 })
    default: return nil
    }
    let name = charset.prefix { $0 != "*" }
    return String(decoding: TextDecoding.decode(bytes, declared: [String(name)]).text, as: UTF8.self)
  }
}
