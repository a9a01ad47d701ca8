import Foundations
import Testing

@testable import Clustering

struct LineageTests {
  private typealias Cluster = LineageNight.Cluster

  private func cluster(_ members: [Int], name: String, _ centroid: [Float] = [1, 0]) -> LineageNight.Cluster {
    Cluster(members: members.map { ExactText("c\($0)") }, proposedID: "cluster-\(name)", centroid: centroid)
  }

  private func night(
    _ clusters: [LineageNight.Cluster], noise: [Int] = [], after before: LineageNight.Before? = nil
  ) -> (night: LineageNight, before: LineageNight.Before) {
    let population = Set(clusters.flatMap(\.members) + noise.map { ExactText("c\($0)") })
    let night = LineageNight(clusters, population: population, date: nil, noveltyThreshold: 0.3, before: before)
    var topics = Dictionary(uniqueKeysWithValues: population.map { ($0, String?.none) })
    for (id, cluster) in zip(night.ids, clusters) { for member in cluster.members { topics[member] = .some(id) } }
    return (night, LineageNight.Before(lineage: night.lineage, topics: topics, isSameSpace: true))
  }

  @Test func topicsKeepTheirIDs() throws {
    let (first, before) = night(
      [cluster(Array(0..<20), name: "a"), cluster(Array(20..<40), name: "b", [0, 1])], noise: [90])
    #expect(first.ids == ["cluster-a", "cluster-b"])
    #expect(first.lineage.nights[0].counts == [.born: 2])
    // Some left, some came, another middle: the same topics. Numbered the other way round.
    let (second, _) = night(
      [cluster(Array(22..<45), name: "x", [0, 1]), cluster(Array(3..<20) + [50], name: "y")], after: before)
    #expect(second.ids == ["cluster-b", "cluster-a"])
    #expect(second.lineage.nights[1].counts == [.continued: 2])
    #expect(second.lineage.nights[1].came == 6 && second.lineage.nights[1].left == 6)
    let topic = try #require(second.lineage.topic("cluster-b"))
    #expect(topic.sizes.map(\.size) == [20, 23] && topic.sizes.map(\.came) == [20, 5])
    #expect(second.lineage.events.count == 2, "only what is news is listed: both were born")
  }

  @Test func theSameAgainIsNoNight() {
    let groups = [cluster(Array(0..<20), name: "a"), cluster(Array(20..<40), name: "b")]
    let (first, before) = night(groups, noise: [77])
    let (second, _) = night(groups.reversed(), noise: [77], after: before)
    #expect(second.lineage == first.lineage)
    #expect(second.ids == ["cluster-b", "cluster-a"])
  }

  @Test func splitsAndMergesAreSeen() {
    let (_, before) = night([
      cluster(Array(0..<30), name: "a"), cluster(Array(30..<45), name: "b"), cluster(Array(50..<60), name: "d"),
    ])
    let (second, after) = night(
      [
        cluster(Array(0..<18), name: "p"), cluster(Array(18..<30), name: "q"),
        cluster(Array(30..<45) + Array(50..<60), name: "r"),
        cluster(Array(100..<110), name: "n", [0, 1]),
      ], after: before)
    #expect(second.ids == ["cluster-a", "cluster-q", "cluster-b", "cluster-n"])
    #expect(second.lineage.nights[1].counts == [.continued: 2, .split: 1, .merged: 1, .born: 1])
    #expect(second.lineage.topic("cluster-q")?.from == "cluster-a")
    #expect(second.lineage.topic("cluster-d")?.into == "cluster-b")
    #expect(second.lineage.topic("cluster-d")?.died == 1)
    // Everything of the new topic goes, and comes back two nights later under other chunk ids.
    let (third, gone) = night(
      [
        cluster(Array(0..<18), name: "p"), cluster(Array(18..<30), name: "q"),
        cluster(Array(30..<45) + Array(50..<60), name: "r"),
      ],
      after: after)
    #expect(third.lineage.nights[2].counts[.died] == 1)
    let (fourth, _) = night(
      [
        cluster(Array(0..<18), name: "p"), cluster(Array(18..<30), name: "q"),
        cluster(Array(30..<45) + Array(50..<60), name: "r"),
        cluster(Array(200..<210), name: "z", [0.05, 1]),
      ], after: gone)
    #expect(fourth.ids.last == "cluster-n")
    #expect(fourth.lineage.nights[3].counts == [.continued: 3, .revived: 1])
  }

