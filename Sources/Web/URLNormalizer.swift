import Foundations
import HTTPClient

/// URLs in one form, so that one page has one id (RFC 3986, 6.2.2 and 6.2.3): scheme and host in lower case, no
/// default port, no dot segments, percent-encoding in its shortest form, no fragment, no user.
package struct URLNormalizer: Sendable {
  /// Query parameters that only say where a reader came from.
  package var dropsTracking: Bool

  package init(dropsTracking: Bool = false) { self.dropsTracking = dropsTracking }

  private static let tracking: Set<String> = [
    "fbclid", "gclid", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "mc_cid", "mc_eid", "igshid",
    "_hsenc", "_hsmi", "mkt_tok", "vero_id", "oly_anon_id", "oly_enc_id",
  ]

  /// The normal form of an absolute http(s) URL; `nil` for anything else.
  package func normalized(_ text: String) -> String? { HTTPURL(text).map(normalized) }

  package func normalized(_ url: HTTPURL) -> String {
    var target = url.target
    var query = ""
    if let question = target.utf8.firstIndex(of: UInt8(ascii: "?")) {
      query = String(decoding: target.utf8[question...], as: UTF8.self)
      target = String(decoding: target.utf8[..<question], as: UTF8.self)
    }
    var path = Self.withoutDots(Self.encoded(target))
    if path.isEmpty { path = "/" }
    if dropsTracking, query.count > 1 {
      let kept = query.dropFirst().split(separator: "&", omittingEmptySubsequences: false).filter { part in
        let name = part.prefix { $0 != "=" }.lowercased()
        return !name.hasPrefix("utm_") && !Self.tracking.contains(name)
      }
      query = kept.isEmpty ? "" : "?" + kept.joined(separator: "&")
    }
    let isDefault = url.port == (url.scheme == "https" ? 443 : 80)
    let host = url.host.contains(":") ? "[\(url.host)]" : url.host
    return "\(url.scheme)://\(host)\(isDefault ? "" : ":\(url.port)")\(path)\(Self.encoded(query))"
  }

  /// Resolves a reference as it stands in a page or feed against the URL of that page (RFC 3986, 5.2); `nil` when
  /// what comes out is no http(s) URL.
  package func resolve(_ reference: String, against base: HTTPURL) -> String? {
    // Bytes, not `Character`s: a mark behind `#`, `:` or `/` would hide it.
    var bytes = Array(reference.utf8).drop { $0 <= 0x20 }
    bytes.removeAll { $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
    if let hash = bytes.firstIndex(of: UInt8(ascii: "#")) { bytes = bytes[..<hash] }
    while let last = bytes.last, last <= 0x20 { bytes.removeLast() }
    if let colon = bytes.firstIndex(of: UInt8(ascii: ":")), Self.isScheme(bytes[..<colon]) {
      let scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
      guard scheme == "http" || scheme == "https" else { return nil }
      let rest = bytes[(colon + 1)...]
      let slashes = rest.prefix { $0 == UInt8(ascii: "/") }.count
      // `http:page.html` of an http page is seen from that page; otherwise any number of slashes is two (URL Standard, 4.4).
      guard slashes < 2, scheme == base.scheme else {
        return normalized("\(scheme)://" + String(decoding: rest.dropFirst(slashes), as: UTF8.self))
      }
      bytes = rest
    }
    bytes = Self.forward(bytes)
    let text = String(decoding: bytes, as: UTF8.self)
    let host = base.host.contains(":") ? "[\(base.host)]" : base.host
    let site = "\(base.scheme)://\(host):\(base.port)"
    if bytes.isEmpty { return normalized(base) }
    if bytes.starts(with: "//".utf8) {
      let rest = bytes.drop { $0 == UInt8(ascii: "/") }
      return normalized("\(base.scheme)://" + String(decoding: rest, as: UTF8.self))
    }
    if bytes.first == UInt8(ascii: "/") { return normalized(site + text) }
    let path = base.target.utf8.prefix { $0 != UInt8(ascii: "?") }
    if bytes.first == UInt8(ascii: "?") { return normalized(site + String(decoding: path, as: UTF8.self) + text) }
    let folder = path.lastIndex(of: UInt8(ascii: "/")).map { String(decoding: path[...$0], as: UTF8.self) } ?? "/"
    return normalized(site + folder + text)
  }

  /// Backslashes of a path as the slashes that browsers take them for.
  private static func forward(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard bytes.contains(UInt8(ascii: "\\")) else { return bytes }
    let end = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
    return (bytes[..<end].map { $0 == UInt8(ascii: "\\") ? UInt8(ascii: "/") : $0 } + bytes[end...])[...]
  }

  private static func isScheme(_ text: ArraySlice<UInt8>) -> Bool {
    guard let first = text.first, first | 0x20 >= 97, first | 0x20 <= 122 else { return false }
    return text.allSatisfy {
      $0 | 0x20 >= 97 && $0 | 0x20 <= 122 || $0 >= 48 && $0 <= 57 || [0x2B, 0x2D, 0x2E].contains($0)
    }
  }

  /// RFC 3986, 5.2.4, of a path that is encoded already.
  static func withoutDots(_ path: String) -> String {
    guard ByteSearch.range(of: Array("/.".utf8), in: Array(path.utf8)) != nil else { return path }
    var parts: [Substring] = []
    let pieces = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false).map(Substring.init)
    for (index, piece) in pieces.enumerated() where index > 0 {
      let isLast = index == pieces.count - 1
      if piece == "." {
        if isLast { parts.append("") }
      } else if piece == ".." {
        _ = parts.popLast()
        if isLast { parts.append("") }
      } else {
        parts.append(piece)
      }
    }
    return "/" + parts.joined(separator: "/")
  }

  /// Unreserved characters as they are, hexadecimal digits in upper case, what may not stand there encoded.
  private static func encoded(_ text: String) -> String {
    var bytes = RobotsRules.normalized(Array(text.utf8)[...])
    if bytes.contains(where: { $0 <= 0x20 || [0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B, 0x7C, 0x7D].contains($0) }) {
      let hex = Array("0123456789ABCDEF".utf8)
      bytes = bytes.flatMap { byte -> [UInt8] in
        byte <= 0x20 || [0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B, 0x7C, 0x7D].contains(byte)
          ? [0x25, hex[Int(byte >> 4)], hex[Int(byte & 15)]] : [byte]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
