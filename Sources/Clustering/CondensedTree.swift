/// The dendrogram without splits that only shed a few points: clusters that shrink, split and die as the
/// density λ = 1 / distance grows. Cluster 0 is the root.
struct CondensedTree {
  /// A point that fell out of a cluster, or a cluster that split off.
  private struct Row {
    let parent: Int
    let child: Int
    let lambda: Double
    let size: Int
  }

  private var pointRows: [Row] = []
  private var clusterRows: [Row] = []
  private var clusterCount = 1

  /// Closer than this counts as this close: copies of one text have distance 0.
  private static let nearest = 1e-6

  init(_ tree: SingleLinkage, minClusterSize: Int) {
    let root = 2 * tree.count - 2
    var stack: [(node: Int, cluster: Int)] = [(root, 0)]
    while let (node, cluster) = stack.popLast() {
      guard node >= tree.count else {
        // A cluster never shrinks to a point: minClusterSize is at least 2.
        continue
      }
      let merge = tree.merges[node - tree.count]
      let lambda = 1 / max(merge.distance, Self.nearest)
      let big = [merge.left, merge.right].filter { tree.size($0) >= minClusterSize }
      for child in [merge.left, merge.right] {
        if tree.size(child) < minClusterSize {
          for point in tree.points(below: child) {
            pointRows.append(Row(parent: cluster, child: point, lambda: lambda, size: 1))
          }
        } else if big.count == 2 {
          clusterRows.append(Row(parent: cluster, child: clusterCount, lambda: lambda, size: tree.size(child)))
          stack.append((child, clusterCount))
          clusterCount += 1
        } else {
          stack.append((child, cluster))
        }
      }
    }
  }

  /// Selects the clusters of the greatest excess of mass; the root is none.
  func clusters(points: Int) -> Clusters {
    var parents = [Int](repeating: 0, count: clusterCount)
    var births = [Double](repeating: 0, count: clusterCount)
    var children = [[Int]](repeating: [], count: clusterCount)
    for row in clusterRows {
      parents[row.child] = row.parent
      births[row.child] = row.lambda
      children[row.parent].append(row.child)
    }
    var stability = [Double](repeating: 0, count: clusterCount)
    var deaths = [Double](repeating: 0, count: clusterCount)
    for row in pointRows + clusterRows {
      stability[row.parent] += (row.lambda - births[row.parent]) * Double(row.size)
      deaths[row.parent] = max(deaths[row.parent], row.lambda)
    }
    // Children have larger numbers than their parents: from the leaves upwards.
    var selected = [Bool](repeating: true, count: clusterCount)
    selected[0] = false
    for cluster in stride(from: clusterCount - 1, through: 1, by: -1) {
      let below = children[cluster].reduce(0) { $0 + stability[$1] }
      if !children[cluster].isEmpty && below > stability[cluster] {
        selected[cluster] = false
        stability[cluster] = below
      }
    }
    // Of nested clusters the outermost that was selected stands.
    var owner = [Int](repeating: -1, count: clusterCount)
    for cluster in 0..<clusterCount {
      let above = cluster == 0 ? -1 : owner[parents[cluster]]
      owner[cluster] = above >= 0 ? above : selected[cluster] ? cluster : -1
    }
    var number: [Int: Int] = [:]
    for cluster in 0..<clusterCount where owner[cluster] == cluster { number[cluster] = number.count }
    var labels = [Int](repeating: -1, count: points)
    var probabilities = [Double](repeating: 0, count: points)
    for row in pointRows {
      let cluster = owner[row.parent]
      guard cluster >= 0, let label = number[cluster] else { continue }
      labels[row.child] = label
      probabilities[row.child] = deaths[cluster] > 0 ? min(row.lambda, deaths[cluster]) / deaths[cluster] : 1
    }
    return Clusters(labels: labels, probabilities: probabilities)
  }
}