  @Test func anIDIsNeverGivenTwice() {
    let (_, before) = night([cluster(Array(0..<10), name: "a")])
    let (_, gone) = night([cluster(Array(100..<110), name: "b", [0, 1])], after: before)
    let (third, _) = night(
      [cluster(Array(100..<110), name: "b", [0, 1]), cluster(Array(200..<210), name: "a", [-1, 0])], after: gone)
    #expect(third.ids == ["cluster-b", "cluster-a-2"])
  }

  @Test func pairsAreTheBestOfAll() {
    typealias Pair = Assignment.Pair
    // Greedy would take 9 and be left with 1.
    let pairs = [
      Pair(row: 0, column: 0, score: 9), Pair(row: 0, column: 1, score: 8), Pair(row: 1, column: 0, score: 8),
      Pair(row: 1, column: 1, score: 1), Pair(row: 5, column: 7, score: 0.5),
    ]
    #expect(Assignment.best(pairs).map { [$0.row, $0.column] } == [[0, 1], [1, 0], [5, 7]])
    #expect(Assignment.best([]).isEmpty)
    // Against all ways to pair.
    var random = SplitMix64(seed: 4)
    for _ in 0..<50 {
      let scores = (0..<4).map { _ in (0..<5).map { _ in random.unit() < 0.4 ? 0 : random.unit() } }
      func most(_ row: Int, _ used: Set<Int>) -> Double {
        if row == 4 { return 0 }
        return (0..<5).filter { !used.contains($0) }.map { scores[row][$0] + most(row + 1, used.union([$0])) }.max()
          ?? 0
      }
      let all = (0..<4).flatMap { row in (0..<5).map { Pair(row: row, column: $0, score: scores[row][$0]) } }
      let found = Assignment.best(all)
      #expect(abs(found.reduce(0) { $0 + $1.score } - most(0, [])) < 1e-9)
      #expect(Set(found.map(\.column)).count == found.count)
    }
  }

  @Test func burstsStandOut() {
    let calm: [Double] = [4, 5, 3, 6, 4, 5]
    for method in Burst.Method.allCases {
      #expect(!Burst(6, history: calm, method: method).isBurst)
      #expect(Burst(40, history: calm, method: method).isBurst)
      #expect(Burst(40, history: [4, 5], method: method).score == 0, "two nights are no history")
      // An old outburst does not hide a new one: it is left out of what is usual.
      #expect(Burst(30, history: calm + [60, 4, 5], method: method).isBurst)
    }
    // With it the standard deviation would be 18, and 30 only 1.3 of them away.
    #expect(Burst(0, history: [0, 0, 0, 0], method: .mad).score == 0)
    #expect(Burst.median([3, 1, 2]) == 2 && Burst.median([4, 1, 2, 3]) == 2.5 && Burst.median([]) == 0)
  }

  @Test func hotScoreFollowsItsFormula() {
    let plain = [HotScore.Member](repeating: HotScore.Member(), count: 9)
    func hot(_ members: [HotScore.Member], documents: Int = 9, burst: Burst? = nil, gravity: Double = 1.8) -> Double {
      HotScore.of(members, documents: documents, cohesion: 0.5, burst: burst, gravity: gravity)
    }
    #expect(abs(hot(plain) - 2.302585 * 0.5) < 1e-5)
    #expect(hot(plain, documents: 1) < hot(plain))
    let liked = plain.map { _ in HotScore.Member(engagement: HotScore.engagement([100, 20])) }
    #expect(abs(HotScore.engagement([100, 20, -3]) - 7.65964) < 1e-4)
    #expect(hot(liked) > hot(plain))
    let old = plain.map { _ in HotScore.Member(age: 30) }
    #expect(hot(old) < hot(plain) && abs(HotScore.freshness(age: 30, gravity: 1.8) - 0.0068012) < 1e-5)
    #expect(hot(old, gravity: 0) == hot(plain))
    let burst = Burst(40, history: [4, 5, 3, 6, 4], method: .mad)
    #expect(abs(hot(plain, burst: burst) - 2 * hot(plain)) < 1e-9, "an outburst of ten deviations doubles it")
  }
}

/// 10,000 documents of 100 topics; each night 500 leave, 400 come, 100 of them of a new topic.
struct NightsTests {
  private struct World {
    var random = SplitMix64(seed: 1)
    let width = 48
    var centers: [[Float]] = []
    /// By number: its topic (-1: of none) and its vector.
    var documents: [(number: Int, topic: Int, vector: [Float])] = []
    private var next = 0

