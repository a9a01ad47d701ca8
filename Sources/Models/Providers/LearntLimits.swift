import Foundations

/// What a server's refusals taught about it. Kept for a month, so that a limit that was raised is found again.
struct LearntLimits: Sendable, Equatable {
  /// The most texts in one request.
  var batch: Int?
  /// The most bytes of text in one request.
  var batchBytes: Int?
  /// Members of a request that it does not know: `json_schema`, `json_object`, `temperature`, `max_tokens`.
  var without: Set<String> = []

  /// The file.
  private struct Kept: Codable {
    let account: String
    /// Seconds since 1970.
    let learntAt: Double
    let without: [String]
    let batch: Int?
    let batchBytes: Int?

    enum CodingKeys: String, CodingKey {
      case account, without, batch
      case learntAt = "learnt_at"
      case batchBytes = "batch_bytes"
    }
  }

  private static let keptFor = 30 * 86_400.0

  private static func path(_ directory: String, _ account: String) -> String {
    Path.join(directory, "providers/\(Digest(of: account).hex.prefix(24)).json")
  }

  /// What is known of an account; nothing when the file is old, damaged or not there.
  static func load(_ account: String, directory: String?, now: Timestamp = .now) -> LearntLimits {
    guard let directory, let bytes = try? FileSystem.read(path(directory, account), limit: 100_000),
      let kept = try? JSONValue(parsing: bytes).decoded(as: Kept.self), kept.account == account,
      abs(now.seconds - kept.learntAt) < keptFor
    else { return LearntLimits() }
    return LearntLimits(batch: kept.batch, batchBytes: kept.batchBytes, without: Set(kept.without))
  }

  /// Writes it down, together with what another process learnt meanwhile. A failure costs one refusal later, so it
  /// is none.
  func save(_ account: String, directory: String?, now: Timestamp = .now) {
    guard let directory else { return }
    let known = Self.load(account, directory: directory, now: now)
    let kept = Kept(
      account: account, learntAt: now.seconds, without: without.union(known.without).sorted(),
      batch: [batch, known.batch].compactMap { $0 }.min(),
      batchBytes: [batchBytes, known.batchBytes].compactMap { $0 }.min())
    let path = Self.path(directory, account)
    try? FileSystem.makeDirectory(Path.parent(path))
    try? FileSystem.writeAtomically(JSONValue(encoding: kept).prettyText + "\n", to: path)
  }
}
