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

  /// The URL without them; `nil` when it has none. Its password is a secret from then on.
  package static func removed(from text: String) -> String? {
    let bytes = Array(text.utf8)
    guard let colon = ByteSearch.range(of: Array("://".utf8), in: bytes), colon.lowerBound > 0,
      bytes[..<colon.lowerBound].allSatisfy({ $0 <= 0x20 || isOfScheme($0) })
    else { return nil }
    let authority = bytes[colon.upperBound...].prefix { ![0x2F, 0x3F, 0x23, 0x5C].contains($0) && $0 > 0x20 }
    guard let at = authority.lastIndex(of: UInt8(ascii: "@")) else { return withoutKeys(text) }
    let user = authority[..<at]
    if let separator = user.firstIndex(of: UInt8(ascii: ":")) {
      Secrets.register(String(decoding: user[(separator + 1)...], as: UTF8.self))
    }
    let rest = String(decoding: bytes[..<colon.upperBound] + bytes[(at + 1)...], as: UTF8.self)
    return withoutKeys(rest) ?? rest
  }

  /// The URL without the parameters that hold a key; `nil` when it has none.
  private static func withoutKeys(_ text: String) -> String? {
    let bytes = Array(text.utf8)
    guard let question = bytes.firstIndex(of: UInt8(ascii: "?")) else { return nil }
    let end = bytes[question...].firstIndex(of: UInt8(ascii: "#")) ?? bytes.count
    let parts = bytes[(question + 1)..<end].split(separator: UInt8(ascii: "&"), omittingEmptySubsequences: false)
    let kept = parts.filter { part in
      guard let equals = part.firstIndex(of: UInt8(ascii: "=")), equals + 1 < part.endIndex,
        parameters.contains(String(decoding: part[..<equals], as: UTF8.self).lowercased())
      else { return true }
      Secrets.register(String(decoding: part[(equals + 1)...], as: UTF8.self))
      return false
    }
    guard kept.count < parts.count else { return nil }
    let query = kept.isEmpty ? [] : [UInt8(ascii: "?")] + kept.joined(separator: [UInt8(ascii: "&")])
    return String(decoding: bytes[..<question] + query + bytes[end...], as: UTF8.self)
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
