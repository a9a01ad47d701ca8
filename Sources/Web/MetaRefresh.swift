import Foundations
import Glibc
import HTTPClient

/// A page that only sends the reader on: `<meta http-equiv="refresh" content="0; url=start.html">`, or the header
/// `Refresh` of the same form (HTML Standard, 4.2.5.3).
enum MetaRefresh {
  /// What a chain of redirects may hold of them.
  static let most = 5
  /// Seconds up to which a page sends on whatever it shows, and up to which it does when it shows next to nothing.
  private static let atOnce = 1.0
  private static let soon = 30.0
  private static let fewWords = 60
  /// Where the head of a page ends at the latest.
  private static let headBytes = 64 << 10

  /// Where a page leads; `nil` for one that is there to be read, and for one that only asks to be loaded again.
  static func target(_ response: HTTPResponse, at url: HTTPURL, _ normalizer: URLNormalizer) -> HTTPURL? {
    guard response.status == 200 else { return nil }
    if let field = response.headers["refresh"], let (seconds, target) = read(Array(field.utf8)) {
      return followed(seconds, target, at: url, base: url, response, normalizer)
    }
    let type = response.contentType
    guard type == "text/html" || type == "application/xhtml+xml" || type == nil && isMarkup(response.body),
      mayRefresh(response.body)
    else { return nil }
    var scan = HeadScan(response.body.prefix(headBytes))
    var base = url
    while let tag = scan.next() {
      switch tag.name {
      case "base" where base == url:
        if let target = tag["href"].flatMap({ normalizer.resolve($0, against: url) }).flatMap(HTTPURL.init) {
          base = target
        }
      case "meta":
        guard tag["http-equiv"]?.lowercased() == "refresh", let content = tag["content"],
          let (seconds, target) = read(Array(content.utf8))
        else { continue }
        return followed(seconds, target, at: url, base: base, response, normalizer)
      default: break
      }
    }
    return nil
  }

  /// Whether a `meta` element of the page's head speaks of a refresh: nearly no page has one, and none is read for it.
  private static func mayRefresh(_ body: [UInt8]) -> Bool {
    body.withUnsafeBufferPointer { bytes in
      let end = min(bytes.count, headBytes)
      var index = 0
      while index < end, let base = bytes.baseAddress, let found = memchr(base + index, 0x3C, end - index) {
        index = base.distance(to: found.assumingMemoryBound(to: UInt8.self)) + 1
        guard index + 4 < end else { return false }
        if begins(bytes, index, body4) { return false }
        guard begins(bytes, index, meta4) else { continue }
        let tag = bytes[index..<min(end, index + 500)].prefix { $0 != 0x3E }.map { $0 | 0x20 }
        if ByteSearch.range(of: refresh, in: tag) != nil { return true }
      }
      return false
    }
  }

  private static func begins(_ bytes: UnsafeBufferPointer<UInt8>, _ index: Int, _ word: [UInt8]) -> Bool {
    bytes[index] | 0x20 == word[0] && (1..<word.count).allSatisfy { bytes[index + $0] | 0x20 == word[$0] }
  }

  private static let body4 = Array("body".utf8)
  private static let meta4 = Array("meta".utf8)
  private static let refresh = Array("refresh".utf8)

  private static func followed(
    _ seconds: Double, _ target: String, at url: HTTPURL, base: HTTPURL, _ response: HTTPResponse,
    _ normalizer: URLNormalizer
  ) -> HTTPURL? {
    guard let text = normalizer.resolve(target, against: base), text != normalizer.normalized(url),
      let found = HTTPURL(text)
    else { return nil }
    if seconds <= atOnce { return found }
    return seconds <= soon && PageScan(response.body).wordCount < fewWords ? found : nil
  }

  static func isMarkup(_ body: [UInt8]) -> Bool {
    var start = body.prefix(1024)
    if start.starts(with: [0xEF, 0xBB, 0xBF]) { start = start.dropFirst(3) }
    let text = String(decoding: start.drop { $0 <= 0x20 }.prefix(16), as: UTF8.self).lowercased()
    let tags = [
      "<!doctype html", "<html", "<head", "<script", "<title", "<body", "<!--", "<meta", "<h1", "<div", "<p>",
    ]
    return tags.contains { text.hasPrefix($0) }
  }

  /// `5; url='next.html'` with its seconds; `nil` where no page is named.
  static func read(_ content: [UInt8]) -> (seconds: Double, target: String)? {
    var rest = content.drop { $0 <= 0x20 }
    let digits = rest.prefix { $0 >= 48 && $0 <= 57 }
    guard !digits.isEmpty || rest.first == UInt8(ascii: ".") else { return nil }
    rest = rest.dropFirst(digits.count).drop { $0 >= 48 && $0 <= 57 || $0 == UInt8(ascii: ".") }
    guard let sign = rest.first, sign <= 0x20 || sign == UInt8(ascii: ";") || sign == UInt8(ascii: ",") else {
      return nil
    }
    rest = rest.drop { $0 <= 0x20 }
    if let sign = rest.first, sign == UInt8(ascii: ";") || sign == UInt8(ascii: ",") { rest = rest.dropFirst() }
    rest = rest.drop { $0 <= 0x20 }
    if rest.count > 3, String(decoding: rest.prefix(3), as: UTF8.self).lowercased() == "url" {
      let behind = rest.dropFirst(3).drop { $0 <= 0x20 }
      if behind.first == UInt8(ascii: "=") { rest = behind.dropFirst().drop { $0 <= 0x20 } }
    }
    if let quote = rest.first, quote == 0x22 || quote == 0x27 { rest = rest.dropFirst().prefix { $0 != quote } }
    while let last = rest.last, last <= 0x20 { rest.removeLast() }
    guard !rest.isEmpty else { return nil }
    return (Double(String(decoding: digits, as: UTF8.self)) ?? 0, String(decoding: rest, as: UTF8.self))
  }
}
