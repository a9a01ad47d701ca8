import CClustering
import Foundations

/// k-means (Lloyd 1982), begun by greedy k-means++ (Arthur and Vassilvitskii 2007) with a fixed seed.
///
/// Which center is nearest is decided by float32 arithmetic; 8-bit codes with a bound on their error say which centers
/// need not be asked. Means are sums of integers, so that no order of adding shows.
package struct KMeans: Sendable {
  package let k: Int
  package let threads: Int
  /// Lloyd's rounds end when no point changes its cluster, when a round lowers the inertia by less than this share, or
  /// after `mostRounds`.
  private static let least = 1e-6
  private static let mostRounds = 300
  /// How often centers are moved to better places, at most.
  private static let mostMoves = 1

  package init(k: Int, threads: Int = 1) {
    self.k = k
    self.threads = threads
  }

  /// √(n / 2), at least 1.
  package static func usualK(_ count: Int) -> Int { max(1, Int(clamping: (Double(count) / 2).squareRoot().rounded())) }

  /// What k-means ended with.
  package struct Result: Sendable {
    package let clusters: Clusters
    /// The sum of squared distances to the centers.
    package let inertia: Double
    package let rounds: Int
  }

  /// Clusters points; clusters are numbered by their first point. A point's probability is its cosine to
  /// the centroid, at least 0.
  package func cluster(_ points: Points, step: (Double) throws -> Void = { _ in }) throws -> Clusters {
    try run(points, step: step).clusters
  }

  package func run(_ points: Points, step: (Double) throws -> Void = { _ in }) throws -> Result {
    let k = min(self.k, points.count)
    guard k > 0 else { return Result(clusters: Clusters(labels: [], probabilities: []), inertia: 0, rounds: 0) }
    let tiles = try Tiles(
      points.values, count: points.count, dimensions: points.dimensions, precision: .int8, threads: threads)
    var lloyd = LloydRounds(
      points: points, tiles: tiles, centers: try SeedCenters(points, tiles, k: k, threads: threads, step: step).centers,
      threads: threads)
    try lloyd.settle(least: Self.least, mostRounds: Self.mostRounds) { try step(0.3 + 0.5 * $0) }
    // Lloyd's rounds end in the nearest valley: centers that stand too close together are moved to where they are
    // missing, as long as that helps.
    for attempt in 0..<Self.mostMoves {
      var moved = lloyd.copy()
      guard moved.moveCenters(max(1, k / 32)) else { break }
      try moved.settle(least: Self.least, mostRounds: Self.mostRounds) { _ in
        try step(0.8 + 0.2 * Double(attempt) / Double(Self.mostMoves))
      }
      let isBetter = moved.inertia < lloyd.inertia
      if isBetter { lloyd = moved }
      lloyd.rounds = moved.rounds
      if !isBetter { break }
    }
    return Result(
      clusters: numbered(lloyd.labels.map(Int.init), points), inertia: lloyd.inertia, rounds: lloyd.rounds)
  }

  private func numbered(_ labels: [Int], _ points: Points) -> Clusters {
    let renamed = Clusters.numbered(labels)
    var probabilities = [Double](repeating: 0, count: labels.count)
    for members in Clusters(labels: renamed, probabilities: []).members {
      let cosines = points.cosines(members, to: points.centroid(of: members))
      for (member, cosine) in zip(members, cosines) { probabilities[member] = Double(max(0, cosine)) }
    }
    return Clusters(labels: renamed, probabilities: probabilities)
  }
}
