import CGumbo
import Foundations
import HTTPClient

/// The links of a page, read by gumbo as a browser would.
package struct PageLinks: Sendable, Equatable {
  /// Normal forms, in the order of the page, each once.
  package private(set) var urls: [String] = []
  /// What `<link rel="canonical">` says.
  package private(set) var canonical: String?
  /// `<meta name="robots" content="nofollow">`: its links are not to be followed.
  package private(set) var isNofollow = false

  package init(reading bytes: [UInt8], base: HTTPURL, normalizer: URLNormalizer) {
    var base = base
    var found: [String] = []
    let result = bytes.withUnsafeBytes { raw -> UnsafeMutablePointer<GumboOutput>? in
      var options = kGumboDefaultOptions
      options.max_errors = 0
      return gumbo_parse_with_options(&options, raw.baseAddress?.assumingMemoryBound(to: CChar.self), raw.count)
    }
    guard let output = result else { return }
    defer {
      var options = kGumboDefaultOptions
      gumbo_destroy_output(&options, output)
    }
    var open = [output.pointee.root]
    while let node = open.popLast() {
      guard let node, node.pointee.type == GUMBO_NODE_ELEMENT else { continue }
      let element = node.pointee.v.element
      switch element.tag {
      case GUMBO_TAG_BASE:
        if let target = Self.attribute(element, "href"), let resolved = normalizer.resolve(target, against: base),
          let url = HTTPURL(resolved)
        {
          base = url
        }
      case GUMBO_TAG_META:
        if Self.attribute(element, "name")?.lowercased() == "robots",
          let content = Self.attribute(element, "content")?.lowercased(),
          content.contains("nofollow") || content.contains("none")
        {
          isNofollow = true
        }
      case GUMBO_TAG_LINK:
        if Self.attribute(element, "rel")?.lowercased() == "canonical", let target = Self.attribute(element, "href") {
          canonical = canonical ?? normalizer.resolve(target, against: base)
        }
      case GUMBO_TAG_A, GUMBO_TAG_AREA:
        let relations = Self.attribute(element, "rel")?.lowercased() ?? ""
        if let target = Self.attribute(element, "href"), !relations.contains("nofollow") { found.append(target) }
      case GUMBO_TAG_FRAME, GUMBO_TAG_IFRAME:
        if let target = Self.attribute(element, "src") { found.append(target) }
      default: break
      }
      // Children in their order: the last one first onto the stack.
      for index in stride(from: Int(element.children.length) - 1, through: 0, by: -1) {
        open.append(element.children.data[index]?.assumingMemoryBound(to: GumboNode.self))
      }
    }
    var seen: Set<String> = []
    urls = found.compactMap { normalizer.resolve($0, against: base) }.filter { seen.insert($0).inserted }
  }

  private static func attribute(_ element: GumboElement, _ name: String) -> String? {
    var attributes = element.attributes
    guard attributes.length > 0, let found = gumbo_get_attribute(&attributes, name) else { return nil }
    return String(cString: found.pointee.value)
  }
}
