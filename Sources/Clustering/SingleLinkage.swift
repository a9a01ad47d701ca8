/// The dendrogram of a spanning tree: nodes below `count` are points, node `count + i` is the i-th merge.
struct SingleLinkage {
  struct Merge {
    let left: Int
    let right: Int
    let distance: Double
    let size: Int
  }

  let count: Int
  private(set) var merges: [Merge] = []

  /// - Parameter edges: a spanning tree of `count` points.
  init(_ edges: [HDBSCAN.Edge], count: Int) {
    self.count = count
    merges.reserveCapacity(edges.count)
    // Equal weights in the order in which the tree grew.
    let order = edges.indices.sorted { (edges[$0].weight, $0) < (edges[$1].weight, $1) }
    var parent = Array(0..<(2 * count))
    var size = Array(repeating: 1, count: 2 * count)
    func root(_ node: Int) -> Int {
      var top = node
      while parent[top] != top { top = parent[top] }
      var current = node
      while parent[current] != top { (current, parent[current]) = (parent[current], top) }
      return top
    }
    for index in order {
      let left = root(Int(edges[index].from))
      let right = root(Int(edges[index].to))
      let node = count + merges.count
      size[node] = size[left] + size[right]
      parent[left] = node
      parent[right] = node
      merges.append(Merge(left: left, right: right, distance: Double(edges[index].weight), size: size[node]))
    }
  }

  func size(_ node: Int) -> Int { node < count ? 1 : merges[node - count].size }

  /// The points below a node.
  func points(below node: Int) -> [Int] {
    var points: [Int] = []
    var stack = [node]
    while let top = stack.popLast() {
      if top < count {
        points.append(top)
      } else {
        stack.append(merges[top - count].right)
        stack.append(merges[top - count].left)
      }
    }
    return points
  }
}
