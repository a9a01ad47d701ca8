/// Which points belong together.
package struct Clusters: Sendable, Hashable {
  /// The cluster of each point, from 0 in the order of their first points; -1 for none (noise).
  package let labels: [Int]
  /// How surely each point belongs to its cluster, from 0 to 1; 0 for noise.
  package let probabilities: [Double]
  /// How far each point stands outside of what is densest around it, from 0 to 1 (GLOSH: Campello et al. 2015); empty
  /// when the method knows none.
  package let outlierScores: [Double]
  /// The hierarchy that the clusters were selected from; `nil` when the method has none.
  package let tree: CondensedTree?

  package init(
    labels: [Int], probabilities: [Double], outlierScores: [Double] = [], tree: CondensedTree? = nil
  ) {
    self.labels = labels
    self.probabilities = probabilities
    self.outlierScores = outlierScores
    self.tree = tree
  }

  package var count: Int { (labels.max() ?? -1) + 1 }

  /// The points of each cluster, ascending.
  package var members: [[Int]] {
    var members = [[Int]](repeating: [], count: count)
    for (point, label) in labels.enumerated() where label >= 0 { members[label].append(point) }
    return members
  }

  /// The same clusters, numbered in the order of their first points.
  static func numbered(_ labels: [Int]) -> [Int] {
    var numbers: [Int: Int] = [:]
    return labels.map { label in
      if label < 0 { return -1 }
      if let known = numbers[label] { return known }
      let number = numbers.count
      numbers[label] = number
      return number
    }
  }
}
