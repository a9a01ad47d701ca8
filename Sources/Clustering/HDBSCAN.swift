import Foundations

/// Hierarchical density-based clustering (Campello, Moulavi and Sander 2013; McInnes and Healy 2017).
///
/// Up to 20,000 points of 384 dimensions (`NeighbourGraph.isExactUsual`) it is exact. Above, all pairs are compared by 8-bit codes: neighbours are
/// chosen by them and then measured exactly, distances between groups are as exact as the codes are. The result follows from
/// the vectors alone: not from threads, processor, or the order of the points; where several clusters meet at one
/// density they part at once, in no order.
package struct HDBSCAN: Sendable {
  /// The fewest points that make a cluster.
  package let minClusterSize: Int
  /// The neighbour (not counting the point itself) whose distance is a point's core distance.
  package let minSamples: Int
  /// Whether all comparisons are in float32; `nil`: see `NeighbourGraph.isExactUsual`.
  package let isExact: Bool?
  package let threads: Int

  package init(minClusterSize: Int, minSamples: Int? = nil, isExact: Bool? = nil, threads: Int = 1) {
    self.minClusterSize = max(2, minClusterSize)
    self.minSamples = max(1, minSamples ?? minClusterSize)
    self.isExact = isExact
    self.threads = threads
  }

  /// Clusters points; the distance is the Euclidean one between vectors of length 1.
  /// - Parameter step: called now and then with the share that is done; may throw to stop.
  package func cluster(_ points: Points, step: @escaping @Sendable (Double) throws -> Void = { _ in }) throws
    -> Clusters
  { try run(points, step: step).clusters }

  /// As `cluster`, with the graph of nearest neighbours that it used; `nil` when there are too few points for any.
  package func run(_ points: Points, step: @escaping @Sendable (Double) throws -> Void = { _ in }) throws
    -> (clusters: Clusters, graph: NeighbourGraph?)
  {
    let count = points.count
    guard count > minSamples, count >= minClusterSize, count > 1 else {
      let none = Clusters(
        labels: Array(repeating: -1, count: count), probabilities: Array(repeating: 0, count: count),
        outlierScores: Array(repeating: 0, count: count))
      return (none, nil)
    }
    let exact = isExact ?? NeighbourGraph.isExactUsual(points)
    let order = CanonicalOrder(points)
    let graph = try graph(points, order, exact) { try step($0 * 0.6) }
    let cores = (0..<count).map { graph.squares[$0 * graph.k + minSamples - 1] }
    let tree = try SpanningTree(
      points, graph, cores: cores, order: order, isExact: exact, threads: threads
    ) { try step(0.6 + $0 * 0.35) }
    let condensed = CondensedTree(SingleLinkage(tree.edges, count: count), minClusterSize: minClusterSize)
    let found = condensed.assignment()
    let clusters = Clusters(
      labels: Clusters.numbered(order.restore(found.labels)), probabilities: order.restore(found.probabilities),
      outlierScores: order.restore(found.outlierScores), tree: condensed.renumbered(order.points))
    return (clusters, graph.renumbered(order))
  }

  private func graph(
    _ points: Points, _ order: CanonicalOrder, _ exact: Bool, step: @escaping @Sendable (Double) throws -> Void
  ) throws -> NeighbourGraph {
    let tiles = try Tiles(
      points.values, count: points.count, dimensions: points.dimensions, order: order.points,
      precision: exact ? .float32 : .int8, threads: threads)
    let k = max(minSamples, 16)
    return try NeighbourGraph.make(
      points, tiles, order, k: exact ? k + 8 : k, margin: max(8, k / 2), threads: threads, step: step)
  }
}
