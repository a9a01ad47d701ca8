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
    let forms = [
      Array(value.utf8), percentEncoded(value), escaped(value), Array(Base64.encode(Array(value.utf8)).utf8),
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

  /// The same of bytes.
  package static func redacted(_ bytes: [UInt8]) -> [UInt8] {
    let known = values.withLock { $0 }
    return known.isEmpty ? bytes : redacted(bytes, known)
  }

  private static func redacted(_ bytes: [UInt8], _ known: [[UInt8]]) -> [UInt8] {
    var bytes = bytes
    for secret in known {
      var out: [UInt8] = []
      var start = 0
      while let range = ByteSearch.range(of: secret, in: bytes, from: start) {
        out += bytes[start..<range.lowerBound]
        out += "•••".utf8
        start = range.upperBound
      }
      if start > 0 { bytes = out + bytes[start...] }
    }
    return bytes
  }

  /// A text as it stands in the query of an address (RFC 3986).
  package static func inAddress(_ value: String) -> String { String(decoding: percentEncoded(value), as: UTF8.self) }

  private static func percentEncoded(_ value: String) -> [UInt8] {
    let digits = Array("0123456789ABCDEF".utf8)
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
