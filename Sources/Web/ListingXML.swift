import Formats
import Foundations
import HTTPClient

/// Reads the entries of a sitemap, an index of sitemaps, or a feed, event by event.
///
/// Only a document's own elements say what an entry is; those of other namespaces (`media:title`, `image:loc`) speak of
/// something else, and those of Dublin Core and iTunes fill in what is missing. What a feed quotes of another one
/// (`source`) is that one's.
struct ListingXML {
  private(set) var kind = WebListing.Kind.pages
  private(set) var entries: [WebListing.Entry] = []

  private let name: String
  private let normalizer: URLNormalizer
  private var path: [String] = []
  /// What relative links are seen from, by `xml:base`, for each open element.
  private var bases: [HTTPURL]
  private var text = ""
  /// The depth at which the text that is being collected began; deeper elements only add to it.
  private var textDepth = 0
  private var entry: WebListing.Entry?
  private var entryDepth = 0
  private var titleType: String?
  /// What stands in for a title, an author, a link, a date that the entry does not have itself.
  private var spare = WebListing.Entry()
  private var hasForeignLink = false
  private var isOver = false

  init(name: String, base: HTTPURL, normalizer: URLNormalizer) {
    self.name = name
    self.normalizer = normalizer
    bases = [base]
  }

  private static let roots: Set = ["urlset", "sitemapindex", "rss", "feed", "RDF"]
  private static let mostText = 100_000

  mutating func read(_ bytes: [UInt8]) throws {
    do {
      try XMLEvents.read(bytes, name: name, names: .listing) { event in
        // What a server adds behind the end of a document is no part of it.
        if isOver { throw End() }
        switch event {
        case .opening(let element, let attribute): try open(element, attribute)
        case .text(let part): if text.utf8.count < Self.mostText { text += part }
        case .closing: close()
        }
        if path.isEmpty { isOver = true }
      }
    } catch {
      guard isOver else { throw error }
    }
  }

  private struct End: Error {}

  private mutating func open(_ element: String, _ attribute: (String) -> String?) throws {
    if path.isEmpty {
      guard Self.roots.contains(element) else {
        throw SluiceError(
          .badInput, "\(name) is neither a sitemap nor a feed: its root element is <\(element.prefix(40))>",
          advice: element.lowercased() == "html" ? "It is a page: is this the right URL?" : "")
      }
      kind = element == "sitemapindex" ? .index : .pages
    }
    path.append(element)
    let outer = bases[bases.count - 1]
    bases.append(
      attribute("xml:base").flatMap { normalizer.resolve($0, against: outer) }.flatMap(HTTPURL.init) ?? outer)
    if entry == nil, isEntry {
      entry = WebListing.Entry()
      spare = WebListing.Entry()
      entryDepth = path.count
      hasForeignLink = false
      // RSS 1.0 names the page as the item's own name, too.
      spare.url = attribute("rdf:about").flatMap { HTTPURL($0) == nil ? nil : $0 } ?? ""
    }
    // A title may be made of elements; its text is all of theirs.
    guard path.count <= entryDepth + 1 || path.count == entryDepth + 2 && isPerson else { return }
    text = ""
    guard entry != nil, path.count == entryDepth + 1 else { return }
    switch element {
    case "link", "atom:link":
      guard let target = attribute("href"), ["alternate", nil].contains(attribute("rel")?.lowercased()) else { return }
      take(link: target, isOwn: element == "link", type: attribute("type"))
    case "title": titleType = attribute("type")?.lowercased()
    case "guid" where attribute("isPermaLink")?.trimmed.lowercased() == "false": path[path.count - 1] = "guid-opaque"
    default: break
    }
  }

  private var isPerson: Bool { entry != nil && path.last == "name" && path[path.count - 2] == "author" }

  /// The page is the first link of its kind, but one that is said to be HTML goes before one that is said to be not.
  private mutating func take(link target: String, isOwn: Bool, type: String?) {
    let isForeign = type.map { !$0.lowercased().contains("html") } ?? false
    let url = resolved(target)
    guard isOwn else {
      if spare.url.isEmpty { spare.url = url }
      return
    }
    guard entry?.url.isEmpty == true || hasForeignLink && !isForeign else { return }
    entry?.url = url
    hasForeignLink = isForeign
  }

  private func resolved(_ target: String) -> String {
    target.trimmed.isEmpty ? "" : normalizer.resolve(target, against: bases[bases.count - 1]) ?? target.trimmed
  }

  private var isEntry: Bool {
    switch (path.count, path.last) {
    case (2, "url"), (2, "sitemap"), (2, "entry"), (2, "item"): true
    case (3, "item"): path[1] == "channel"
    default: false
    }
  }

  private mutating func close() {
    if entry != nil {
      let value = text.trimmed
      if path.count == entryDepth + 1 { take(value) }
      if path.count == entryDepth + 2, isPerson, entry?.author == nil, !value.isEmpty { entry?.author = value }
      if path.count == entryDepth { end() }
    }
    path.removeLast()
    bases.removeLast()
    if path.count <= entryDepth { text = "" }
  }

  /// The value of an element right below the entry.
  private mutating func take(_ value: String) {
    guard let element = path.last, !value.isEmpty, var found = entry else { return }
    switch element {
    case "loc": found.url = resolved(value)
    case "lastmod", "updated": found.lastmod = value
    case "modified": found.lastmod = found.lastmod ?? value
    case "link" where found.url.isEmpty: found.url = resolved(value)
    // RSS: a permanent link that is no link of its own; Atom: a name that is an address.
    case "guid", "id":
      let url = resolved(value)
      if HTTPURL(value) != nil, spare.url.isEmpty { spare.url = url }
    case "title":
      let title =
        titleType == "html" ? HTMLPlainText.of(value) : titleType == nil ? HTMLPlainText.ofMaybe(value) : value
      found.title = title.isEmpty ? nil : title
    case "published", "pubDate", "issued": found.published = value
    case "date": found.published = found.published ?? value
    // The name of a person was taken from within.
    case "author", "creator": found.author = found.author ?? value
    case "dc:title", "itunes:title": spare.title = spare.title ?? HTMLPlainText.ofMaybe(value)
    case "dc:creator": spare.author = value
    case "itunes:author": spare.author = spare.author ?? value
    case "dc:date", "dcterms:issued", "dcterms:created": spare.published = spare.published ?? value
    case "dcterms:modified": spare.lastmod = value
    default: break
    }
    entry = found
  }

  private mutating func end() {
    guard var found = entry else { return }
    if found.url.isEmpty { found.url = spare.url }
    found.title = found.title ?? spare.title
    found.author = found.author ?? spare.author
    found.published = found.published ?? spare.published
    found.lastmod = found.lastmod ?? spare.lastmod
    entries.append(found)
    entry = nil
    entryDepth = 0
  }
}

extension String {
  /// Without white space at both ends.
  var trimmed: String {
    let scalars = unicodeScalars.drop { $0.properties.isWhitespace }
    var end = scalars.endIndex
    while end > scalars.startIndex, scalars[scalars.index(before: end)].properties.isWhitespace {
      end = scalars.index(before: end)
    }
    return String(scalars[..<end])
  }
}
