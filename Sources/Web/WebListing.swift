import Documents
import Formats
import Foundations
import HTTPClient

/// What a sitemap or feed says: pages, or further sitemaps.
///
/// Told apart by their root element: sitemaps and their indexes (sitemaps.org 0.9), RSS 0.9x to 2.0 and RSS 1.0, Atom
/// (RFC 4287), each well-formed or nearly so; besides, a text file with one URL a line, and the `Sitemap` lines of a robots.txt. All may be gzip files.
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
  /// Why it is not well-formed, where it had to be repaired to be read.
  package private(set) var flaw: String?

  /// The most bytes of one listing, unpacked (sitemaps.org: 50 MB).
  package static let maxBytes = 64 << 20

  init(kind: Kind, entries: [Entry], badCount: Int, flaw: String?) {
    self.flaw = flaw
    self.kind = kind
    self.entries = entries
    self.badCount = badCount
  }

  /// In this process: for what a server sent use `PageReader`.
  /// - Parameters:
  ///   - base: the URL it came from: relative links of feeds are seen from there.
  ///   - charset: what the server says of its encoding.
  /// - Throws: `SluiceError` for what is none of these, or is cut off or damaged: half a listing must not pass for one.
  package init(reading packed: [UInt8], base: HTTPURL, normalizer: URLNormalizer, charset: String? = nil) throws {
    let name = base.text
    let bytes = Gzip.isPacked(packed) ? try Gzip.unpacked(packed, limit: Self.maxBytes, name: name) : packed
    let isMarked = bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE])
    let start = (isMarked ? TextDecoding.decode(Array(bytes.prefix(1024)), declared: []).text : bytes).prefix(1024)
    if start.drop(while: { $0 <= 0x20 || $0 == 0xEF || $0 == 0xBB || $0 == 0xBF }).first == UInt8(ascii: "<")
      // A server's own words may stand before it.
      || ["<?xml", "<urlset", "<sitemapindex", "<rss", "<feed", "<rdf:RDF"].contains(where: {
        ByteSearch.range(of: Array($0.utf8), in: Array(start)) != nil
      })
    {
      try readXML(bytes, base, normalizer, charset)
    } else if Path.name(String(base.target.prefix { $0 != "?" })) == "robots.txt" {
      kind = .index
      entries = RobotsRules(reading: bytes, product: WebSettings.product).sitemaps.map { Entry(url: $0) }
    } else {
      entries = Self.lines(TextDecoding.decode(bytes, declared: [charset]).text)
      guard entries.isEmpty || entries.contains(where: { HTTPURL($0.url) != nil }) else {
        throw SluiceError(.badInput, "\(name) is neither a sitemap nor a feed nor a list of URLs")
      }
    }
    let all = entries
    entries = all.compactMap { entry in
      guard !entry.url.isEmpty, let url = normalizer.resolve(entry.url, against: base) else { return nil }
      var entry = entry
      entry.url = url
      return entry
    }
    badCount = all.count - entries.count
  }

  /// One URL a line; lines that begin with `#`, and what stands behind ` #`, are remarks. What stands beside a URL in a
  /// column of its own (a date, a priority) is none of it.
  private static func lines(_ text: [UInt8]) -> [Entry] {
    ByteSearch.lines(text).flatMap { line -> [Entry] in
      let words = line.split { $0 <= 0x20 }.map { String(decoding: $0, as: UTF8.self) }
      let meant = words.prefix { !$0.hasPrefix("#") }
      guard let first = meant.first else { return [] }
      if meant.count > 1, meant.allSatisfy({ HTTPURL($0) != nil }) { return meant.map { Entry(url: $0) } }
      let column = line.split(separator: 0x09).first.map { String(decoding: $0, as: UTF8.self).trimmed } ?? first
      let joined = line.contains(0x09) ? column : meant.joined(separator: "%20")
      // Anything may be a relative URL: here only a path is one.
      return [Entry(url: HTTPURL(joined) != nil || joined.hasPrefix("/") ? joined : "")]
    }
  }

  private mutating func readXML(_ bytes: [UInt8], _ base: HTTPURL, _ normalizer: URLNormalizer, _ charset: String?)
    throws
  {
    func read(_ bytes: [UInt8]) throws -> ListingXML {
      var reading = ListingXML(name: base.text, base: base, normalizer: normalizer)
      try reading.read(bytes)
      return reading
    }
    let reading: ListingXML
    do {
      if ListingRepair.hasForeignEntities(bytes) {
        throw SluiceError(.badInput, "\(base.text): it uses entities that it does not declare")
      }
      reading = try read(bytes)
    } catch let error as SluiceError where error.code == .badInput && error.advice.isEmpty {
      // What a second, lenient reading cannot mend either is told as it was found first.
      do { reading = try read(ListingRepair.repaired(bytes, charset: charset)) } catch { throw error }
      flaw = error.message
    }
    kind = reading.kind
    entries = reading.entries
  }
}
