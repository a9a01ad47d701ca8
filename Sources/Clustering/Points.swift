import CKernels
import Foundations
import Synchronization

/// Vectors of length 1 in one stretch of memory, by number.
package final class Points: Sendable {
  package let count: Int
  package let dimensions: Int
  /// Written by the one who makes them, before others see them; then they are only read.
  private let memory: SharedMemory<Float>
  private let filled = Atomic(0)

  package init(count: Int, dimensions: Int) {
    self.count = count
    self.dimensions = dimensions
    memory = SharedMemory(UnsafeMutablePointer.allocate(capacity: max(1, count * dimensions)))
    memory.start.initialize(repeating: 0, count: max(1, count * dimensions))
  }

  deinit { memory.start.deallocate() }

  var values: UnsafeMutablePointer<Float> { memory.start }

  package convenience init(_ rows: [[Float]]) {
    self.init(count: rows.count, dimensions: rows.first?.count ?? 0)
    for row in rows { row.withUnsafeBytes { append(little: $0) } }
  }

  /// Adds the next vector, as little-endian float32; it is scaled to length 1.
  package func append(little bytes: UnsafeRawBufferPointer) {
    let next = filled.add(1, ordering: .relaxed).oldValue
    precondition(next < count && bytes.count == dimensions * 4, "a vector too many or of another width")
    if let start = bytes.baseAddress {
      UnsafeMutableRawPointer(row(next)).copyMemory(from: start, byteCount: bytes.count)
    }
    kernels_normalize(row(next), dimensions)
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
