import Foundations
import HTTPClient

/// robots.txt files as they were answered, for a day at most (RFC 9309, 2.4), in one small file each.
struct RobotsStore {
  /// `nil`: nothing is remembered.
  let directory: String?

  static let maxAge = 86_400.0
  /// What is older than this is not even used when the host is in trouble.
  static let maxStale = 30 * 86_400.0

  private func path(_ origin: String) -> String? {
    directory.map { "\($0)/robots/\(Digest(of: origin).hex.prefix(32))" }
  }

  func load(_ origin: String, now: Double, maxAge: Double = RobotsStore.maxAge) -> RobotsRules? {
    guard let path = path(origin), let bytes = try? FileSystem.read(path, limit: 4 << 20),
      let value = try? JSONValue(parsing: bytes), value["origin"]?.string == origin,
      let fetched = value["fetched"]?.double, now - fetched < maxAge, fetched <= now
    else { return nil }
    guard let body = value["body"]?.string else { return .allowAll }
    return RobotsRules(reading: Array(body.utf8), product: WebSettings.product)
  }

  /// - Parameter body: `nil` when the host has none.
  func save(_ origin: String, body: [UInt8]?, now: Double) {
    guard let path = path(origin) else { return }
    var value: JSONObject = ["origin": .string(origin), "fetched": .double(now)]
    if let body { value["body"] = .string(String(decoding: body.prefix(RobotsRules.maxBytes), as: UTF8.self)) }
    // A file that cannot be written is asked for again: no reason to fail a run.
    try? FileSystem.makeDirectory(Path.parent(path))
    try? FileSystem.writeReplaceable(value.canonicalBytes, to: path)
  }
}
