import Formats
import Foundations
import HTTPClient

/// What a sitemap or feed says: pages, or further sitemaps.
///
/// Told apart by their root element: sitemaps and their indexes (sitemaps.org 0.9), RSS 0.9x to 2.0 and RSS 1.0, Atom
/// (RFC 4287); besides, a text file with one URL a line, and the `Sitemap` lines of a robots.txt. All may be gzip files.
package struct WebListing: Sendable {
  package struct Entry: Sendable, Equatable {
    package var url = ""
    /// As it stands there.
    package var lastmod: String?
    package var title: String?
    package var published: String?
    package var author: String?
  }

  package enum Kind: Sendable, Equatable { case pages, index }
  package private(set) var kind = Kind.pages
  package private(set) var entries: [Entry] = []
  /// How many entries have no URL that can be fetched.
  package private(set) var badCount = 0

  /// The most bytes of one listing, unpacked (sitemaps.org: 50 MB).
  package static let maxBytes = 64 << 20

  init(kind: Kind, entries: [Entry], badCount: Int) {
    self.kind = kind
    self.entries = entries
    self.badCount = badCount
  }

  /// In this process: for what a server sent use `PageReader`.
  /// - Parameter base: the URL it came from: relative links of feeds are seen from there.
  /// - Throws: `SluiceError` for what is none of these, or is cut off or damaged: half a listing must not pass for one.
  package init(reading packed: [UInt8], base: HTTPURL, normalizer: URLNormalizer) throws {
    let name = base.text
    let bytes = Gzip.isPacked(packed) ? try Gzip.unpacked(packed, limit: Self.maxBytes, name: name) : packed
    let start = bytes.prefix(1024).drop { $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }
    let isMarkup =
      start.first == UInt8(ascii: "<") || bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE])
    if isMarkup {
      try readXML(bytes, name)
    } else if Path.name(base.target) == "robots.txt" {
      kind = .index
      entries = RobotsRules(reading: bytes, product: WebSettings.product).sitemaps.map { Entry(url: $0) }
    } else {
      entries = ByteSearch.lines(bytes).compactMap { line in
        let text = String(decoding: line.filter { $0 > 0x20 }, as: UTF8.self)
        return text.isEmpty ? nil : Entry(url: text)
      }
      guard entries.isEmpty || entries.contains(where: { HTTPURL($0.url) != nil }) else {
        throw SluiceError(.badInput, "\(name) is neither a sitemap nor a feed nor a list of URLs")
      }
    }
    let all = entries
    entries = all.compactMap { entry in
      guard let url = normalizer.resolve(entry.url, against: base), !entry.url.isEmpty else { return nil }
      var entry = entry
      entry.url = url
      return entry
    }
    badCount = all.count - entries.count
  }

  private mutating func readXML(_ bytes: [UInt8], _ name: String) throws {
    var path: [String] = []
    var text = ""
    var entry: Entry?
    var found: [Entry] = []
    var kind = Kind.pages
    try XMLEvents.read(bytes, name: name) { event in
      switch event {
      case .opening(let element, let attribute):
        path.append(element)
        text = ""
        if path.count == 1 {
          guard ["urlset", "sitemapindex", "rss", "feed", "RDF"].contains(element) else {
            throw SluiceError(
              .badInput, "\(name) is neither a sitemap nor a feed: its root element is <\(element.prefix(40))>",
              advice: element.lowercased() == "html" ? "It is a page: is this the right URL?" : "")
          }
          kind = element == "sitemapindex" ? .index : .pages
        }
        if Self.isEntry(path) { entry = Entry() }
        // Atom's links have their URL in an attribute; the one without `rel` is the page.
        if element == "link", entry != nil, let target = attribute("href"),
          ["alternate", nil].contains(attribute("rel")), entry?.url.isEmpty == true
        {
          entry?.url = target
        }
        if element == "guid", attribute("isPermaLink")?.lowercased() == "false" { path[path.count - 1] = "guid-opaque" }
      case .text(let part): if text.utf8.count < 100_000 { text += part }
      case .closing:
        let value = text.trimmed
        if entry != nil {
          if let before = entry { entry = Self.taking(path, value, before) }
          if Self.isEntry(path), let done = entry {
            found.append(done)
            entry = nil
          }
        }
        path.removeLast()
        text = ""
      }
    }
    self.kind = kind
    entries = found
  }

  private static func isEntry(_ path: [String]) -> Bool {
    switch (path.count, path.last) {
    case (2, "url"), (2, "sitemap"), (2, "entry"), (2, "item"): true
    case (3, "item"): path[1] == "channel"
    default: false
    }
  }

  private static func taking(_ path: [String], _ value: String, _ given: Entry) -> Entry {
    var entry = given
    guard let element = path.last, path.count >= 3, !value.isEmpty else { return entry }
    let isDirect = isEntry(Array(path.dropLast()))
    switch element {
    case "loc" where isDirect: entry.url = value
    case "lastmod" where isDirect: entry.lastmod = value
    case "link" where isDirect && entry.url.isEmpty: entry.url = value
    // RSS: a permanent link that is no link of its own.
    case "guid" where isDirect && entry.url.isEmpty && HTTPURL(value) != nil: entry.url = value
    case "title" where isDirect: entry.title = value
    case "updated" where isDirect: entry.lastmod = value
    case "modified" where isDirect: entry.lastmod = entry.lastmod ?? value
    case "published" where isDirect, "pubDate" where isDirect, "issued" where isDirect: entry.published = value
    case "date" where isDirect: entry.published = entry.published ?? value
    case "author" where isDirect, "creator" where isDirect: entry.author = entry.author ?? value
    case "name" where path.count >= 2 && path[path.count - 2] == "author": entry.author = entry.author ?? value
    default: break
    }
    return entry
  }
}

extension String {
  /// Without white space at both ends.
  fileprivate var trimmed: String {
    let scalars = unicodeScalars.drop { $0.properties.isWhitespace }
    var end = scalars.endIndex
    while end > scalars.startIndex, scalars[scalars.index(before: end)].properties.isWhitespace {
      end = scalars.index(before: end)
    }
    return String(scalars[..<end])
  }
}
