import CClustering
import Foundations

/// The nearest neighbours of each point, by Euclidean distance.
///
/// All pairs are compared. With `.float32` the neighbours are exact; with `.int8` codes choose twice as many
/// candidates, whose distances are then exact: on text embeddings more than 99.9 % of the neighbours are the true
/// ones. Either way the result depends on the vectors alone: not on threads, processor, or the order of the points.
package struct NeighbourGraph: Sendable {
  package let count: Int
  /// How many neighbours a point has, at most.
  package let k: Int
  /// The neighbours of point i are at `i * k ..< (i + 1) * k`, nearest first; `UInt32.max` behind the last.
  package let indices: [UInt32]
  /// Their squared distances; infinite behind the last.
  package let squares: [Float]

  /// The neighbours of a point with their distances, nearest first.
  package func neighbours(of point: Int) -> [(point: Int, distance: Float)] {
    (point * k..<(point + 1) * k).filter { indices[$0] != .max }.map {
      (Int(indices[$0]), squares[$0].squareRoot())
    }
  }

  /// Whether all comparisons are made in float32 unless something else is said: as many as 20,000 points of 384
  /// dimensions take, and always in few dimensions, where codes of eight bits are too coarse and there is little to
  /// save.
  package static func isExactUsual(_ points: Points) -> Bool {
    points.dimensions < 48
      || Double(points.count) * Double(points.count) * Double(points.dimensions) <= 20_000 * 20_000 * 384
  }

  /// - Parameters:
  ///   - isExact: whether all comparisons are in float32; `nil`: see `isExactUsual`.
  ///   - step: called with the share that is done; may throw to stop.
  package init(
    _ points: Points, k: Int, isExact: Bool? = nil, threads: Int,
    step: @escaping @Sendable (Double) throws -> Void = { _ in }
  ) throws {
    let order = CanonicalOrder(points)
    let exact = isExact ?? Self.isExactUsual(points)
    let tiles = try Tiles(
      points.values, count: points.count, dimensions: points.dimensions, order: order.points,
      precision: exact ? .float32 : .int8, threads: threads)
    let graph = try Self.make(points, tiles, order, k: k, margin: exact ? 8 : max(16, k), threads: threads, step: step)
    self = graph.renumbered(order)
  }

  private init(count: Int, k: Int, indices: [UInt32], squares: [Float]) {
    self.count = count
    self.k = k
    self.indices = indices
    self.squares = squares
  }

  /// The graph in the canonical numbering.
  /// - Parameter margin: how many more candidates than `k` are compared exactly.
  static func make(
    _ points: Points, _ tiles: Tiles, _ order: CanonicalOrder, k: Int, margin: Int, threads: Int,
    step: @escaping @Sendable (Double) throws -> Void
  ) throws -> NeighbourGraph {
    let count = points.count
    let threads = max(1, min(threads, tiles.panels))
    let lists = try (0..<threads).map { _ in
      try BestLists(count: count, k: k + margin, dimensions: points.dimensions)
    }
    try tiles.forEachBlock(threads: threads, step: step) { thread, block in
      cclustering_neighbours(tiles.handle, block, lists[thread].handle)
    }
    for other in lists.dropFirst() { cclustering_lists_merge(lists[0].handle, other.handle) }
    var indices = [UInt32](repeating: .max, count: count * k)
    var squares = [Float](repeating: .infinity, count: count * k)
    try indices.withUnsafeMutableBufferPointer { indices in
      try squares.withUnsafeMutableBufferPointer { squares in
        // Each piece has points of its own.
        let (indices, squares) = (SharedMemory(indices), SharedMemory(squares))
        let best = lists[0]
        let grain = 256
        try Parallel.forEach(count: (count + grain - 1) / grain, threads: threads, grain: 1) { piece in
          var row = [UInt32](repeating: .max, count: k + margin)
          var distances = [Float](repeating: .infinity, count: k + margin)
          for point in piece * grain..<min(count, (piece + 1) * grain) {
            cclustering_lists_finish(
              best.handle, point, points.values, points.dimensions, order.points, &row, &distances)
            for position in 0..<k {
              indices[point * k + position] = row[position]
              squares[point * k + position] = distances[position]
            }
          }
        }
      }
    }
    return NeighbourGraph(count: count, k: k, indices: indices, squares: squares)
  }

  /// From the canonical numbering to that of the points.
  func renumbered(_ order: CanonicalOrder) -> NeighbourGraph {
    var renumbered = [UInt32](repeating: .max, count: count * k)
    var distances = [Float](repeating: .infinity, count: count * k)
    for position in 0..<count {
      let target = Int(order.points[position]) * k
      for n in 0..<k where indices[position * k + n] != .max {
        renumbered[target + n] = order.points[Int(indices[position * k + n])]
        distances[target + n] = squares[position * k + n]
      }
    }
    return NeighbourGraph(count: count, k: k, indices: renumbered, squares: distances)
  }
}

/// The best candidates of each row, for one thread.
private final class BestLists: Sendable {
  private let lists: SharedHandle
  var handle: OpaquePointer { lists.pointer }

  init(count: Int, k: Int, dimensions: Int) throws {
    guard let handle = cclustering_lists_new(count, UInt32(k)) else { throw Tiles.noMemory(count, dimensions) }
    // Each is written by one thread; once merged, they are only read.
    lists = SharedHandle(handle) { cclustering_lists_free($0) }
  }
}
