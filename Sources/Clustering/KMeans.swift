import CKernels
import Foundations
import Synchronization

/// k-means (Lloyd 1982) begun by k-means++ (Arthur and Vassilvitskii 2007) with a fixed seed.
package struct KMeans: Sendable {
  package let k: Int
  package let threads: Int
  private let rounds = 100

  package init(k: Int, threads: Int = 1) {
    self.k = k
    self.threads = threads
  }

  /// √(n / 2), at least 1.
  package static func usualK(_ count: Int) -> Int { max(1, Int((Double(count) / 2).squareRoot().rounded())) }

  /// Clusters points; clusters are numbered by their first point. A point's probability is its cosine to
  /// the centroid, at least 0.
  package func cluster(_ points: Points, step: (Double) throws -> Void = { _ in }) throws -> Clusters {
    let k = min(self.k, points.count)
    guard k > 0 else { return Clusters(labels: [], probabilities: []) }
    let centers = Points(count: k, dimensions: points.dimensions)
    begin(points, centers)
    var labels: [Int] = []
    for round in 0..<rounds {
      try step(Double(round) / Double(rounds))
      let now = try assign(points, centers)
      if now == labels { break }
      labels = now
      update(points, centers, &labels)
    }
    return numbered(labels, points)
  }

  /// Chooses the first centers: each with a probability that grows with its squared distance to those
  /// before.
  private func begin(_ points: Points, _ centers: Points) {
    var random = SplitMix64(seed: 20_261_121)
    var nearest = [Float](repeating: .infinity, count: points.count)
    var distances = [Float](repeating: 0, count: points.count)
    var chosen = Int(random.next() % UInt64(points.count))
    for center in 0..<centers.count {
      centers.row(center).update(from: points.row(chosen), count: points.dimensions)
      kernels_squared_distances(points.row(chosen), points.values, points.count, points.dimensions, &distances)
      var sum = 0.0
      for point in 0..<points.count {
        nearest[point] = min(nearest[point], distances[point])
        sum += Double(nearest[point])
      }
      var left = random.unit() * sum
      chosen = points.count - 1
      for point in 0..<points.count {
        left -= Double(nearest[point])
        if left < 0 {
          chosen = point
          break
        }
      }
    }
  }

  private func assign(_ points: Points, _ centers: Points) throws -> [Int] {
    let labels = Mutex([Int](repeating: 0, count: points.count))
    let grain = 256
    try Parallel.forEach(count: (points.count + grain - 1) / grain, threads: threads, grain: 1) { piece in
      let range = piece * grain..<min(points.count, (piece + 1) * grain)
      var distances = [Float](repeating: 0, count: centers.count)
      let found = range.map { point in
        kernels_squared_distances(
          points.row(point), centers.values, centers.count, points.dimensions, &distances)
        var best = 0
        for center in 1..<max(1, centers.count) where distances[center] < distances[best] { best = center }
        return best
      }
      labels.withLock { $0.replaceSubrange(range, with: found) }
    }
    return labels.withLock { $0 }
  }

  /// Moves each center to the mean of its points; one without points takes the point that is farthest
  /// from its own.
  private func update(_ points: Points, _ centers: Points, _ labels: inout [Int]) {
    var counts = [Int](repeating: 0, count: centers.count)
    for label in labels { counts[label] += 1 }
    for empty in counts.indices where counts[empty] == 0 {
      var farthest = -1
      var least: Float = .infinity
      for point in labels.indices where counts[labels[point]] > 1 {
        let cosine = kernels_dot(points.row(point), centers.row(labels[point]), points.dimensions)
        if cosine < least { (farthest, least) = (point, cosine) }
      }
      guard farthest >= 0 else { break }
      counts[labels[farthest]] -= 1
      labels[farthest] = empty
      counts[empty] = 1
    }
    for center in counts.indices where counts[center] > 0 {
      centers.row(center).update(repeating: 0, count: points.dimensions)
    }
    for (point, label) in labels.enumerated() { kernels_add(centers.row(label), points.row(point), points.dimensions) }
    for (center, count) in counts.enumerated() where count > 0 {
      for index in 0..<points.dimensions { centers.row(center)[index] /= Float(count) }
    }
  }

  private func numbered(_ labels: [Int], _ points: Points) -> Clusters {
    var numbers: [Int: Int] = [:]
    let renamed = labels.map { label in
      if let known = numbers[label] { return known }
      let number = numbers.count
      numbers[label] = number
      return number
    }
    var probabilities = [Double](repeating: 0, count: labels.count)
    for members in Clusters(labels: renamed, probabilities: []).members {
      let cosines = points.cosines(members, to: points.centroid(of: members))
      for (member, cosine) in zip(members, cosines) { probabilities[member] = Double(max(0, cosine)) }
    }
    return Clusters(labels: renamed, probabilities: probabilities)
  }
}
