import CClustering
import CKernels
import Foundations

/// A minimum spanning tree of the mutual reachability, in the canonical numbering.
///
/// Borůvka's algorithm over the graph of nearest neighbours comes first: an edge is taken only if no pair outside of
/// the graph can be shorter. What that leaves apart is joined by comparing all pairs of points of different components.
/// In float32 the tree is exact; by 8-bit codes the joints are as exact as they are.
struct SpanningTree {
  struct Edge {
    let from: UInt32
    let to: UInt32
    /// The squared mutual reachability.
    let square: Float
  }

  private(set) var edges: [Edge] = []

  /// More components than this are not joined by a table of all their pairs (270 MB).
  private static let mostComponents = 8192

  /// - Parameter cores: the squared distance of each point to its `minSamples`-th neighbour.
  init(
    _ points: Points, _ graph: NeighbourGraph, cores: [Float], order: CanonicalOrder, isExact: Bool, threads: Int,
    step: @escaping @Sendable (Double) throws -> Void
  ) throws {
    let count = graph.count
    var parents = [UInt32](repeating: 0, count: count)
    cclustering_forest_reset(&parents, count)
    func grow(sure: Bool) {
      var grown = [cclustering_edge](repeating: cclustering_edge(), count: max(1, count - 1))
      let made = cclustering_grow(
        count, UInt32(graph.k), graph.indices, graph.squares, cores, sure ? 1 : 0, &parents, &grown)
      edges += grown.prefix(made).map { Edge(from: $0.from, to: $0.to, square: $0.square) }
    }
    grow(sure: true)
    // Too many components for the table: of a large set the graph's own edges must do, as in fast_hdbscan.
    if !isExact && count - edges.count > Self.mostComponents { grow(sure: false) }
    if edges.count == count - 1 { return }

    let roots = (0..<count).map { cclustering_root(&parents, UInt32($0)) }
    let representatives = roots.indices.filter { roots[$0] == UInt32($0) }.map { UInt32($0) }
    if representatives.count > Self.mostComponents {
      edges = try Self.prim(points, cores, order, step)
      return
    }
    // The largest component first: what is left to measure lies in the smaller one of two.
    var sizes = [Int](repeating: 0, count: count)
    for root in roots { sizes[Int(root)] += 1 }
    let ranked = representatives.sorted { (sizes[Int($1)], $0) < (sizes[Int($0)], $1) }
    var number = [UInt32](repeating: 0, count: count)
    for (component, root) in ranked.enumerated() { number[Int(root)] = UInt32(component) }
    let component = roots.map { number[Int($0)] }
    let sorted = component.indices.sorted { (component[$0], $0) < (component[$1], $1) }
    let joints = try Self.joints(points, sorted, component, ranked.count, cores, order, isExact, threads, step)
    var members = [[Int]](repeating: [], count: ranked.count)
    for position in sorted { members[Int(component[position])].append(position) }
    edges += Self.join(joints, ranked.count).map { joint in
      Self.measured(sorted[Int(joint.row)], members[joint.smaller], points, cores, order)
    }
  }

  /// For any two components the least squared mutual reachability (upper 32 bits) and the position in `sorted` of the
  /// point in the larger one (lower 32 bits), at `cclustering_joint`.
  private static func joints(
    _ points: Points, _ sorted: [Int], _ component: [UInt32], _ components: Int, _ cores: [Float],
    _ order: CanonicalOrder, _ isExact: Bool, _ threads: Int, _ step: @escaping @Sendable (Double) throws -> Void
  ) throws -> [UInt64] {
    let tiles = try Tiles(
      points.values, count: component.count, dimensions: points.dimensions, order: sorted.map { order.points[$0] },
      precision: isExact ? .float32 : .int8, threads: threads)
    let sortedCores = sorted.map { cores[$0] }
    let sortedComponents = sorted.map { component[$0] }
    var table = [UInt64](repeating: .max, count: components * (components - 1) / 2)
    try table.withUnsafeMutableBufferPointer { table in
      // Lowered atomically.
      let table = SharedMemory(table)
      try tiles.forEachBlock(threads: threads, step: step) { _, block in
        cclustering_joints(
          tiles.handle, block, sortedCores, sortedComponents, UInt32(components), table.start)
      }
    }
    return table
  }

  /// Prim's algorithm over the components: of each edge the row of its point in the larger component, and the number
  /// of the smaller one.
  private static func join(_ table: [UInt64], _ count: Int) -> [(row: UInt32, smaller: Int)] {
    var best = [UInt64](repeating: .max, count: count)
    var from = [Int](repeating: 0, count: count)
    var done = [Bool](repeating: false, count: count)
    var chosen: [(row: UInt32, smaller: Int)] = []
    var current = 0
    for _ in 1..<count {
      done[current] = true
      var next = -1
      for other in 0..<count where !done[other] {
        let (a, b) = (min(current, other), max(current, other))
        let key = table[cclustering_joint(count, a, b)]
        if key < best[other] { (best[other], from[other]) = (key, current) }
        if next < 0 || best[other] < best[next] { next = other }
      }
      chosen.append((UInt32(truncatingIfNeeded: best[next]), max(from[next], next)))
      current = next
    }
    return chosen
  }

  /// The edge from a point to the nearest of a component, measured exactly.
  private static func measured(
    _ position: Int, _ members: [Int], _ points: Points, _ cores: [Float], _ order: CanonicalOrder
  ) -> Edge {
    let own = points.row(Int(order.points[position]))
    var best = Edge(from: UInt32(position), to: UInt32(members[0]), square: .infinity)
    for member in members {
      let distance = cclustering_square(own, points.row(Int(order.points[member])), points.dimensions)
      let square = max(distance, cores[position], cores[member])
      if square < best.square { best = Edge(from: UInt32(position), to: UInt32(member), square: square) }
    }
    return best
  }

  /// Prim's algorithm over all points: for graphs that leave too much apart.
  static func prim(
    _ points: Points, _ cores: [Float], _ order: CanonicalOrder, _ step: (Double) throws -> Void
  ) throws -> [Edge] {
    let count = points.count
    let distances = cores.map { $0.squareRoot() }
    var dots = [Float](repeating: 0, count: count)
    var byPosition = dots
    var done = [UInt8](repeating: 0, count: count)
    var best = [Float](repeating: .infinity, count: count)
    var from = [Int32](repeating: 0, count: count)
    var edges: [Edge] = []
    var current = 0
    while true {
      done[current] = 1
      if edges.count == count - 1 { return edges }
      kernels_dots(points.row(Int(order.points[current])), points.values, count, points.dimensions, &dots)
      for position in 0..<count { byPosition[position] = dots[Int(order.points[position])] }
      let next = kernels_prim_step(
        byPosition, distances, distances[current], Int32(current), count, done, &best, &from)
      edges.append(Edge(from: UInt32(from[next]), to: UInt32(next), square: best[next] * best[next]))
      current = next
      if edges.count % 256 == 0 { try step(Double(edges.count) / Double(count)) }
    }
  }
}
