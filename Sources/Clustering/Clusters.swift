/// Which points belong together.
package struct Clusters: Sendable, Hashable {
  /// The cluster of each point, from 0; -1 for none (noise).
  package let labels: [Int]
  /// How surely each point belongs to its cluster, from 0 to 1; 0 for noise.
  package let probabilities: [Double]

  package init(labels: [Int], probabilities: [Double]) {
    self.labels = labels
    self.probabilities = probabilities
  }

  package var count: Int { (labels.max() ?? -1) + 1 }

  /// The points of each cluster, ascending.
  package var members: [[Int]] {
    var members = [[Int]](repeating: [], count: count)
    for (point, label) in labels.enumerated() where label >= 0 { members[label].append(point) }
    return members
  }
}
