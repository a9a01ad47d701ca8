import CClustering
import CKernels
import Foundations

/// The rounds of k-means: points to their nearest centers, centers to the means of their points.
struct LloydRounds {
  let points: Points
  let tiles: Tiles
  let centers: Points
  let threads: Int
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
        nonisolated(unsafe) let (now, squares) = (now, squares)
        let (tiles, points, centers, lengths) = (tiles, points, centers, lengths)
        try Parallel.forEach(count: tiles.panels, threads: threads, grain: 4) { panel in
          cclustering_assign(
            tiles.handle, panel, points.values, centerTiles.handle, centers.values, halves, lengths, now.baseAddress,
            squares.baseAddress)
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
