import Foundations

/// The parts of an absolute http(s) URL (RFC 3986) that decide whom a request goes to.
package struct HTTPURL: Sendable, Hashable {
  /// In lower case.
  package let scheme: String
  /// In lower case; an IPv6 address without its brackets.
  package let host: String
  package let port: Int
  /// Path and query as they stand, beginning with `/`; what no URL may hold is percent-encoded.
  package let target: String
  /// The whole URL as it was given, without fragment, white space around it, and whoever it names as its user. Its host
  /// is the one that was judged.
  package let text: String
  /// Whether it named a user, and perhaps a password.
  package let hadCredentials: Bool

  /// Scheme, host and port: what a connection, a rate and a cooldown belong to.
  package var origin: String { "\(scheme)://\(host.contains(":") ? "[\(host)]" : host):\(port)" }

  /// `nil` for anything but `http://…` and `https://…` with a host.
  package init?(_ url: String) {
    var bytes = Array(url.utf8)[...]
    while let first = bytes.first, first <= 0x20 { bytes.removeFirst() }
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    if bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) { return nil }
    if let hash = bytes.firstIndex(of: UInt8(ascii: "#")) { bytes = bytes[..<hash] }
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
    guard scheme == "http" || scheme == "https" else { return nil }
    let rest = bytes[(colon + 1)...]
    guard rest.starts(with: Array("//".utf8)) else { return nil }
    let authorityStart = rest.startIndex + 2
    let slash = UInt8(ascii: "/")
    let question = UInt8(ascii: "?")
    let end =
      bytes[authorityStart...].firstIndex { $0 == slash || $0 == question } ?? bytes.endIndex
    var authority = bytes[authorityStart..<end]
    // Some take it for a slash, others for a part of the name: nobody knows whom this would ask.
    if authority.contains(UInt8(ascii: "\\")) { return nil }
    hadCredentials = authority.contains(UInt8(ascii: "@"))
    if let at = authority.lastIndex(of: UInt8(ascii: "@")) { authority = authority[(at + 1)...] }
    var port = scheme == "https" ? 443 : 80
    var host = authority
    if authority.first == UInt8(ascii: "[") {
      guard let close = authority.firstIndex(of: UInt8(ascii: "]")) else { return nil }
      host = authority[(authority.startIndex + 1)..<close]
      authority = authority[(close + 1)...]
    } else if let colon = authority.lastIndex(of: UInt8(ascii: ":")) {
      host = authority[..<colon]
      authority = authority[colon...]
    } else {
      authority = []
    }
    if authority.count > 1 {
      guard let number = Int(String(decoding: authority.dropFirst(), as: UTF8.self)),
        (1...65535).contains(number)
      else { return nil }
      port = number
    }
    guard let name = HostName.normalized(host, isBracketed: bytes[authorityStart..<end].contains(UInt8(ascii: "[")))
    else {
      return nil
    }
    self.scheme = scheme
    self.host = name
    self.port = port
    let target = Self.sendable(bytes[end...])
    self.target = bytes[end...].first == slash ? target : "/" + target
    if !hadCredentials, name == String(decoding: host, as: UTF8.self).lowercased() {
      text = String(decoding: bytes[..<end], as: UTF8.self) + target
    } else {
      let place = name.utf8.contains(UInt8(ascii: ":")) ? "[\(name)]" : name
      text = "\(scheme)://\(place)\(authority.isEmpty ? "" : String(decoding: authority, as: UTF8.self))\(target)"
    }
  }

  /// Spaces and letters beyond ASCII percent-encoded, as no request can carry them otherwise (URL Standard, 1.3).
  private static func sendable(_ bytes: ArraySlice<UInt8>) -> String {
    guard bytes.contains(where: mustBeEscaped) else { return String(decoding: bytes, as: UTF8.self) }
    return String(
      decoding: bytes.flatMap { mustBeEscaped($0) ? PercentEncoding.escape($0) : [$0] }, as: UTF8.self)
  }

  private static func mustBeEscaped(_ byte: UInt8) -> Bool {
    byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "<")
      || byte == UInt8(ascii: ">")
  }
}
