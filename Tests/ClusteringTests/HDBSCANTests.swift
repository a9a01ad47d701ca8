import Foundations
import TestSupport
import Testing

@testable import Clustering

struct HDBSCANTests {
  private struct Golden {
    let name: String
    let minClusterSize: Int
    let minSamples: Int?
    let rows: [[Float]]
    let labels: [Int]
    let probabilities: [Double]
    let outlierScores: [Double]
    var points: Points { Points(rows) }
  }

  private func golden() throws -> [Golden] {
    let sets = try JSONValue(parsing: try FileSystem.read(ProjectFiles.fixture("clustering/golden.json"))).array ?? []
    return sets.map { set in
      Golden(
        name: set["name"]?.string ?? "", minClusterSize: set["min_cluster_size"]?.int ?? 0,
        minSamples: set["min_samples"]?.int,
        rows: (set["points"]?.array ?? []).map { ($0.array ?? []).compactMap { $0.double.map { Float($0) } } },
        labels: (set["labels"]?.array ?? []).compactMap(\.int),
        probabilities: (set["probabilities"]?.array ?? []).compactMap(\.double),
        outlierScores: (set["outlier_scores"]?.array ?? []).compactMap(\.double))
    }
  }

  /// Against the PyPI package `hdbscan`; `scripts/clustering-golden` makes the fixture.
  @Test func agreesWithHdbscan() throws {
    let sets = try golden()
    #expect(sets.count == 9)
    for set in sets {
      let found = try HDBSCAN(minClusterSize: set.minClusterSize, minSamples: set.minSamples).cluster(set.points)
      let agreement = AdjustedRandIndex.of(found.labels, set.labels)
      #expect(agreement >= 0.99, "\(set.name): \(agreement), \(found.count) clusters")
      if agreement == 1 {
        let worst = zip(found.probabilities, set.probabilities).map { abs($0 - $1) }.max() ?? 0
        #expect(worst < 0.02, "\(set.name): a probability differs by \(worst)")
        let farthest = zip(found.outlierScores, set.outlierScores).filter { $1 >= 0 }.map { abs($0 - $1) }.max() ?? 1
        #expect(farthest < 0.02, "\(set.name): an outlier score differs by \(farthest)")
      }
    }
  }

  @Test func isTheSameOnAnyNumberOfThreads() throws {
    let set = try golden()[1]
    let one = try HDBSCAN(minClusterSize: 5, threads: 1).cluster(set.points)
    #expect(try HDBSCAN(minClusterSize: 5, threads: 3).cluster(set.points) == one)
  }

  /// The same points in another order are in the same clusters, to the last bit, whether exact or by codes.
  @Test(arguments: [true, false]) func isTheSameInAnyOrder(_ isExact: Bool) throws {
    for set in try golden() {
      let method = HDBSCAN(minClusterSize: set.minClusterSize, minSamples: set.minSamples, isExact: isExact)
      let found = try method.cluster(set.points)
      var random = SplitMix64(seed: 11)
      let order = (0..<set.rows.count).map { ($0, random.next()) }.sorted { $0.1 < $1.1 }.map(\.0)
      let shuffled = try method.cluster(Points(order.map { set.rows[$0] }))
      #expect(order.map { found.probabilities[$0] } == shuffled.probabilities, "\(set.name)")
      #expect(order.map { found.outlierScores[$0] } == shuffled.outlierScores, "\(set.name)")
      #expect(Clusters.numbered(order.map { found.labels[$0] }) == shuffled.labels, "\(set.name)")
    }
  }

  /// 3,000 points around 30 centers and 300 strays: the graph of codes gives what all distances give.
  @Test func codesGiveTheSameClusters() throws {
    var random = SplitMix64(seed: 2)
    func normal() -> Float { Float((0..<6).reduce(0) { sum, _ in sum + random.unit() } - 3) }
    let centers = (0..<30).map { _ in (0..<64).map { _ in normal() } }
    let truth = (0..<3300).map { $0 < 3000 ? $0 % 30 : -1 }
    let points = Points(
      truth.map { label in (0..<64).map { (label < 0 ? 0 : centers[label][$0] * 0.8) + normal() * 0.35 } })
    let exact = try HDBSCAN(minClusterSize: 15, minSamples: 5, isExact: true, threads: 2).cluster(points)
    let codes = try HDBSCAN(minClusterSize: 15, minSamples: 5, isExact: false, threads: 2).cluster(points)
    #expect(exact.count == 30)
    #expect(AdjustedRandIndex.of(exact.labels, codes.labels) > 0.99)
    #expect(AdjustedRandIndex.of(Array(exact.labels.prefix(3000)), Array(truth.prefix(3000))) > 0.98)
    let tree = try #require(exact.tree)
    #expect(tree.clusters.count(where: \.isSelected) == 30)
    #expect(tree.clusters.dropFirst().allSatisfy { $0.parent >= 0 && $0.birth >= tree.clusters[$0.parent].birth })
  }

  /// Components that the graph of neighbours leaves apart are joined where they are nearest: the tree must be that of
  /// Prim's algorithm over all pairs. (Strays and large min_samples leave many components.)
  @Test(arguments: [2, 5, 15]) func theTreeIsThatOfAllPairs(_ minSamples: Int) throws {
    var random = SplitMix64(seed: 21)
    func normal() -> Float { Float((0..<6).reduce(0) { sum, _ in sum + random.unit() } - 3) }
    let centers = (0..<6).map { _ in (0..<32).map { _ in normal() } }
    let points = Points(
      (0..<900).map { number in (0..<32).map { (number % 2 == 0 ? centers[number % 6][$0] : 0) + normal() * 0.5 } })
    let order = CanonicalOrder(points)
    let method = HDBSCAN(minClusterSize: 10, minSamples: minSamples, isExact: true, threads: 2)
    let graph = try NeighbourGraph(points, k: max(minSamples, 16), isExact: true, threads: 2)
    let cores = order.points.map { graph.squares[Int($0) * graph.k + minSamples - 1] }
    let all = try SpanningTree.prim(points, cores, order) { _ in }
    let truth = CondensedTree(SingleLinkage(all, count: 900), minClusterSize: 10).assignment().labels
    let found = try method.cluster(points)
    #expect(AdjustedRandIndex.of(found.labels, order.restore(truth)) > 0.999)
    let codes = try HDBSCAN(minClusterSize: 10, minSamples: minSamples, isExact: false, threads: 2).cluster(points)
    #expect(AdjustedRandIndex.of(codes.labels, order.restore(truth)) > 0.98)
  }

  /// Two heaps of copies and nothing between them.
  @Test func copiesMakeClusters() throws {
    let points = Points(Array(repeating: [1, 0, 0], count: 40) + Array(repeating: [0, 1, 0], count: 50))
    let found = try HDBSCAN(minClusterSize: 10, minSamples: 3).cluster(points)
    #expect(found.labels == Array(repeating: 0, count: 40) + Array(repeating: 1, count: 50))
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
