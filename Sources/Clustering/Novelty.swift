/// How unlike everything known a vector is.
///
/// The centroids are frozen: those of the night before. Centroids that were fitted to the new vectors, too, have moved
/// to them and find nothing new.
package struct Novelty: Sendable {
  private let centroids: [[Float]]
  /// The distance (1 - cosine) to the nearest centroid that 95 % of the vectors known then kept within.
  package let threshold: Double

  package init(centroids: [[Float]], threshold: Double) {
    self.centroids = centroids
    self.threshold = threshold
  }

  /// 1 - the cosine to the nearest centroid; 1 when there is none.
  package func score(_ vector: [Float]) -> Double {
    var best = 0.0
    for centroid in centroids where centroid.count == vector.count {
      best = max(best, Double(Points.cosine(vector, centroid)))
    }
    return 1 - best
  }

  package func isNovel(_ score: Double) -> Bool { score > threshold }

  /// The threshold that 95 % of some points keep within.
  package static func threshold(_ points: Points, _ members: [Int], centroids: [[Float]]) -> Double {
    guard !members.isEmpty, !centroids.isEmpty else { return 1 }
    let novelty = Novelty(centroids: centroids, threshold: 1)
    let scores = members.map { novelty.score(points.vector($0)) }.sorted()
    return scores[min(scores.count - 1, scores.count * 95 / 100)]
  }
}
