import CCodes
import Foundations

/// The vectors of an index and how they are searched.
struct VectorSearch: Sendable {
  let file: VectorFile
  /// `nil`: every search looks at all vectors.
  let graph: VectorGraph?
  /// How many candidates a search of the graph keeps.
  let ef: Int

  struct Found {
    let row: Int
    let score: Float
  }

  /// The `depth` nearest rows, best first as far as scores tell, and all that tie with the last.
  /// - Parameter isExact: whether to leave the graph aside.
  func nearest(_ query: [Float], depth: Int, among allowed: NumberSet?, isExact: Bool = false) throws(SluiceError)
    -> (rows: [Found], way: Way)
  {
    if !isExact, let graph, let rows = approximately(query, depth, allowed, graph) { return rows }
    let rows = try file.nearest(query, depth: depth, among: allowed).map { Found(row: $0.row, score: $0.score) }
    return (rows, graph == nil || isExact || allowed == nil ? .exact : .exactOfFiltered)
  }

  /// How an answer was found.
  enum Way: String {
    case exact
    case graph = "hnsw"
    /// The filter left so few that looking at them all was quicker.
    case exactOfFiltered = "exact, as few pass the filter"
  }

  private func approximately(_ query: [Float], _ depth: Int, _ allowed: NumberSet?, _ graph: VectorGraph) -> (
    rows: [Found], way: Way
  )? {
    let width = max(ef, depth * 2)
    var budget = 0
    if let allowed {
      // What a walk costs grows as the filter lets less through; a look at all that pass costs one comparison each, and
      // those stand in a row. Lucene goes over to that, too, when a walk has seen more than would pass.
      let passing = allowed.count
      let walk = Double(width) * 24 * Double(graph.count) / Double(max(1, passing))
      if Double(passing) <= walk { return nil }
      budget = passing
    }
    guard
      let candidates = graph.nearest(
        query, isCoded: file.layout.isCoded, ef: width, among: allowed, budget: budget)
    else { return nil }
    // A walk that found less than there is was cut off from the rest.
    if let allowed, candidates.count < min(width, allowed.count) { return nil }
    let scored = candidates.filter { file.isLive($0) }.map {
      Found(row: $0, score: codes_exact_dot(query, file.vector($0), query.count))
    }
    let best = scored.sorted { $0.score > $1.score }
    guard best.count > depth else { return (best, .graph) }
    return (Array(best.prefix { $0.score >= best[depth - 1].score }), .graph)
  }
}
