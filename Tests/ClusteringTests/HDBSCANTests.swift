import Foundations
import TestSupport
import Testing

@testable import Clustering

struct HDBSCANTests {
  private struct Golden {
    let name: String
    let minClusterSize: Int
    let minSamples: Int?
    let points: Points
    let labels: [Int]
    let probabilities: [Double]
  }

  private func golden() throws -> [Golden] {
    let sets = try JSONValue(parsing: try FileSystem.read(ProjectFiles.fixture("clustering/golden.json"))).array ?? []
    return sets.map { set in
      Golden(
        name: set["name"]?.string ?? "", minClusterSize: set["min_cluster_size"]?.int ?? 0,
        minSamples: set["min_samples"]?.int,
        points: Points(
          (set["points"]?.array ?? []).map { ($0.array ?? []).compactMap { $0.double.map { Float($0) } } }),
        labels: (set["labels"]?.array ?? []).compactMap(\.int),
        probabilities: (set["probabilities"]?.array ?? []).compactMap(\.double))
    }
  }

  /// Against the PyPI package `hdbscan`; `scripts/clustering-golden` makes the fixture.
  @Test func agreesWithHdbscan() throws {
    let sets = try golden()
    #expect(sets.count == 7)
    for set in sets {
      let found = try HDBSCAN(minClusterSize: set.minClusterSize, minSamples: set.minSamples).cluster(set.points)
      let agreement = AdjustedRandIndex.of(found.labels, set.labels)
      #expect(agreement >= 0.99, "\(set.name): \(agreement), \(found.count) clusters")
      if agreement == 1 {
        let worst = zip(found.probabilities, set.probabilities).map { abs($0 - $1) }.max() ?? 0
        #expect(worst < 0.02, "\(set.name): a probability differs by \(worst)")
      }
    }
  }

  @Test func isTheSameOnAnyNumberOfThreads() throws {
    let set = try golden()[1]
    let one = try HDBSCAN(minClusterSize: 5, threads: 1).cluster(set.points)
    #expect(try HDBSCAN(minClusterSize: 5, threads: 3).cluster(set.points) == one)
  }

  @Test func tooFewPointsAreNoise() throws {
    #expect(try HDBSCAN(minClusterSize: 5).cluster(Points([])).labels == [])
    #expect(try HDBSCAN(minClusterSize: 5).cluster(Points([[1, 0], [0, 1]])).labels == [-1, -1])
  }

  @Test func canBeStopped() {
    let points = Points((0..<600).map { [Float($0), 1, Float($0 % 7)] })
    #expect(throws: SluiceError(.interrupted, "stop")) {
      _ = try HDBSCAN(minClusterSize: 5).cluster(points) { _ in throw SluiceError(.interrupted, "stop") }
    }
  }
}

struct KMeansTests {
  private var blobs: (points: Points, truth: [Int]) {
    var random = SplitMix64(seed: 5)
    let centers: [[Float]] = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    let truth = (0..<200).map { $0 * 7 % 4 }
    return (Points(truth.map { label in centers[label].map { $0 + Float(random.unit() - 0.5) * 0.4 } }), truth)
  }

  @Test func findsWhatIsApart() throws {
    let (points, truth) = blobs
    let found = try KMeans(k: 4).cluster(points)
    #expect(AdjustedRandIndex.of(found.labels, truth) == 1)
    #expect(found.labels[0] == 0)
    #expect(found.probabilities.allSatisfy { $0 > 0.8 && $0 <= 1.0001 })
    #expect(try KMeans(k: 4, threads: 3).cluster(points) == found)
  }

  @Test func handlesEdges() throws {
    #expect(KMeans.usualK(200) == 10)
    #expect(KMeans.usualK(1) == 1)
    #expect(try KMeans(k: 3).cluster(Points([])).labels == [])
    #expect(try KMeans(k: 9).cluster(Points([[1, 0], [0, 1]])).count == 2)
    // Fewer different points than clusters.
    #expect(try KMeans(k: 3).cluster(Points(Array(repeating: [1, 0], count: 10))).labels.count == 10)
  }
}
