import CClustering
import CKernels

/// The directions in which points differ most (Pearson 1901), by the eigenvectors of their covariance. Signs are such
/// that a direction's largest component is positive: the same points give the same numbers.
package struct PrincipalComponents: Sendable {
  /// One for each direction, the most important first.
  package let directions: [[Double]]
  /// The variance along each.
  package let variances: [Double]
  private let mean: [Double]

  /// The widest points whose covariance is held in memory: half a gigabyte.
  package static let mostDimensions = 8_192

  /// - Parameter count: how many directions, at most as many as dimensions.
  package init(_ points: Points, count: Int) {
    let width = points.dimensions
    let count = min(count, width)
    var mean = [Double](repeating: 0, count: width)
    var covariance = [Double](repeating: 0, count: width * width)
    var vectors = [Double](repeating: 0, count: count * width)
    var values = [Double](repeating: 0, count: count)
    cclustering_covariance(points.values, points.count, width, &mean, &covariance)
    cclustering_eigenvectors(covariance, width, count, &vectors, &values)
    self.mean = mean
    variances = values
    directions = (0..<count).map { Array(vectors[$0 * width..<($0 + 1) * width]) }
  }

  /// Where a vector lies along each direction.
  package func project(_ vector: [Float]) -> [Float] {
    directions.map { direction in
      var sum = 0.0
      for index in direction.indices { sum += direction[index] * (Double(vector[index]) - mean[index]) }
      return Float(sum)
    }
  }

  /// The points along the directions, scaled to length 1 again.
  package func reduce(_ points: Points) -> Points {
    let reduced = Points(count: points.count, dimensions: directions.count)
    for point in 0..<points.count {
      project(points.vector(point)).withUnsafeBytes { reduced.append(little: $0) }
    }
    return reduced
  }
}
