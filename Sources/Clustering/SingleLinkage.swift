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
  init(_ edges: [SpanningTree.Edge], count: Int) {
    self.count = count
    merges.reserveCapacity(edges.count)
    let order = edges.indices.sorted { (edges[$0].square, $0) < (edges[$1].square, $1) }
    var parent = Array(0..<(2 * count))
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
      parent[left] = node
      parent[right] = node
      merges.append(
        Merge(
          left: left, right: right, distance: Double(edges[index].square).squareRoot(), size: size(left) + size(right)))
    }
  }

  func size(_ node: Int) -> Int { node < count ? 1 : merges[node - count].size }

  /// What a merge joined: those that it joined at the same distance count as joined at once, since the order
  /// between them means nothing.
  func parts(of node: Int) -> [Int] {
    let distance = merges[node - count].distance
    var parts: [Int] = []
    var stack = [node]
    while let top = stack.popLast() {
      let merge = merges[top - count]
      for child in [merge.left, merge.right] {
        if child >= count && merges[child - count].distance == distance {
          stack.append(child)
        } else {
          parts.append(child)
        }
      }
    }
    return parts
  }

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
