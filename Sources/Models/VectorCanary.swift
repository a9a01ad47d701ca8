import CKernels
import Foundations

/// Texts whose vectors say whether a model is still the one that it was.
enum VectorCanary {
  static let texts = [
    "The quick brown fox jumps over the lazy dog.",
    "Quarterly revenue grew by 12.5 % to $4.2 million.",
    "数据管道每晚只重新计算发生变化的部分。",
  ]

  /// Servers that compute in half precision, or batch differently from day to day, stay above it.
  private static let leastCosine: Float = 0.998

  private struct Kept: Codable {
    let since: String
    let vectors: [[Float]]
  }

  /// Compares with what is remembered of a space, or remembers.
  /// - Parameters:
  ///   - vectors: those of `texts`, of length 1.
  ///   - who: whose vectors they are, for the error.
  /// - Throws: `.vectorStoreError` when they are of another space.
  static func check(_ vectors: [[Float]], space: Digest, who: String, _ memory: AnswerCache) throws(SluiceError) {
    var hasher = DigestHasher()
    hasher.field("canary-1")
    hasher.update(space)
    for text in texts { hasher.field(text) }
    let key = hasher.finalize()
    do {
      guard let known = try memory.get(key), let kept = try? JSONValue(parsing: known).decoded(as: Kept.self) else {
        let kept = Kept(since: Timestamp.now.rfc3339, vectors: vectors)
        try memory.put(key, JSONObject(encoding: kept).canonicalBytes)
        return
      }
      let (since, before) = (kept.since, kept.vectors)
      let cosines = zip(before, vectors).map { a, b in a.count == b.count ? kernels_dot(a, b, a.count) : -1 }
      guard let worst = cosines.min(), worst < leastCosine else { return }
      let how =
        before.first?.count == vectors.first?.count
        ? "the cosine to its vectors of \(since) is \(Units.decimal(Double(worst), 4))"
        : "they have \(vectors.first?.count ?? 0) dimensions, those of \(since) had \(before.first?.count ?? 0)"
      throw SluiceError(
        .vectorStoreError, "\(who) no longer gives the vectors that it gave: \(how)",
        advice:
          "Another model seems to stand behind the name; its vectors must not be mixed with the old ones. If that is meant, give the provider another `revision` in providers.yaml: everything is embedded anew."
      )
    } catch { throw SluiceError(wrapping: error) }
  }
}
