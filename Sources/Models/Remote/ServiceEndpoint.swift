import Foundations

/// A server that speaks OpenAI's protocol.
package struct ServiceEndpoint: Sendable {
  /// With the version, without a slash at the end: `https://api.openai.com/v1`.
  package let baseURL: String
  package let model: String
  /// Sent as `Authorization: Bearer`; empty for servers that want none.
  let key: String

  /// - Parameters:
  ///   - baseURL: a URL without a path gets `/v1`.
  ///   - keyVariable: the environment variable that holds the key; `nil` for none.
  /// - Throws: `.usage` when the URL is none or the variable is not set.
  package init(baseURL: String, model: String, keyVariable: String?) throws(SluiceError) {
    self.baseURL = try Self.normalized(baseURL)
    self.model = model
    guard let keyVariable else {
      key = ""
      return
    }
    guard let value = Environment[keyVariable], !value.isEmpty else {
      throw SluiceError(
        .usage,
        "the environment variable \(keyVariable), which holds the key of \(baseURL), is not set",
        advice: "Set it: export \(keyVariable)=…; or take key_env out when the server wants no key."
      )
    }
    Secrets.register(value)
    key = value
  }

  /// Without slashes at the end, with a version.
  package static func normalized(_ baseURL: String) throws(SluiceError) -> String {
    var base = baseURL
    while base.hasSuffix("/") { base.removeLast() }
    let rest = base.split(separator: "/", omittingEmptySubsequences: false)
    guard rest.count >= 3, rest[0] == "http:" || rest[0] == "https:", !rest[2].isEmpty else {
      throw SluiceError(
        .usage, "base_url is '\(baseURL)', a URL such as https://api.openai.com/v1 was expected")
    }
    guard !rest[2].contains("@"), !base.contains("?") else {
      throw SluiceError(
        .usage, "base_url holds credentials or a query", advice: "Put the key into a variable and name it with key_env."
      )
    }
    return rest.count == 3 ? base + "/v1" : base
  }
}
