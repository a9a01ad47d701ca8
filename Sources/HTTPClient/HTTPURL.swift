import Foundations

/// The parts of an absolute http(s) URL (RFC 3986) that decide whom a request goes to.
package struct HTTPURL: Sendable, Hashable {
  /// In lower case.
  package let scheme: String
  /// In lower case; an IPv6 address without its brackets.
  package let host: String
  package let port: Int
  /// Path and query as they stand, beginning with `/`.
  package let target: String
  /// The whole URL as it was given, without fragment and white space around it.
  package let text: String

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
    guard !host.isEmpty else { return nil }
    self.scheme = scheme
    self.host = String(decoding: host, as: UTF8.self).lowercased()
    self.port = port
    let target = String(decoding: bytes[end...], as: UTF8.self)
    self.target = target.hasPrefix("/") ? target : "/" + target
    text = String(decoding: bytes, as: UTF8.self)
  }
}
