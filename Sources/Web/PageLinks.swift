import CLexbor
import Documents
import Foundations
import Glibc
import HTTPClient

/// The links of a page, read by lexbor as a browser would.
package struct PageLinks: Sendable, Equatable, Codable {
  /// Normal forms, in the order of the page, each once.
  package private(set) var urls: [String] = []
  /// What `<link rel="canonical">` says.
  package private(set) var canonical: String?
  /// `<meta name="robots" content="nofollow">`: its links are not to be followed.
  package private(set) var isNofollow = false

  enum CodingKeys: String, CodingKey {
    case urls, canonical
    case isNofollow = "nofollow"
  }

  /// In this process: for pages that a server sent use `PageReader`.
  /// - Parameter charset: what the server says of its encoding.
  /// - Throws: `ItemProblem` for a page that is too deep or too large to be read.
  package init(reading raw: [UInt8], base: HTTPURL, normalizer: URLNormalizer, charset: String? = nil) throws {
    let (bytes, encoding) = TextDecoding.decode(raw, declared: [charset, HTMLCharset.declared(in: raw)])
    var base = base
    var hasBase = false
    var found: [String] = []
    var canonicalTarget: String?
    var status = HTML_OK
    let parsed = bytes.withUnsafeBytes { raw in
      html_parse(raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count, 10_000, &status)
    }
    guard let tree = parsed else {
      throw ItemProblem(
        status == HTML_OUT_OF_MEMORY ? "out_of_memory" : "too_large",
        status == HTML_TOO_DEEP ? "the page is nested too deeply" : "the page is too large")
    }
    defer { html_free(tree) }
    var count = 0
    let nodes = UnsafeBufferPointer(start: html_nodes(tree, &count), count: count)
    for node in nodes where Int(node.kind) == HTML_ELEMENT {
      func value(_ name: StaticString) -> String? { Self.attribute(node, html_attributes(tree), name) }
      switch node.tag {
      case Self.base:
        // The first one counts, for all links of the page (HTML Standard, 4.2.3).
        guard !hasBase, let target = value("href") else { continue }
        hasBase = true
        if let url = normalizer.resolve(target, against: base).flatMap(HTTPURL.init) { base = url }
      case Self.meta:
        if let name = value("name")?.trimmed.lowercased(), Self.robots.contains(name), let content = value("content") {
          isNofollow = isNofollow || Self.forbidsFollowing(content)
        }
      case Self.link:
        if value("rel")?.lowercased() == "canonical", let target = value("href") {
          canonicalTarget = canonicalTarget ?? target
        }
      case Self.anchor, Self.area:
        if let target = value("href"), !Self.words(value("rel") ?? "").contains("nofollow") { found.append(target) }
      case Self.frame, Self.iframe:
        if let target = value("src") { found.append(target) }
      default: break
      }
    }
    var seen: Set<String> = []
    canonical = canonicalTarget.flatMap { normalizer.resolve(Self.asSent($0, encoding), against: base) }
    urls = found.compactMap { normalizer.resolve(Self.asSent($0, encoding), against: base) }.filter {
      seen.insert($0).inserted
    }
  }

  /// Whom a `meta` element speaks to.
  private static let robots: Set = ["robots", WebSettings.product.lowercased()]

  /// Whether directives for robots (`noindex, nofollow`) forbid to follow links. Each is a word of its own:
  /// `max-image-preview:none` speaks of pictures.
  package static func forbidsFollowing(_ content: String) -> Bool {
    content.split(separator: ",").contains { ["nofollow", "none"].contains(String($0).trimmed.lowercased()) }
      || words(content).contains { ["nofollow", "none"].contains($0) } && !content.contains(":")
  }

  /// Whether the header `X-Robots-Tag` does.
  package static func forbidsFollowing(_ headers: HTTPHeaders) -> Bool {
    headers.fields.contains { field in
      guard field.name.lowercased() == "x-robots-tag" else { return false }
      // `otherbot: nofollow` speaks to another one.
      guard let colon = field.value.firstIndex(of: ":") else { return forbidsFollowing(field.value) }
      let name = String(field.value[..<colon]).trimmed.lowercased()
      if robots.contains(name) { return forbidsFollowing(String(field.value[field.value.index(after: colon)...])) }
      return name.contains { $0 == "," || $0 == "-" || $0 == "_" } && forbidsFollowing(field.value)
    }
  }

  /// Whether an answer is a page that has links: by what its server says, by its bytes where nothing is said.
  package static func canRead(_ response: HTTPResponse) -> Bool {
    guard let type = response.contentType else { return MetaRefresh.isMarkup(response.body) }
    return type == "text/html" || type == "application/xhtml+xml"
  }

  private static func words(_ text: String) -> [String] {
    text.lowercased().split { $0.isWhitespace || $0 == "," }.map(String.init)
  }

  /// A link with its query in the page's encoding, as a browser sends it; paths go out as UTF-8 whatever the page is
  /// written in (URL Standard, 4.4).
  private static func asSent(_ link: String, _ encoding: String) -> String {
    guard encoding != "utf-8", !encoding.hasPrefix("utf-16"),
      let question = link.utf8.firstIndex(of: UInt8(ascii: "?")),
      link.utf8[question...].contains(where: { $0 >= 0x80 })
    else { return link }
    let end = link.utf8[question...].firstIndex(of: UInt8(ascii: "#")) ?? link.utf8.endIndex
    let query = TextDecoding.encode(String(link[question..<end]), as: encoding)
    // `&`, `#` and `;` of what stands in for a letter are none of the query's own.
    let escaped = query.flatMap { $0 < 0x80 ? [$0] : PercentEncoding.escape($0) }
    return String(link[..<question]) + String(decoding: escaped, as: UTF8.self) + String(link[end...])
  }

  private static let anchor = html_tag("a", 1)
  private static let area = html_tag("area", 4)
  private static let base = html_tag("base", 4)
  private static let frame = html_tag("frame", 5)
  private static let iframe = html_tag("iframe", 6)
  private static let link = html_tag("link", 4)
  private static let meta = html_tag("meta", 4)

  private static func attribute(
    _ node: html_node, _ attributes: UnsafePointer<html_attribute>?, _ name: StaticString
  ) -> String? {
    guard let attributes else { return nil }
    for place in Int(node.first_attribute)..<(Int(node.first_attribute) + Int(node.attribute_count)) {
      let attribute = attributes[place]
      guard Int(attribute.name_length) == name.utf8CodeUnitCount,
        memcmp(attribute.name, name.utf8Start, name.utf8CodeUnitCount) == 0
      else { continue }
      return String(
        decoding: UnsafeRawBufferPointer(start: attribute.value, count: Int(attribute.value_length)), as: UTF8.self)
    }
    return nil
  }
}
