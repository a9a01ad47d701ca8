import Foundations

/// What documents say of themselves, beside title and language, by the names that metadata has for it.
enum DocumentProperties {
  /// What is said; what is not, or is empty, is not there.
  /// - Parameters:
  ///   - date: ISO 8601, as `modified`.
  ///   - site: the name of a website.
  ///   - canonical: the URL that a page wants to be known by.
  static func members(
    author: String? = nil, date: String? = nil, modified: String? = nil, description: String? = nil,
    site: String? = nil, keywords: String? = nil, canonical: String? = nil
  ) -> [String: String] {
    let named = [
      ("author", author), ("date", date), ("modified", modified), ("description", description), ("site", site),
      ("keywords", keywords), ("canonical", canonical),
    ]
    return Dictionary(
      named.compactMap { name, value in value.flatMap { $0.isEmpty ? nil : (name, $0) } },
      uniquingKeysWith: { first, _ in first })
  }
}
