import CClustering
import Foundations

/// A place in the plane for each point, so that neighbours lie together (after UMAP: McInnes, Healy and Melville 2018),
/// begun with the two principal components. Deterministic.
package struct PlaneLayout: Sendable {
  /// From 0 to 1 in both directions.
  package let places: [(x: Float, y: Float)]

  private static let neighbours = 15

  /// - Parameter graph: that of the points' nearest neighbours, if there is one already.
  package init(_ points: Points, graph: NeighbourGraph? = nil, threads: Int) throws {
    let count = points.count
    guard count > 1 else {
      places = Array(repeating: (0.5, 0.5), count: count)
      return
    }
    let graph = try graph ?? NeighbourGraph(points, k: min(Self.neighbours, count - 1), threads: threads)
    var place = Self.start(points)
    let weights = Self.weights(graph)
    let epochs = UInt32(count <= 10_000 ? 300 : count <= 50_000 ? 150 : 80)
    cclustering_layout(count, UInt32(graph.k), graph.indices, weights, epochs, &place)
    places = Self.fitted(place)
  }

  /// The two principal components, 10 wide; copies are set apart by a hair, else nothing could part them.
  private static func start(_ points: Points) -> [Float] {
    let components = PrincipalComponents(points, count: 2)
    var random = SplitMix64(seed: 4)
    var place: [Float] = []
    place.reserveCapacity(2 * points.count)
    for point in 0..<points.count {
      let projected = components.project(points.vector(point))
      place.append(projected.first ?? 0)
      place.append(projected.count > 1 ? projected[1] : 0)
    }
    let widest = max(1e-6, place.map(abs).max() ?? 1)
    return place.map { $0 / widest * 10 + Float(random.unit() - 0.5) * 0.01 }
  }

  /// How strongly each neighbour attracts: 1 / (1 + (d - nearest) / σ)², with σ such that they add up to √k. (UMAP has an
  /// exponential and log2 k, which processors and libraries round differently.)
  private static func weights(_ graph: NeighbourGraph) -> [Float] {
    var weights = [Float](repeating: 0, count: graph.squares.count)
    for point in 0..<graph.count {
      let range = point * graph.k..<(point + 1) * graph.k
      let distances = graph.squares[range].filter { $0.isFinite }.map { Double($0).squareRoot() }
      guard let nearest = distances.first else { continue }
      let target = Double(distances.count).squareRoot()
      func weight(_ distance: Double, _ sigma: Double) -> Double {
        let share = 1 + max(0, distance - nearest) / max(sigma, 1e-9)
        return 1 / (share * share)
      }
      var (low, high, sigma) = (0.0, Double.infinity, 1.0)
      for _ in 0..<32 {
        let sum = distances.reduce(0) { $0 + weight($1, sigma) }
        if sum > target { high = sigma } else { low = sigma }
        sigma = high.isFinite ? (low + high) / 2 : sigma * 2
      }
      for (offset, distance) in distances.enumerated() {
        weights[range.lowerBound + offset] = Float(weight(distance, sigma))
      }
    }
    return weights
  }

  /// Fits places into 0...1. Half of a coordinate is the share of points before it: what lies far apart moves together,
  /// so that the sheet is not mostly empty; the order stays.
  private static func fitted(_ place: [Float]) -> [(x: Float, y: Float)] {
    func scaled(_ values: [Float]) -> [Float] {
      let order = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
      let low = values[order[order.count / 100]]
      let width = max(values[order[order.count - 1 - order.count / 100]] - low, 1e-6)
      var scaled = values
      for (rank, index) in order.enumerated() {
        let linear = min(1, max(0, (values[index] - low) / width))
        scaled[index] = 0.04 + 0.92 * (linear + Float(rank) / Float(values.count)) / 2
      }
      return scaled
    }
    let xs = stride(from: 0, to: place.count, by: 2).map { place[$0] }
    let ys = stride(from: 1, to: place.count, by: 2).map { place[$0] }
    return zip(scaled(xs), scaled(ys)).map { ($0, $1) }
  }
}
