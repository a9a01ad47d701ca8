import Foundations

/// What a server's refusals taught about it. Kept for a month, so that a limit that was raised is found again.
struct LearntLimits: Sendable, Equatable {
  /// The most texts in one request.
  var batch: Int?
  /// The most bytes of text in one request.
  var batchBytes: Int?
  /// Members of a request that it does not know: `json_schema`, `json_object`, `temperature`, `max_tokens`.
  var without: Set<String> = []

  private static let keptFor = 30 * 86_400.0

  private static func path(_ directory: String, _ account: String) -> String {
    Path.join(directory, "providers/\(Digest(of: account).hex.prefix(24)).json")
  }

  /// What is known of an account; nothing when the file is old, damaged or not there.
  static func load(_ account: String, directory: String?, now: Timestamp = .now) -> LearntLimits {
    guard let directory, let bytes = try? FileSystem.read(path(directory, account), limit: 100_000),
      let object = try? JSONValue(parsing: bytes).object, object["account"]?.string == account,
      let time = object["learnt_at"]?.double, abs(now.seconds - time) < keptFor
    else { return LearntLimits() }
    return LearntLimits(
      batch: object["batch"]?.int, batchBytes: object["batch_bytes"]?.int,
      without: Set((object["without"]?.array ?? []).compactMap(\.string)))
  }

  /// Writes it down, together with what another process learnt meanwhile. A failure costs one refusal later, so it
  /// is none.
  func save(_ account: String, directory: String?, now: Timestamp = .now) {
    guard let directory else { return }
    let known = Self.load(account, directory: directory, now: now)
    var object: JSONObject = [
      "account": .string(account), "learnt_at": .double(now.seconds),
      "without": JSONValue(without.union(known.without).sorted()),
    ]
    if let value = [batch, known.batch].compactMap({ $0 }).min() { object["batch"] = JSONValue(value) }
    if let value = [batchBytes, known.batchBytes].compactMap({ $0 }).min() { object["batch_bytes"] = JSONValue(value) }
    let path = Self.path(directory, account)
    try? FileSystem.makeDirectory(Path.parent(path))
    try? FileSystem.writeAtomically(JSONValue.object(object).prettyText + "\n", to: path)
  }
}
