import Synchronization

/// The values that must never be shown: whoever reads a secret registers it here, and everything that writes a log, an
/// error or a report, and everything that a server answers, passes through `redacted`.
package enum Secrets {
  /// By length, the longest first, so that one that holds another goes whole.
  private static let values = Mutex<[[UInt8]]>([])

  /// Remembers a secret, and how it looks in an address, in JSON and in Base64. Values under four bytes are too common to
  /// be looked for.
  package static func register(_ value: String) {
    guard value.utf8.count >= 4 else { return }
    let encoded = percentEncoded(value)
    let small = percentEncoded(value, digits: "0123456789abcdef")
    // As it stands in an address, in a form, and in an address that stands in another one.
    let forms = [
      Array(value.utf8), encoded, small, Array(value.utf8.map { $0 == 0x20 ? 0x2B : $0 }),
      plusForSpace(encoded), plusForSpace(small), percentEncoded(String(decoding: encoded, as: UTF8.self)),
      percentEncoded(String(decoding: plusForSpace(encoded), as: UTF8.self)), escaped(value),
      Array(Base64.encode(Array(value.utf8)).utf8),
    ]
    values.withLock { values in
      for form in forms where form.count >= 4 && !values.contains(form) { values.append(form) }
      values.sort { $0.count != $1.count ? $0.count > $1.count : $0.lexicographicallyPrecedes($1) }
    }
  }

  /// `text` with every known secret replaced by `•••`.
  package static func redacted(_ text: String) -> String {
    let known = values.withLock { $0 }
    if known.isEmpty { return text }
    return String(decoding: redacted(Array(text.utf8), known), as: UTF8.self)
  }

  /// What a server answered, without the secrets that it may have been sent, and how many it held. An ordinary word is no
  /// secret here, whatever variable it came from: pages must stay what they are.
  package static func removed(fromContent bytes: [UInt8]) -> (bytes: [UInt8], count: Int) {
    let known = values.withLock { $0 }.filter(isUnmistakable)
    if known.isEmpty { return (bytes, 0) }
    var count = 0
    return (redacted(bytes, known, count: &count), count)
  }

  /// Whether nothing but the secret can look like it: long enough, and more than a word of small letters.
  private static func isUnmistakable(_ value: [UInt8]) -> Bool {
    value.count >= 8 && !value.allSatisfy { $0 >= 97 && $0 <= 122 || $0 == 0x20 }
  }

  /// The same of bytes.
  package static func redacted(_ bytes: [UInt8]) -> [UInt8] {
    let known = values.withLock { $0 }
    return known.isEmpty ? bytes : redacted(bytes, known)
  }

  private static func redacted(_ bytes: [UInt8], _ known: [[UInt8]]) -> [UInt8] {
    var count = 0
    return redacted(bytes, known, count: &count)
  }

  private static func redacted(_ bytes: [UInt8], _ known: [[UInt8]], count: inout Int) -> [UInt8] {
    var bytes = bytes
    for secret in known {
      var out: [UInt8] = []
      var start = 0
      while let range = ByteSearch.range(of: secret, in: bytes, from: start) {
        out += bytes[start..<range.lowerBound]
        out += "•••".utf8
        count += 1
        start = range.upperBound
      }
      if start > 0 { bytes = out + bytes[start...] }
    }
    return bytes
  }

  /// A text as it stands in the query of an address (RFC 3986).
  package static func inAddress(_ value: String) -> String { String(decoding: percentEncoded(value), as: UTF8.self) }

  private static func plusForSpace(_ encoded: [UInt8]) -> [UInt8] {
    Array(
      String(decoding: encoded, as: UTF8.self).split(separator: "%20", omittingEmptySubsequences: false).joined(
        separator: "+"
      ).utf8)
  }

  private static func percentEncoded(_ value: String, digits: String = "0123456789ABCDEF") -> [UInt8] {
    let digits = Array(digits.utf8)
    return value.utf8.flatMap { byte -> [UInt8] in
      let isPlain =
        byte | 0x20 >= 97 && byte | 0x20 <= 122 || byte >= 48 && byte <= 57 || [0x2D, 0x2E, 0x5F, 0x7E].contains(byte)
      return isPlain ? [byte] : [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
    }
  }

  private static func escaped(_ value: String) -> [UInt8] {
    Array(JSONValue.string(value).canonicalBytes.dropFirst().dropLast())
  }
}
