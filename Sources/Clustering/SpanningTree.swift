import CClustering
import CKernels
import Foundations

/// A minimum spanning tree of the mutual reachability, in the canonical numbering.
///
/// Borůvka's algorithm over the graph of nearest neighbours comes first: an edge is taken only if no pair outside of
/// the graph can be shorter. What that leaves apart is joined by comparing all pairs of points of different components.
/// In float32 the tree is exact; by 8-bit codes the joints are as exact as they are.
struct SpanningTree {
  /// An edge; from one component to another any two of their points stand for them.
  struct Edge {
    let from: UInt32
    let to: UInt32
    /// The squared mutual reachability.
    let square: Float
  }

  private(set) var edges: [Edge] = []

  /// More components than this are not joined by a table of all their pairs (268 MB).
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
    var number = [UInt32](repeating: 0, count: count)
    for (component, root) in representatives.enumerated() { number[Int(root)] = UInt32(component) }
    let table = try Self.joints(
      points, roots.map { number[Int($0)] }, representatives.count, cores, order, isExact, threads, step)
    edges += Self.join(representatives, table)
  }

  /// The least squared mutual reachability between any two components, where the first is the smaller.
  private static func joints(
    _ points: Points, _ component: [UInt32], _ components: Int, _ cores: [Float], _ order: CanonicalOrder,
    _ isExact: Bool, _ threads: Int, _ step: @escaping @Sendable (Double) throws -> Void
  ) throws -> [Float] {
    let sorted = component.indices.sorted { (component[$0], $0) < (component[$1], $1) }
    let tiles = try Tiles(
      points.values, count: component.count, dimensions: points.dimensions, order: sorted.map { order.points[$0] },
      precision: isExact ? .float32 : .int8, threads: threads)
    let sortedCores = sorted.map { cores[$0] }
    let sortedComponents = sorted.map { component[$0] }
    var table = [Float](repeating: .infinity, count: components * components)
    try table.withUnsafeMutableBufferPointer { table in
      // Lowered atomically.
      nonisolated(unsafe) let table = table
      try tiles.forEachPanel(threads: threads, step: step) { _, panel in
        cclustering_joints(
          tiles.handle, panel, sortedCores, sortedComponents, UInt32(components), table.baseAddress)
      }
    }
    return table
  }

  /// Prim's algorithm over the components.
  private static func join(_ representatives: [UInt32], _ table: [Float]) -> [Edge] {
    let count = representatives.count
    var best = [Float](repeating: .infinity, count: count)
    var from = [Int](repeating: 0, count: count)
    var done = [Bool](repeating: false, count: count)
    var edges: [Edge] = []
    var current = 0
    for _ in 1..<count {
      done[current] = true
      var next = -1
      for other in 0..<count where !done[other] {
        let square = table[min(current, other) * count + max(current, other)]
        if square < best[other] { (best[other], from[other]) = (square, current) }
        if next < 0 || best[other] < best[next] { next = other }
      }
      edges.append(Edge(from: representatives[from[next]], to: representatives[next], square: best[next]))
      current = next
    }
    return edges
  }

  /// Prim's algorithm over all points: for graphs that leave too much apart.
  private static func prim(
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
