import Foundations
import HTTPClient

/// robots.txt files as they were answered, for a day at most (RFC 9309, 2.4), in one small file each.
struct RobotsStore {
  /// `nil`: nothing is remembered.
  let directory: String?

  static let maxAge = 86_400.0
  /// What is older than this is not even used when the host is in trouble.
  static let maxStale = 30 * 86_400.0

  /// The file.
  private struct Kept: Codable {
    let origin: String
    /// Seconds since 1970.
    let fetched: Double
    /// `nil` where the host has none.
    let body: String?
  }

  private func path(_ origin: String) -> String? {
    directory.map { "\($0)/robots/\(Digest(of: origin).hex.prefix(32))" }
  }

  func load(_ origin: String, now: Double, maxAge: Double = RobotsStore.maxAge) -> RobotsRules? {
    guard let path = path(origin), let bytes = try? FileSystem.read(path, limit: 8 << 20),
      let kept = try? JSONValue(parsing: bytes).decoded(as: Kept.self), kept.origin == origin,
      now - kept.fetched < maxAge, kept.fetched <= now
    else { return nil }
    guard let body = kept.body else { return .allowAll }
    return RobotsRules(reading: Array(body.utf8), product: WebSettings.product)
  }

  /// - Parameter body: `nil` when the host has none.
  func save(_ origin: String, body: [UInt8]?, now: Double) {
    guard let path = path(origin) else { return }
    let text = body.map { String(decoding: $0.prefix(RobotsRules.maxBytes), as: UTF8.self) }
    let kept = Kept(origin: origin, fetched: now, body: text)
    // A file that cannot be written is asked for again: no reason to fail a run.
    try? FileSystem.makeDirectory(Path.parent(path))
    try? FileSystem.writeReplaceable(JSONObject(encoding: kept).canonicalBytes, to: path)
  }
}
