import CKernels
import Foundations
import Testing

@testable import Clustering

/// The numeric loops against the plain way to say them.
struct KernelTests {
  private func numbers(_ count: Int, seed: UInt64) -> [Float] {
    var random = SplitMix64(seed: seed)
    return (0..<count).map { _ in Float(random.unit() * 2 - 1) }
  }

  @Test(arguments: [0, 1, 7, 16, 31, 32, 33, 48, 384, 385]) func sumsAreRight(_ width: Int) {
    let a = numbers(width, seed: 1)
    let rows = numbers(width * 3, seed: 2)
    var dots: [Float] = [9, 9, 9]
    var distances: [Float] = [9, 9, 9]
    kernels_dots(a, rows, 3, width, &dots)
    kernels_squared_distances(a, rows, 3, width, &distances)
    for row in 0..<3 {
      var dot = 0.0
      var distance = 0.0
      for index in 0..<width {
        let b = rows[row * width + index]
        dot += Double(a[index]) * Double(b)
        distance += Double((a[index] - b) * (a[index] - b))
      }
      #expect(abs(Double(dots[row]) - dot) < 1e-4)
      #expect(abs(Double(distances[row]) - distance) < 1e-3)
    }
    #expect(width == 0 || kernels_dot(a, a, width) > 0)
  }

  @Test func normalizes() {
    var vector: [Float] = [3, 4]
    #expect(kernels_normalize(&vector, 2) == 5)
    #expect(vector == [0.6, 0.8])
    var zeros: [Float] = [0, 0]
    #expect(kernels_normalize(&zeros, 2) == 0)
    #expect(zeros == [0, 0])
  }

  @Test func picksTheLargest() {
    let scores: [Float] = [1, 5, 3, 5, 2, 4]
    #expect((1...6).map { kernels_kth_largest(scores, 6, $0) } == [5, 5, 4, 3, 2, 1])
    #expect(kernels_kth_largest(scores, 6, 99) == 1)
    var indices = [UInt32](repeating: 0, count: 6)
    #expect(kernels_at_least(scores, 6, 4, &indices, 6) == 3)
    #expect(indices.prefix(3) == [1, 3, 5])
  }
}
