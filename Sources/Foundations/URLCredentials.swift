/// Users, passwords and keys in URLs (`https://user:password@host/?api_key=…`): they leave it at the door, since a URL
/// becomes an id, a line of a log, a field of a published file.
package enum URLCredentials {
  /// Query parameters that hold a key or a password wherever they are used, in lower case.
  package static let parameters: Set<String> = [
    "access_token", "api-key", "api_key", "api_secret", "apikey", "auth_token", "client_secret", "passwd", "password",
    "private_token", "secret",
  ]
  /// Those of signed URLs, which open one document for a while: without them a list of such URLs would be of no use.
  package static let signatures: Set<String> = ["x-amz-security-token", "x-amz-signature", "x-goog-signature"]

  /// The URL without them; `nil` when it has none.
  ///
  /// They are not registered as secrets: nobody is sent them, so nobody can echo them, and a password may be a word that
  /// documents are full of.
  package static func removed(from text: String) -> String? {
    let bytes = Array(text.utf8)
    guard let colon = ByteSearch.range(of: Array("://".utf8), in: bytes), colon.lowerBound > 0,
      bytes[..<colon.lowerBound].allSatisfy({ $0 <= 0x20 || isOfScheme($0) })
    else { return nil }
    let authority = bytes[colon.upperBound...].prefix { ![0x2F, 0x3F, 0x23, 0x5C].contains($0) && $0 > 0x20 }
    guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return withoutKeys(text) }
    let rest = String(decoding: bytes[..<colon.upperBound] + bytes[(at + 1)...], as: UTF8.self)
    return withoutKeys(rest) ?? rest
  }

  /// The URL without the parameters that hold a key; `nil` when it has none.
  private static func withoutKeys(_ text: String) -> String? { without(text) { parameters.contains($0.lowercased()) } }

  /// A URL without the parameters of its query that have a value and whose names fit; `nil` when it has none.
  package static func without(_ text: String, _ fits: (String) -> Bool) -> String? {
    let bytes = Array(text.utf8)
    guard let question = bytes.firstIndex(of: UInt8(ascii: "?")) else { return nil }
    let end = bytes[question...].firstIndex(of: UInt8(ascii: "#")) ?? bytes.count
    let parts = bytes[(question + 1)..<end].split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
    let kept = parts.filter { part in
      guard let equals = part.firstIndex(of: UInt8(ascii: "=")), equals + 1 < part.endIndex else { return true }
      return !fits(name(of: part[..<equals]))
    }
    guard kept.count < parts.count else { return nil }
    let query = kept.isEmpty ? [] : [UInt8(ascii: "?")] + kept.joined(separator: [UInt8(ascii: "&")])
    return String(decoding: bytes[..<question] + query + bytes[end...], as: UTF8.self)
  }

  /// The name of a parameter as it is meant: `api%5Fkey` is `api_key`.
  package static func name(of part: some Collection<UInt8>) -> String {
    String(decoding: PercentEncoding.decoded(part), as: UTF8.self)
  }

  /// A line in which there may be URLs, for messages: what stands before an `@` in one, and behind `=` of a key, is masked
  /// letter by letter, so that columns stay what they are.
  package static func masked(inLine line: String) -> String {
    guard line.contains("://") else { return line }
    var characters = Array(line)
    let ends = Set(" \t\"'<>,]})")
    func mask(_ range: Range<Int>) { for index in range { characters[index] = "•" } }
    var index = 0
    while index + 2 < characters.count {
      guard characters[index] == ":", characters[index + 1] == "/", characters[index + 2] == "/" else {
        index += 1
        continue
      }
      let start = index + 3
      let end = characters[start...].firstIndex { ends.contains($0) } ?? characters.count
      let authority = characters[start..<end].firstIndex { "/?#".contains($0) } ?? end
      if let at = characters[start..<authority].lastIndex(of: "@") { mask(start..<at) }
      var part = characters[start..<end].firstIndex(of: "?").map { $0 + 1 } ?? end
      while part < end {
        let next = characters[part..<end].firstIndex { $0 == "&" || $0 == "#" } ?? end
        if let equals = characters[part..<next].firstIndex(of: "="),
          parameters.contains(String(characters[part..<equals]).lowercased())
        {
          mask((equals + 1)..<next)
        }
        part = next + 1
      }
      index = end
    }
    return String(characters)
  }

  /// The beginning of a URL, for messages.
  package static func shown(_ text: String) -> String { String((removed(from: text) ?? text).prefix(200)) }

  /// The record without credentials in any of its texts that is a URL; `nil` when there are none.
  package static func removed(from record: JSONObject) -> JSONObject? {
    guard case .object(let clean)? = clean(.object(record)) else { return nil }
    return clean
  }

  private static func clean(_ value: JSONValue) -> JSONValue? {
    switch value {
    case .string(let text): return removed(from: text).map { .string($0) }
    case .array(let values):
      let found = values.map(clean)
      guard found.contains(where: { $0 != nil }) else { return nil }
      return .array(zip(found, values).map { $0 ?? $1 })
    case .object(let object):
      var changed: JSONObject?
      for member in object.members {
        guard let new = clean(member.value) else { continue }
        changed = changed ?? object
        changed?[member.key] = new
      }
      return changed.map { .object($0) }
    default: return nil
    }
  }

  private static func isOfScheme(_ byte: UInt8) -> Bool {
    byte | 0x20 >= 97 && byte | 0x20 <= 122 || byte >= 48 && byte <= 57 || [0x2B, 0x2D, 0x2E].contains(byte)
  }
}
