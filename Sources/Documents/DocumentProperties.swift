import Foundations

/// What a document says of itself, beside its title and language; what it does not say is not there.
struct DocumentProperties {
  var author: String?
  /// ISO 8601, as `modified`.
  var date: String?
  var modified: String?
  var description: String?
  /// The name of a website.
  var site: String?
  var keywords: String?
  /// The URL that a page wants to be known by.
  var canonical: String?

  /// As a document's metadata has them.
  var members: [String: String] {
    let named = [
      ("author", author), ("date", date), ("modified", modified), ("description", description), ("site", site),
      ("keywords", keywords), ("canonical", canonical),
    ]
    return Dictionary(
      named.compactMap { name, value in value.flatMap { $0.isEmpty ? nil : (name, $0) } },
      uniquingKeysWith: { first, _ in first })
  }
}
