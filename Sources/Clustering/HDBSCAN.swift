import CKernels
import Foundations
import Synchronization

/// Hierarchical density-based clustering (Campello, Moulavi and Sander 2013; McInnes and Healy 2017): exact,
/// by Prim's algorithm over the mutual reachability of all pairs. O(n²) in time, O(n) in memory: some
/// seconds for 5,000 points of 384 dimensions, a minute for 20,000.
package struct HDBSCAN: Sendable {
  /// The fewest points that make a cluster.
  package let minClusterSize: Int
  /// The neighbour (not counting the point itself) whose distance is a point's core distance.
  package let minSamples: Int
  package let threads: Int

  package init(minClusterSize: Int, minSamples: Int? = nil, threads: Int = 1) {
    self.minClusterSize = max(2, minClusterSize)
    self.minSamples = max(1, minSamples ?? minClusterSize)
    self.threads = threads
  }

  /// Clusters points; the distance is the Euclidean one between vectors of length 1.
  /// - Parameter step: called now and then with the share that is done; may throw to stop.
  package func cluster(_ points: Points, step: @escaping @Sendable (Double) throws -> Void = { _ in }) throws
    -> Clusters
  {
    guard points.count > minSamples, points.count >= minClusterSize, points.count > 1 else {
      return Clusters(
        labels: Array(repeating: -1, count: points.count), probabilities: Array(repeating: 0, count: points.count))
    }
    let cores = try coreDistances(points, step)
    let edges = try spanningTree(points, cores, step)
    let tree = CondensedTree(SingleLinkage(edges, count: points.count), minClusterSize: minClusterSize)
    return tree.clusters(points: points.count)
  }

  /// The distance of each point to its `minSamples`-th neighbour.
  private func coreDistances(_ points: Points, _ step: @escaping @Sendable (Double) throws -> Void) throws -> [Float] {
    let cores = Mutex([Float](repeating: 0, count: points.count))
    let samples = minSamples
    let done = Atomic<Int>(0)
    let grain = 32
    let pieces = (points.count + grain - 1) / grain
    try Parallel.forEach(count: pieces, threads: threads, grain: 1) { piece in
      var dots = [Float](repeating: 0, count: points.count)
      var found: [Float] = []
      let range = piece * grain..<min(points.count, (piece + 1) * grain)
      for point in range {
        kernels_dots(points.row(point), points.values, points.count, points.dimensions, &dots)
        // The point itself is nearest to itself, whatever rounding says.
        dots[point] = .infinity
        found.append(Self.distance(kernels_kth_largest(dots, points.count, samples + 1)))
      }
      cores.withLock { $0.replaceSubrange(range, with: found) }
      let finished = done.add(1, ordering: .relaxed).newValue
      if finished % 8 == 0 { try step(0.5 * Double(finished) / Double(pieces)) }
    }
    return cores.withLock { $0 }
  }

  private static func distance(_ dot: Float) -> Float { max(0, 2 - 2 * dot).squareRoot() }

  /// An edge of the minimum spanning tree.
  struct Edge {
    let from: Int32
    let to: Int32
    let weight: Float
  }

  private func spanningTree(_ points: Points, _ cores: [Float], _ step: (Double) throws -> Void) throws -> [Edge] {
    let count = points.count
    var dots = [Float](repeating: 0, count: count)
    var done = [UInt8](repeating: 0, count: count)
    var best = [Float](repeating: .infinity, count: count)
    var from = [Int32](repeating: 0, count: count)
    var edges: [Edge] = []
    edges.reserveCapacity(count - 1)
    var current = 0
    while true {
      done[current] = 1
      if edges.count == count - 1 { break }
      kernels_dots(points.row(current), points.values, count, points.dimensions, &dots)
      let next = kernels_prim_step(dots, cores, cores[current], Int32(current), count, done, &best, &from)
      // Never -1: a point is left, and every distance is finite.
      edges.append(Edge(from: from[next], to: Int32(next), weight: best[next]))
      current = next
      if edges.count % 256 == 0 { try step(0.5 + 0.5 * Double(edges.count) / Double(count)) }
    }
    return edges
  }
}
