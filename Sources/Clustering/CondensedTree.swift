/// The dendrogram without splits that only shed a few points: clusters that shrink, split and die as the
/// density λ = 1 / distance grows. Cluster 0 is the root; children have larger numbers than their parents.
package struct CondensedTree: Sendable, Hashable {
  package struct Cluster: Sendable, Hashable {
    /// -1 for the root.
    package let parent: Int
    /// The density at which it split off.
    package let birth: Double
    package let size: Int
    /// The excess of mass: over all points, the density at which they leave less that at which it was born.
    package internal(set) var stability = 0.0
    /// The largest density at which anything leaves it.
    package internal(set) var death = 0.0
    /// Whether it was selected as a cluster.
    package internal(set) var isSelected = false
  }

  package private(set) var clusters: [Cluster]
  /// The cluster that each point falls out of.
  package private(set) var parents: [Int]
  /// The density at which it does.
  package private(set) var lambdas: [Double]

  /// Closer than this counts as this close: copies of one text have distance 0.
  private static let nearest = 1e-6

  init(_ tree: SingleLinkage, minClusterSize: Int) {
    clusters = [Cluster(parent: -1, birth: 0, size: tree.count)]
    parents = Array(repeating: 0, count: tree.count)
    lambdas = Array(repeating: 0, count: tree.count)
    var stack: [(node: Int, cluster: Int)] = [(2 * tree.count - 2, 0)]
    while let (node, cluster) = stack.popLast() {
      // A cluster never shrinks to a point: minClusterSize is at least 2.
      let lambda = 1 / max(tree.merges[node - tree.count].distance, Self.nearest)
      clusters[cluster].death = max(clusters[cluster].death, lambda)
      let parts = tree.parts(of: node)
      let big = parts.count { tree.size($0) >= minClusterSize }
      for part in parts {
        if tree.size(part) < minClusterSize {
          for point in tree.points(below: part) {
            parents[point] = cluster
            lambdas[point] = lambda
            clusters[cluster].stability += lambda - clusters[cluster].birth
          }
        } else if big == 1 {
          stack.append((part, cluster))
        } else {
          let size = tree.size(part)
          clusters[cluster].stability += (lambda - clusters[cluster].birth) * Double(size)
          stack.append((part, clusters.count))
          clusters.append(Cluster(parent: cluster, birth: lambda, size: size))
        }
      }
    }
    select()
  }

  /// Selects the clusters of the greatest excess of mass (McInnes and Healy 2017); the root is none.
  private mutating func select() {
    var mass = clusters.map(\.stability)
    var below = [Double](repeating: 0, count: clusters.count)
    var isParent = [Bool](repeating: false, count: clusters.count)
    for cluster in clusters.indices.dropFirst().reversed() {
      clusters[cluster].isSelected = !isParent[cluster] || below[cluster] <= mass[cluster]
      if !clusters[cluster].isSelected { mass[cluster] = below[cluster] }
      below[clusters[cluster].parent] += mass[cluster]
      isParent[clusters[cluster].parent] = true
    }
    // Of nested clusters the outermost stands.
    var isCovered = [Bool](repeating: false, count: clusters.count)
    for cluster in clusters.indices.dropFirst() {
      let parent = clusters[cluster].parent
      isCovered[cluster] = isCovered[parent] || clusters[parent].isSelected
      if isCovered[cluster] { clusters[cluster].isSelected = false }
    }
  }

  func assignment() -> (labels: [Int], probabilities: [Double], outlierScores: [Double]) {
    var owner = [Int](repeating: -1, count: clusters.count)
    for cluster in clusters.indices {
      owner[cluster] = clusters[cluster].isSelected ? cluster : cluster == 0 ? -1 : owner[clusters[cluster].parent]
    }
    // The largest density anywhere below.
    var deepest = clusters.map(\.death)
    for cluster in clusters.indices.dropFirst().reversed() {
      deepest[clusters[cluster].parent] = max(deepest[clusters[cluster].parent], deepest[cluster])
    }
    var labels = [Int](repeating: -1, count: parents.count)
    var probabilities = [Double](repeating: 0, count: parents.count)
    var outlierScores = probabilities
    for point in parents.indices {
      let cluster = owner[parents[point]]
      outlierScores[point] = 1 - lambdas[point] / max(deepest[parents[point]], lambdas[point])
      guard cluster >= 0 else { continue }
      labels[point] = cluster
      let death = clusters[cluster].death
      probabilities[point] = death > 0 ? min(lambdas[point], death) / death : 1
    }
    return (labels, probabilities, outlierScores)
  }

  /// With points under other numbers: what was point i is `points[i]`.
  func renumbered(_ points: [UInt32]) -> CondensedTree {
    var tree = self
    for (position, point) in points.enumerated() {
      tree.parents[Int(point)] = parents[position]
      tree.lambdas[Int(point)] = lambdas[position]
    }
    return tree
  }
}
