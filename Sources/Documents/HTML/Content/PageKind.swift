import Foundations

/// What a page says it is, in its JSON-LD, its OpenGraph type and its microdata.
struct PageKind: OptionSet, Sendable {
  let rawValue: UInt32

  /// Name, and the words of types that mean it, in lower case.
  static let words: [(name: String, types: [String])] = [
    ("article", ["article", "newsarticle", "blogposting", "reportagenewsarticle", "report", "scholarlyarticle"]),
    ("technical", ["techarticle", "apireference", "howto", "softwaresourcecode"]),
    ("product", ["product", "productgroup", "offer", "aggregateoffer", "og:product", "product.item"]),
    ("forum", ["discussionforumposting", "qapage", "question", "comment", "socialmediaposting"]),
    ("list", ["itemlist", "collectionpage", "searchresultspage", "offercatalog"]),
    (
      "business",
      [
        "localbusiness", "service", "professionalservice", "medicalbusiness", "legalservice", "organization",
        "corporation",
      ]
    ),
    ("faq", ["faqpage"]),
    ("event", ["event", "jobposting", "course"]),
    ("recipe", ["recipe"]),
    ("website", ["website", "webpage"]),
  ]

  static var names: [String] { words.map(\.name) }
  static let forum = PageKind(rawValue: 1 << 3)

  init(rawValue: UInt32) { self.rawValue = rawValue }

  private static let table: [String: UInt32] = {
    var table: [String: UInt32] = [:]
    for (bit, kind) in words.enumerated() { for type in kind.types { table[type, default: 0] |= 1 << UInt32(bit) } }
    return table
  }()

  init(types: [String]) {
    rawValue = types.reduce(0) { $0 | (Self.table[$1.lowercased()] ?? 0) }
  }
}
