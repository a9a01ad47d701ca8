import CKernels
import Foundations

/// All vectors of an index in one stretch of memory, for exact search.
final class VectorMatrix {
  private let values: UnsafeMutablePointer<Float>
  private var numbers: [Int]
  private let width: Int

  init(_ database: Database, count: Int, width: Int) throws(SluiceError) {
    self.width = width
    values = .allocate(capacity: max(1, count * width))
    numbers = []
    numbers.reserveCapacity(count)
    let statement = try database.prepare("SELECT number, vector FROM vectors ORDER BY number")
    while try statement.step() {
      let row = numbers.count
      let fits = statement.blob(1) { blob in
        guard blob.count == width * 4, row < count else { return false }
        UnsafeMutableRawPointer(values + row * width).copyMemory(
          from: blob.baseAddress!, byteCount: blob.count)
        return true
      }
      guard fits else {
        throw SluiceError(
          .vectorStoreError,
          "the index \(database.path) is damaged: a vector does not fit its header",
          advice: "Run the pipeline again with `--from` its index stage.")
      }
      numbers.append(statement.int(0))
    }
  }

  deinit { values.deallocate() }

  /// The `depth` nearest by dot product (cosine: all have length 1), ties by id.
  func nearest(_ vector: [Float], depth: Int, _ rows: ChunkRows) throws(SluiceError) -> [ChunkRows
    .Ranked]
  {
    let count = numbers.count
    guard count > 0, vector.count == width else { return [] }
    var scores = [Float](repeating: 0, count: count)
    kernels_dots(vector, values, count, width, &scores)
    let threshold = kernels_kth_largest(scores, count, depth)
    // All that tie with the last, too: their ids decide.
    var indices = [UInt32](repeating: 0, count: count)
    let found = kernels_at_least(scores, count, threshold, &indices, indices.count)
    let candidates = indices.prefix(found).map {
      (number: numbers[Int($0)], score: Double(scores[Int($0)]))
    }
    return try rows.ranked(candidates, depth: depth)
  }
}
