import Foundations
import Models

/// Where a store is and how to get in.
package struct VectorStoreAddress: Sendable, Hashable {
  package let kind: VectorStoreKind
  package let url: String
  /// The environment variable that holds the token or password.
  package let keyVariable: String?

  /// - Throws: `.usage` when the URL is none, or holds a password.
  package init(_ kind: VectorStoreKind, url: String, keyVariable: String?) throws(SluiceError) {
    let rules = kind.store.traits
    guard let scheme = rules.schemes.first(where: { url.hasPrefix($0) }) else {
      throw SluiceError(
        .usage,
        "the store's url is '\(Self.withoutSecrets(url))', one that begins with \(rules.schemes[0]) was expected",
        advice: "For example: \(rules.example)")
    }
    let authority = url.dropFirst(scheme.utf8.count).prefix { $0 != "/" && $0 != "?" }
    let user = authority.lastIndex(of: "@").map { authority[..<$0] } ?? ""
    // The line of the file is shown: without what should not stand there.
    if let colon = user.firstIndex(of: ":") { Secrets.register(String(user[user.index(after: colon)...])) }
    if let name = url.firstRange(of: "password=") {
      Secrets.register(String(url[name.upperBound...].prefix { $0 != "&" }))
    }
    guard !user.contains(":"), rules.takesUser || user.isEmpty, !url.contains("password=") else {
      throw SluiceError(
        .usage, "the store's url \(Self.withoutSecrets(url)) holds a password, which would stand in logs and keys",
        advice: "Put it into an environment variable and name that one: key_env: STORE_PASSWORD")
    }
    var url = url
    while url.hasSuffix("/") { url.removeLast() }
    self.kind = kind
    self.url = url
    self.keyVariable = keyVariable
  }

  private static func withoutSecrets(_ url: String) -> String {
    guard let at = url.lastIndex(of: "@") else { return url.contains("password=") ? "…" : url }
    return "…" + url[at...].prefix { $0 != "?" }
  }

  /// The token or password; `nil` when none is named.
  func key() throws(SluiceError) -> String? {
    guard let keyVariable else { return nil }
    guard let value = Environment[keyVariable], !value.isEmpty else {
      throw SluiceError(
        .vectorStoreError, "the environment variable \(keyVariable), which holds the key of \(url), is not set",
        advice: "Set it: export \(keyVariable)=…; or take key_env out when the server wants none.")
    }
    Secrets.register(value)
    return value
  }

  /// Connects.
  package func connect() throws(SluiceError) -> any VectorStore { try kind.store.init(self) }
}
