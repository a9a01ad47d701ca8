import CClustering
import Foundations
import Testing

@testable import Clustering

/// Products of all with all against the plain way to say them, and on every instruction set alike.
struct TilesTests {
  private func points(_ count: Int, _ width: Int, seed: UInt64) -> Points {
    var random = SplitMix64(seed: seed)
    return Points((0..<count).map { _ in (0..<width).map { _ in Float(random.unit() - 0.4) } })
  }

  /// The nearest by comparing all, ties by number.
  private func truth(_ points: Points, k: Int) -> [[Int]] {
    (0..<points.count).map { point -> [Int] in
      var others: [(number: Int, square: Float)] = []
      for other in 0..<points.count where other != point {
        others.append((other, cclustering_square(points.row(point), points.row(other), points.dimensions)))
      }
      others.sort { $0.square != $1.square ? $0.square < $1.square : $0.number < $1.number }
      return others.prefix(k).map(\.number)
    }
  }

  @Test(arguments: [(70, 3), (64, 16), (200, 384), (131, 33), (2, 5)]) func neighboursAreExact(
    _ count: Int, _ width: Int
  )
    throws
  {
    let points = points(count, width, seed: 3)
    let k = min(7, count - 1)
    let graph = try NeighbourGraph(points, k: k, isExact: true, threads: 2)
    #expect((0..<count).map { graph.neighbours(of: $0).map(\.point) } == truth(points, k: k))
  }

  @Test func codesFindNearlyAllNeighbours() throws {
    let points = points(600, 96, seed: 5)
    let graph = try NeighbourGraph(points, k: 10, isExact: false, threads: 2)
    let right = zip(truth(points, k: 10), 0..<600).reduce(0) { sum, entry in
      sum + Set(entry.0).intersection(graph.neighbours(of: entry.1).map(\.point)).count
    }
    #expect(right >= 5990, "of 6000 neighbours \(right) are right")
  }

  /// Codes are integers: the same lists from VNNI, from AVX2 and from plain C. (On a processor without one of them
  /// that level is the next best.)
  @Test func instructionSetsAgree() throws {
    let points = points(300, 70, seed: 9)
    func lists(_ level: cclustering_level) throws -> [UInt32] {
      let tiles = try Tiles(
        points.values, count: 300, dimensions: 70, precision: .int8, level: level, threads: 1)
      let lists = try #require(cclustering_lists_new(300, 12))
      defer { cclustering_lists_free(lists) }
      for block in 0..<cclustering_blocks(tiles.handle) { cclustering_neighbours(tiles.handle, block, lists) }
      var all: [UInt32] = []
      var row = [UInt32](repeating: 0, count: 12)
      var squares = [Float](repeating: 0, count: 12)
      for point in 0..<300 {
        cclustering_lists_finish(lists, point, points.values, 70, nil, &row, &squares)
        all += row
      }
      return all
    }
    let plain = try lists(CCLUSTERING_PLAIN)
    #expect(try lists(CCLUSTERING_AVX2) == plain)
    #expect(try lists(CCLUSTERING_VNNI) == plain)
    #expect(try lists(CCLUSTERING_BEST) == plain)
  }

  @Test func componentsAreThoseOfTheCovariance() throws {
    // Spread along (1, 1, 0) most, then along z.
    var random = SplitMix64(seed: 1)
    let points = Points(
      (0..<400).map { _ in
        let (a, b) = (Float(random.unit() - 0.5), Float(random.unit() - 0.5))
        return [2 + a, 2 + a * 1.0 + 0.02 * b, 3 + 0.3 * b]
      })
    let components = PrincipalComponents(points, count: 3)
    #expect(components.variances[0] > components.variances[1] && components.variances[1] >= components.variances[2])
    for (number, direction) in components.directions.enumerated() {
      for other in components.directions.prefix(number + 1) {
        let dot = zip(direction, other).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(dot - (direction == other ? 1 : 0)) < 1e-9)
      }
      #expect((direction.max { abs($0) < abs($1) } ?? 0) > 0, "the largest part of a direction is positive")
    }
    #expect(PrincipalComponents(points, count: 3).directions == components.directions)
    // The variance along a direction is the variance of what is projected on it.
    let along = (0..<400).map { Double(components.project(points.vector($0))[0]) }
    let mean = along.reduce(0, +) / 400
    let variance = along.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 400
    #expect(abs(variance - components.variances[0]) < 1e-6)
  }

  @Test func aPlaneKeepsNeighboursTogether() throws {
    var random = SplitMix64(seed: 8)
    let points = Points(
      (0..<120).map { number in
        (0..<12).map { Float(random.unit() - 0.5) * 0.2 + ($0 == number % 4 ? 1 : 0) }
      })
    let layout = try PlaneLayout(points, threads: 2)
    #expect(layout.places.allSatisfy { (0...1).contains($0.x) && (0...1).contains($0.y) })
    func middle(_ group: Int) -> (Float, Float) {
      let own = stride(from: group, to: 120, by: 4).map { layout.places[$0] }
      return (own.reduce(0) { $0 + $1.x } / 30, own.reduce(0) { $0 + $1.y } / 30)
    }
    let middles = (0..<4).map(middle)
    let right = (0..<120).count { point in
      let place = layout.places[point]
      let nearest = middles.indices.min { a, b in
        func square(_ middle: (Float, Float)) -> Float {
          let (dx, dy) = (middle.0 - place.x, middle.1 - place.y)
          return dx * dx + dy * dy
        }
        return square(middles[a]) < square(middles[b])
      }
      return nearest == point % 4
    }
    #expect(right >= 114, "\(right) of 120 lie nearest to the middle of their own")
    let again = try PlaneLayout(points, threads: 1)
    #expect(again.places.map(\.x) == layout.places.map(\.x) && again.places.map(\.y) == layout.places.map(\.y))
    #expect(try PlaneLayout(Points([]), threads: 1).places.isEmpty)
    #expect(try PlaneLayout(Points([[1, 0]]), threads: 1).places.count == 1)
  }
}
