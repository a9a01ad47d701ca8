import CClustering
import CKernels
import Foundations

/// The rounds of k-means: points to their nearest centers, centers to the means of their points.
struct LloydRounds {
  let points: Points
  let tiles: Tiles
  private(set) var centers: Points
  let threads: Int
  var rounds = 0
  private(set) var labels: [UInt32]
  private var squares: [Float]
  private let lengths: [Float]
  /// Of each center, in fixed point: whatever the order in which points came and went, the sum is the same.
  private var sums: [[Int64]]
  private var counts: [Int]

  init(points: Points, tiles: Tiles, centers: Points, threads: Int) {
    self.points = points
    self.tiles = tiles
    self.centers = centers
    self.threads = threads
    labels = Array(repeating: .max, count: points.count)
    squares = Array(repeating: 0, count: points.count)
    lengths = (0..<points.count).map { kernels_dot(points.row($0), points.row($0), points.dimensions).squareRoot() }
    sums = Array(repeating: Array(repeating: 0, count: points.dimensions), count: centers.count)
    counts = Array(repeating: 0, count: centers.count)
  }

  var inertia: Double { squares.reduce(0) { $0 + Double($1) } }

  /// With centers of its own.
  func copy() -> LloydRounds {
    var copy = self
    copy.centers = Points(count: centers.count, dimensions: centers.dimensions)
    copy.centers.values.update(from: centers.values, count: centers.count * centers.dimensions)
    return copy
  }

  /// Rounds until no point changes its cluster or a round lowers the inertia by less than a share of it.
  mutating func settle(least: Double, mostRounds: Int, step: (Double) throws -> Void) throws {
    var before = Double.infinity
    for round in 0..<mostRounds {
      try step(Double(round) / Double(mostRounds))
      rounds += 1
      let changed = try assign()
      let now = inertia
      if !changed || before - now <= least * now { return }
      before = now
      update()
    }
  }

  /// Takes away one of each of the `wanted` pairs of centers that can be joined at the least cost (Ward 1963), and puts
  /// it beside the centers of the largest inertia. Returns whether there was anything to move.
  mutating func moveCenters(_ wanted: Int) -> Bool {
    let count = centers.count
    guard count >= 4 else { return false }
    var costs: [(cost: Double, from: Int, to: Int)] = []
    for from in 0..<count where counts[from] > 0 {
      for to in from + 1..<count where counts[to] > 0 {
        let square = cclustering_square(centers.row(from), centers.row(to), centers.dimensions)
        let weight = Double(counts[from]) * Double(counts[to]) / Double(counts[from] + counts[to])
        costs.append((Double(square) * weight, from, to))
      }
    }
    costs.sort { $0.cost != $1.cost ? $0.cost < $1.cost : ($0.from, $0.to) < ($1.from, $1.to) }
    var errors = [Double](repeating: 0, count: count)
    var farthest = [Int](repeating: -1, count: count)
    for (point, label) in labels.enumerated() {
      errors[Int(label)] += Double(squares[point])
      if farthest[Int(label)] < 0 || squares[point] > squares[farthest[Int(label)]] { farthest[Int(label)] = point }
    }
    var targets = errors.indices.sorted { (errors[$1], $0) < (errors[$0], $1) }[...]
    var used: Set<Int> = []
    var moved = 0
    for (_, from, to) in costs where moved < wanted {
      guard !used.contains(from), !used.contains(to) else { continue }
      while let first = targets.first, used.contains(first) || first == from || first == to { targets.removeFirst() }
      guard let target = targets.popFirst(), farthest[target] >= 0 else { break }
      used.formUnion([from, to, target])
      // A step from the center to its farthest point: the two will part the cluster between them.
      let far = points.row(farthest[target])
      for index in 0..<points.dimensions {
        centers.row(from)[index] = 0.8 * centers.row(target)[index] + 0.2 * far[index]
      }
      moved += 1
    }
    return moved > 0
  }

  /// Gives each point to its nearest center, the first of equals; returns whether any changed.
  mutating func assign() throws -> Bool {
    let centerTiles = try Tiles(
      centers.values, count: centers.count, dimensions: centers.dimensions, precision: .int8, threads: 1)
    let halves = (0..<centers.count).map {
      kernels_dot(centers.row($0), centers.row($0), centers.dimensions) / 2
    }
    var now = labels
    try now.withUnsafeMutableBufferPointer { now in
      try squares.withUnsafeMutableBufferPointer { squares in
        // Each panel has points of its own.
        let (now, squares) = (SharedMemory(now), SharedMemory(squares))
        let (tiles, points, centers, lengths) = (tiles, points, centers, lengths)
        try Parallel.forEach(count: tiles.panels, threads: threads, grain: 4) { panel in
          cclustering_assign(
            tiles.handle, panel, points.values, centerTiles.handle, centers.values, halves, lengths, now.start,
            squares.start)
        }
      }
    }
    var changed = false
    for point in labels.indices where labels[point] != now[point] {
      move(point, to: Int(now[point]))
      changed = true
    }
    return changed
  }

  private mutating func move(_ point: Int, to center: Int) {
    if labels[point] != .max {
      cclustering_sum(&sums[Int(labels[point])], points.row(point), points.dimensions, -1)
      counts[Int(labels[point])] -= 1
    }
    cclustering_sum(&sums[center], points.row(point), points.dimensions, 1)
    counts[center] += 1
    labels[point] = UInt32(center)
  }

  /// Moves each center to the mean of its points; one without points takes the point that is farthest
  /// from its own.
  mutating func update() {
    for empty in counts.indices where counts[empty] == 0 {
      let farthest = labels.indices.filter { counts[Int(labels[$0])] > 1 }.max { squares[$0] < squares[$1] }
      guard let farthest else { break }
      move(farthest, to: empty)
      squares[farthest] = 0
    }
    for (center, count) in counts.enumerated() where count > 0 {
      cclustering_mean(sums[center], count, points.dimensions, centers.row(center))
    }
  }
}
