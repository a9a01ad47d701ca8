import CClustering
import Glibc

/// An order of points that follows from the vectors alone: work is done in it, so that results do not depend on the
/// order in which points came. Which of several equal vectors comes first says the input.
struct CanonicalOrder: Sendable {
  /// The point at each position.
  let points: [UInt32]

  init(_ points: Points) {
    let width = points.dimensions
    let hashes = (0..<points.count).map { cclustering_hash(points.row($0), width) }
    self.points = (0..<UInt32(points.count)).sorted { a, b in
      let (first, second) = (hashes[Int(a)], hashes[Int(b)])
      if first != second { return first < second }
      let order = memcmp(points.row(Int(a)), points.row(Int(b)), width * MemoryLayout<Float>.stride)
      return order != 0 ? order < 0 : a < b
    }
  }

  /// Values by position become values by point.
  func restore<T>(_ values: [T]) -> [T] {
    guard let first = values.first else { return [] }
    var restored = [T](repeating: first, count: values.count)
    for (position, point) in points.enumerated() { restored[Int(point)] = values[position] }
    return restored
  }
}
