import Foundations

/// What a page says of itself, from where it says it best: JSON-LD, then OpenGraph and Dublin Core, then the page.
struct HTMLMetadata {
  private let head: HTMLHead
  private let pieces: [HTMLPiece]

  init(_ page: HTMLPage) {
    head = page.head
    pieces = page.pieces
  }

  /// The headline of the JSON-LD or the OpenGraph title where a heading of the page says the same, otherwise the
  /// `title` without the name of the site.
  var title: String? {
    let headings = pieces.filter { $0.element.kind == .title }.prefix(40).map { Self.plain($0.element.text) }
    let candidates = [
      head.linked.headline, head.names["og:title"], head.names["twitter:title"], head.names["dc.title"],
    ]
    .compactMap { $0.map(Self.clean) }.filter { !$0.isEmpty }
    if let said = candidates.first(where: { headings.contains(Self.plain($0)) }) { return said }
    let whole = head.title.map { $0 }
    if let whole, let short = withoutSite(whole, headings) { return short }
    return whole ?? candidates.first
      ?? pieces.first { $0.element.kind == .title && $0.element.level == 1 }?.element.text
      ?? pieces.first { $0.element.kind == .title }?.element.text
  }

  /// `Title | Site` without the site, when the page's name of the site or a heading says which part is which.
  private func withoutSite(_ title: String, _ headings: [String]) -> String? {
    let site = head.names["og:site_name"].map(Self.plain)
    for mark in [" | ", " - ", " – ", " — ", " · ", " • ", " :: ", " » "] {
      guard let found = ByteSearch.range(of: Array(mark.utf8), in: Array(title.utf8)) else { continue }
      let bytes = Array(title.utf8)
      let first = String(decoding: bytes[..<found.lowerBound], as: UTF8.self)
      var last = found
      while let next = ByteSearch.range(of: Array(mark.utf8), in: bytes, from: last.upperBound) { last = next }
      let beforeLast = String(decoding: bytes[..<last.lowerBound], as: UTF8.self)
      let afterLast = String(decoding: bytes[last.upperBound...], as: UTF8.self)
      let afterFirst = String(decoding: bytes[found.upperBound...], as: UTF8.self)
      for part in [beforeLast, first, afterFirst, afterLast] where headings.contains(Self.plain(part)) { return part }
      if let site, Self.plain(afterLast) == site { return beforeLast }
      if let site, Self.plain(first) == site { return afterFirst }
    }
    return nil
  }

  /// Letters and digits in lower case, for comparing.
  private static func plain(_ text: String) -> String {
    var bytes = text.utf8.filter { $0 >= 0x80 || $0 >= 48 && $0 <= 57 || $0 | 0x20 >= 97 && $0 | 0x20 <= 122 }
    for index in bytes.indices where bytes[index] >= 65 && bytes[index] <= 90 { bytes[index] |= 0x20 }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func clean(_ text: String) -> String {
    var inline = InlineText()
    inline.append(text.utf8)
    return inline.isEmpty ? "" : inline.take()
  }

  var language: String? { head.language ?? head.linked.language ?? head.names["og:locale"] }

  /// `author`, `date` (ISO 8601), `modified`, `description`, `site`, `keywords`, `canonical`; what is not known is not
  /// there.
  var members: [String: String] {
    DocumentProperties.members(
      author: author, date: date,
      modified: first(["article:modified_time", "og:updated_time"], head.linked.modified).flatMap(WebDate.iso),
      description: first(["og:description", "description", "dc.description"], head.linked.description).map(Self.clean),
      site: first(["og:site_name", "application-name"], nil).map(Self.clean),
      keywords: first(["keywords", "news_keywords", "parsely-tags"], head.linked.keywords).map(Self.clean),
      canonical: head.canonical
    )
  }

  private func first(_ names: [String], _ linked: String?) -> String? {
    linked ?? names.lazy.compactMap { head.names[$0] }.first
  }

  private var author: String? {
    if !head.linked.authors.isEmpty { return head.linked.authors.joined(separator: ", ") }
    for name in [
      "author", "article:author", "parsely-author", "sailthru.author", "dc.creator", "dcterms.creator",
      "citation_author", "byl",
    ] {
      if let value = head.names[name], !value.hasPrefix("http"), let name = Self.person(value) { return name }
    }
    return head.byline.flatMap(Self.person)
  }

  /// A name without what stands around it in a byline.
  private static func person(_ text: String) -> String? {
    var words = clean(text).split(separator: " ").map(String.init)
    while let word = words.first?.lowercased(),
      ["by", "von", "par", "por", "written", "posted", "author:", "by:"].contains(word)
    {
      words.removeFirst()
    }
    let name = words.joined(separator: " ")
    return name.isEmpty || name.utf8.count > 100 || name.contains("@") ? nil : name
  }

  private var date: String? {
    let names = [
      "article:published_time", "datepublished", "og:article:published_time", "date", "dc.date", "dc.date.issued",
      "dcterms.created", "parsely-pub-date", "sailthru.date", "pubdate", "publish-date", "publish_date",
      "citation_publication_date",
      "citation_date", "article.published",
    ]
    let said = [head.linked.published] + names.map { head.names[$0] } + [head.publicationTime, head.firstTime]
    return said.lazy.compactMap { $0.flatMap(WebDate.iso) }.first
  }
}
