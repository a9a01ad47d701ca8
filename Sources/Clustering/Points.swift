import CKernels
import Foundations

/// Vectors of length 1 in one stretch of memory, by number.
package final class Points: @unchecked Sendable {
  package let count: Int
  package let dimensions: Int
  let values: UnsafeMutablePointer<Float>
  private var filled = 0

  package init(count: Int, dimensions: Int) {
    self.count = count
    self.dimensions = dimensions
    values = .allocate(capacity: max(1, count * dimensions))
    values.initialize(repeating: 0, count: max(1, count * dimensions))
  }

  deinit { values.deallocate() }

  package convenience init(_ rows: [[Float]]) {
    self.init(count: rows.count, dimensions: rows.first?.count ?? 0)
    for row in rows { row.withUnsafeBytes { append(little: $0) } }
  }

  /// Adds the next vector, as little-endian float32; it is scaled to length 1.
  package func append(little bytes: UnsafeRawBufferPointer) {
    precondition(filled < count && bytes.count == dimensions * 4, "a vector too many or of another width")
    if let start = bytes.baseAddress {
      UnsafeMutableRawPointer(row(filled)).copyMemory(from: start, byteCount: bytes.count)
    }
    kernels_normalize(row(filled), dimensions)
    filled += 1
  }

  /// One of the vectors.
  package func vector(_ index: Int) -> [Float] {
    Array(UnsafeBufferPointer(start: row(index), count: dimensions))
  }

  func row(_ index: Int) -> UnsafeMutablePointer<Float> { values + index * dimensions }

  /// The cosine of two vectors.
  package func cosine(_ a: Int, _ b: Int) -> Float { kernels_dot(row(a), row(b), dimensions) }

  /// The dot product of two vectors of one width: their cosine when both have length 1; 0 for different widths.
  package static func cosine(_ a: [Float], _ b: [Float]) -> Float {
    a.count == b.count ? kernels_dot(a, b, a.count) : 0
  }

  /// The mean of some of the vectors, scaled to length 1.
  package func centroid(of members: [Int]) -> [Float] {
    var sum = [Float](repeating: 0, count: dimensions)
    for member in members { kernels_add(&sum, row(member), dimensions) }
    kernels_normalize(&sum, dimensions)
    return sum
  }

  /// The cosines of some of the vectors with `vector`.
  package func cosines(_ members: [Int], to vector: [Float]) -> [Float] {
    members.map { kernels_dot(vector, row($0), dimensions) }
  }
}
