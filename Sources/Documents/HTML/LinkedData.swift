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
    guard let node = try? value.decoded(as: LinkedNode.self) else { return }
    if let graph = node.graph { visit(graph, depth + 1) }
    let named = (node.type?.texts ?? []).map { String($0.split(separator: "/").last ?? "") }
    types += named
    if named.contains(where: { Self.works.contains($0.lowercased()) }),
      let work = try? value.decoded(as: LinkedWork.self)
    {
      read(work, saysAuthor: value["author"] != nil)
    }
    if let about = node.mainEntity { visit(about, depth + 1) }
  }

  /// What was said first counts.
  /// - Parameter saysAuthor: whether the work names an author, be it that it has none.
  private mutating func read(_ work: LinkedWork, saysAuthor: Bool) {
    headline = headline ?? work.headline ?? work.name
    published = published ?? work.datePublished ?? work.uploadDate
    modified = modified ?? work.dateModified
    description = description ?? work.description
    language = language ?? work.inLanguage
    body = body ?? work.articleBody
    keywords = keywords ?? work.keywords?.texts.joined(separator: ", ")
    guard authors.isEmpty, let people = saysAuthor ? work.author : work.creator else { return }
    authors = people.texts.filter { !$0.isEmpty && !$0.hasPrefix("http") }
  }
}
