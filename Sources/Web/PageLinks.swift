import CLexbor
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
  /// - Throws: `ItemProblem` for a page that is too deep or too large to be read.
  package init(reading bytes: [UInt8], base: HTTPURL, normalizer: URLNormalizer) throws {
    var base = base
    var found: [String] = []
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
        if let target = value("href"), let resolved = normalizer.resolve(target, against: base),
          let url = HTTPURL(resolved)
        {
          base = url
        }
      case Self.meta:
        if value("name")?.lowercased() == "robots", let content = value("content")?.lowercased(),
          content.contains("nofollow") || content.contains("none")
        {
          isNofollow = true
        }
      case Self.link:
        if value("rel")?.lowercased() == "canonical", let target = value("href") {
          canonical = canonical ?? normalizer.resolve(target, against: base)
        }
      case Self.anchor, Self.area:
        if let target = value("href"), value("rel")?.lowercased().contains("nofollow") != true { found.append(target) }
      case Self.frame, Self.iframe:
        if let target = value("src") { found.append(target) }
      default: break
      }
    }
    var seen: Set<String> = []
    urls = found.compactMap { normalizer.resolve($0, against: base) }.filter { seen.insert($0).inserted }
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
