import Foundations
import HTTPClient

/// The cookies that sites set while they send a reader on (RFC 6265): a page behind them is seen with them only. They
/// live as long as the one chain of redirects.
struct RedirectCookies: Sendable {
  private struct Cookie: Sendable {
    let name: String
    let value: String
    let domain: String
    /// Whether no other host below `domain` gets it.
    let isHostOnly: Bool
    let path: String
    let isSecure: Bool
  }

  private static let most = 50
  private static let mostBytes = 4096

  private var cookies: [Cookie] = []

  /// Takes what an answer sets and takes back.
  mutating func take(_ headers: HTTPHeaders, from url: HTTPURL, now: Double) {
    for field in headers.fields where field.name.lowercased() == "set-cookie" { take(field.value, from: url, now) }
  }

  private mutating func take(_ text: String, from url: HTTPURL, _ now: Double) {
    guard text.utf8.count <= Self.mostBytes else { return }
    let parts = text.split(separator: ";", omittingEmptySubsequences: false).map(Self.trimmed)
    guard let first = parts.first, let equals = first.firstIndex(of: "=") else { return }
    let name = Self.trimmed(first[..<equals])
    guard !name.isEmpty else { return }
    var domain = url.host
    var isHostOnly = true
    var path = Self.folder(url.target)
    var isSecure = false
    var expires: Double?
    var age: Double?
    for part in parts.dropFirst() {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(Self.trimmed)
      let value = pair.count > 1 ? pair[1] : ""
      switch pair[0].lowercased() {
      case "domain" where !value.isEmpty:
        let wanted = String(value.drop { $0 == "." }).lowercased()
        // A site sets cookies for itself and what lies above it, never for a whole top-level domain.
        guard wanted == url.host || wanted.contains("."), Self.isWithin(url.host, wanted) else { return }
        (domain, isHostOnly) = (wanted, false)
      case "path" where value.hasPrefix("/"): path = String(value)
      case "secure": isSecure = true
      case "max-age": age = Double(value)
      case "expires": expires = RetryAfter.date(String(value))
      default: break
      }
    }
    cookies.removeAll { $0.name == name && $0.domain == domain && $0.path == path }
    let isOver = age.map { $0 <= 0 } ?? expires.map { $0 <= now } ?? false
    guard !isOver, cookies.count < Self.most else { return }
    cookies.append(
      Cookie(
        name: String(name), value: String(Self.trimmed(first[first.index(after: equals)...])), domain: domain,
        isHostOnly: isHostOnly, path: path, isSecure: isSecure))
  }

  /// What is sent to a URL; `nil`: nothing.
  func field(for url: HTTPURL) -> String? {
    let path = url.target.prefix { $0 != "?" }
    let fitting = cookies.filter { cookie in
      (cookie.isHostOnly ? cookie.domain == url.host : Self.isWithin(url.host, cookie.domain))
        && (!cookie.isSecure || url.scheme == "https") && Self.isBelow(path, cookie.path)
    }
    // Longer paths first (RFC 6265, 5.4).
    let sorted = fitting.sorted { $0.path.utf8.count > $1.path.utf8.count }
    return sorted.isEmpty ? nil : sorted.map { "\($0.name)=\($0.value)" }.joined(separator: "; ")
  }

  private static func isWithin(_ host: String, _ domain: String) -> Bool {
    host == domain || host.hasSuffix("." + domain) && IPAddress(host) == nil
  }

  private static func isBelow(_ path: Substring, _ folder: String) -> Bool {
    guard path.utf8.starts(with: folder.utf8) else { return false }
    return path.utf8.count == folder.utf8.count || folder.hasSuffix("/")
      || path.utf8.dropFirst(folder.utf8.count).first == UInt8(ascii: "/")
  }

  private static func folder(_ target: String) -> String {
    let path = target.prefix { $0 != "?" }
    guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
    return String(path[..<slash])
  }

  private static func trimmed(_ text: some StringProtocol) -> Substring {
    var text = Substring(text).drop { $0 == " " || $0 == "\t" }
    while let last = text.last, last == " " || last == "\t" { text.removeLast() }
    return text
  }
}
