import CClustering
import Foundations
import Glibc

/// The first centers of k-means: greedy k-means++. Each is the best of 4 + 2 ln k points that were drawn with a
/// probability that grows with their squared distance to the centers before; distances by 8-bit codes.
struct SeedCenters {
  let centers: Points

  init(_ points: Points, _ tiles: Tiles, k: Int, threads: Int, step: (Double) throws -> Void) throws {
    let centers = Points(count: k, dimensions: points.dimensions)
    let count = points.count
    let order = CanonicalOrder(points).points
    var random = SplitMix64(seed: 20_261_121)
    let lengths = [Float](repeating: 1, count: tiles.panels * Int(CCLUSTERING_PANEL))
    var nearest = [Float](repeating: .infinity, count: count)
    var chosen: [UInt32] = [order[Int(random.next() % UInt64(count))]]
    let trials = min(Int(CCLUSTERING_PANEL), 4 + Int(clamping: 2 * log(Double(k))))
    for center in 0..<k {
      try step(0.3 * Double(center) / Double(k))
      let tried = try Tiles(
        points.values, count: chosen.count, dimensions: points.dimensions, order: chosen, precision: .int8, threads: 1)
      var distances = [Float](repeating: 0, count: chosen.count * count)
      try distances.withUnsafeMutableBufferPointer { distances in
        // Each panel has points of its own.
        let distances = SharedMemory(distances)
        let before = nearest
        try Parallel.forEach(count: tiles.panels, threads: threads, grain: 16) { panel in
          cclustering_trials(tiles.handle, panel, lengths, tried.handle, lengths, before, distances.start)
        }
      }
      let totals = chosen.indices.map { trial in
        distances.withUnsafeBufferPointer { cclustering_total($0.baseAddress! + trial * count, count) }
      }
      guard let best = totals.indices.min(by: { totals[$0] < totals[$1] }) else {
        preconditionFailure("at least one point is tried")
      }
      centers.row(center).update(from: points.row(Int(chosen[best])), count: points.dimensions)
      nearest = Array(distances[best * count..<(best + 1) * count])
      let targets = (0..<trials).map { _ in UInt64(clamping: random.unit() * Double(totals[best])) }.sorted()
      chosen = Array(repeating: 0, count: trials)
      cclustering_pick(nearest, order, count, targets, trials, &chosen)
    }
    self.centers = centers
  }
}