    init() {
      for _ in 0..<100 { centers.append(direction()) }
      for _ in 0..<10_000 { add(random.unit() < 0.1 ? -1 : Int(random.next() % 100)) }
    }

    mutating func normal() -> Float { Float((0..<4).reduce(0) { sum, _ in sum + random.unit() } - 2) }
    mutating func direction() -> [Float] { (0..<width).map { _ in normal() } }

    mutating func add(_ topic: Int) {
      // Of none: anywhere. Of one: around its center.
      let center = topic < 0 ? direction() : centers[topic]
      documents.append((next, topic, center.map { $0 + (topic < 0 ? 0 : normal() * 0.55) }))
      next += 1
    }

    /// Returns the number of the new topic.
    mutating func pass() -> Int {
      for _ in 0..<500 { documents.remove(at: Int(random.next() % UInt64(documents.count))) }
      for _ in 0..<300 { add(random.unit() < 0.1 ? -1 : Int(random.next() % UInt64(centers.count))) }
      centers.append(direction())
      for _ in 0..<100 { add(centers.count - 1) }
      return centers.count - 1
    }
  }

  @Test func topicsLiveOnAndNewOnesAreFound() throws {
    var world = World()
    var before: LineageNight.Before?
    var known: [Int: String] = [:]
    for number in 0..<4 {
      let fresh = number == 0 ? nil : world.pass()
      let points = Points(world.documents.map(\.vector))
      let clusters = try HDBSCAN(minClusterSize: 15, minSamples: 5, isExact: false, threads: 2).cluster(points)
      let names = world.documents.map { ExactText("d\($0.number)") }
      let night = LineageNight(
        clusters.members.map { members in
          LineageNight.Cluster(
            members: members.map { names[$0] }, proposedID: "cluster-\(world.documents[members[0]].number)-\(number)",
            centroid: points.centroid(of: members))
        }, population: Set(names), date: nil,
        noveltyThreshold: Novelty.threshold(
          points, clusters.labels.indices.filter { clusters.labels[$0] >= 0 },
          centroids: clusters.members.map { points.centroid(of: $0) }), before: before)
      // What most documents of a topic are called.
      var counts: [Int: [String: Int]] = [:]
      for (document, label) in zip(world.documents, clusters.labels) where document.topic >= 0 && label >= 0 {
        counts[document.topic, default: [:]][night.ids[label], default: 0] += 1
      }
      let now = counts.mapValues { $0.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? "" }
      if let fresh, let before {
        let kept = known.filter { now[$0.key] == $0.value }.count
        #expect(Double(kept) >= 0.95 * Double(known.count), "night \(number): \(kept) of \(known.count) kept their ids")
        let groups = Dictionary(grouping: zip(world.documents, clusters.labels).filter { $0.0.topic == fresh }, by: \.1)
        #expect((groups.filter { $0.key >= 0 }.map(\.value.count).max() ?? 0) >= 90, "the new topic is one cluster")
        let id = try #require(now[fresh])
        #expect(night.lineage.topic(id)?.born == number && !known.values.contains(id))
        // Against the frozen centroids of the night before, the new topic is new and what came to old ones is not.
        let novelty = Novelty(
          centroids: before.lineage.living.map(\.centroid), threshold: before.lineage.noveltyThreshold)
        let arrived = world.documents.indices.filter { before.topics[names[$0]] == nil }
        let found = arrived.filter {
          world.documents[$0].topic == fresh && novelty.isNovel(novelty.score(points.vector($0)))
        }
        let old = arrived.filter { world.documents[$0].topic >= 0 && world.documents[$0].topic != fresh }
        let alarms = old.filter { novelty.isNovel(novelty.score(points.vector($0))) }
        #expect(found.count >= 95, "\(found.count) of 100 are seen to be new")
        #expect(Double(alarms.count) <= 0.12 * Double(old.count), "\(alarms.count) false alarms of \(old.count)")
      }
      known = now
      var topics = Dictionary(uniqueKeysWithValues: names.map { ($0, String?.none) })
      for (name, label) in zip(names, clusters.labels) where label >= 0 { topics[name] = .some(night.ids[label]) }
      before = LineageNight.Before(lineage: night.lineage, topics: topics, isSameSpace: true)
    }
  }
}
