import Foundations

/// What the JSON-LD of a page says of what the page is about (schema.org).
struct LinkedData {
  private(set) var types: [String] = []
  private(set) var headline: String?
  private(set) var authors: [String] = []
  private(set) var published: String?
  private(set) var modified: String?
  private(set) var description: String?
  private(set) var keywords: String?
  private(set) var language: String?
  /// The text of an article, where the page has it only for machines.
  private(set) var body: String?

  /// What an article is called; what else is on a page (its site, its bread crumbs) has names, too.
  private static let works: Set<String> = [
    "article", "newsarticle", "blogposting", "techarticle", "report", "reportagenewsarticle", "scholarlyarticle",
    "discussionforumposting", "question", "recipe", "howto", "product", "event", "jobposting", "course", "book",
    "softwareapplication", "socialmediaposting", "apireference", "analysisnewsarticle", "medicalwebpage", "videoobject",
  ]

  /// Reads one script; one that is not JSON says nothing.
  mutating func read(_ bytes: UnsafeBufferPointer<UInt8>) {
    // Many pages have line ends inside strings, which JSON forbids.
    let plain = bytes.map { $0 < 0x20 ? 0x20 : $0 }
    guard plain.count < 2_000_000, let value = try? JSONValue(parsing: plain) else { return }
    visit(value, 0)
  }

  private mutating func visit(_ value: JSONValue, _ depth: Int) {
    guard depth < 8 else { return }
    if let list = value.array {
      for member in list.prefix(200) { visit(member, depth + 1) }
      return
    }
    guard let object = value.object else { return }
    if let graph = object["@graph"] { visit(graph, depth + 1) }
    let named = (object["@type"]?.array?.compactMap(\.string) ?? [object["@type"]?.string].compactMap { $0 })
      .map { String($0.split(separator: "/").last ?? "") }
    types += named
    if named.contains(where: { Self.works.contains($0.lowercased()) }) { work(object) }
    if let about = object["mainEntity"] { visit(about, depth + 1) }
  }

  private mutating func work(_ object: JSONObject) {
    headline = headline ?? object["headline"]?.string ?? object["name"]?.string
    published = published ?? object["datePublished"]?.string ?? object["uploadDate"]?.string
    modified = modified ?? object["dateModified"]?.string
    description = description ?? object["description"]?.string
    language = language ?? object["inLanguage"]?.string
    body = body ?? object["articleBody"]?.string
    if keywords == nil {
      keywords = object["keywords"]?.string ?? object["keywords"]?.array?.compactMap(\.string).joined(separator: ", ")
    }
    guard authors.isEmpty, let author = object["author"] ?? object["creator"] else { return }
    let list = author.array ?? [author]
    authors = list.compactMap { $0.string ?? $0["name"]?.string }.filter { !$0.isEmpty && !$0.hasPrefix("http") }
  }
}
