import Clustering
import Foundations
import Models
import StageKit
import Store
import TestSupport
import Testing

@testable import Views

/// What a pipeline has published, laid out by hand.
private struct Published {
  let world: World
  let generation: PublishedGeneration

  init(_ files: [String: String]) throws {
    world = try World()
    let layout = ArtifactLayout(root: world.path("artifacts"))
    for (name, text) in files { try world.write("artifacts/published/p/\(name)", text) }
    generation = try PublishedGeneration(PipelineLine("p"), layout: layout)
  }

  func locate(_ named: String?, collection: String? = nil) throws -> String {
    let path = try IndexLocator(generation).path(of: named, collection: collection)
    return path.split(separator: "/").suffix(2).joined(separator: "/")
  }

  func problem(_ named: String?, collection: String? = nil) -> SluiceError? {
    do {
      _ = try locate(named, collection: collection)
      return nil
    } catch {
      return error as? SluiceError
    }
  }
}

@Suite struct IndexLocatorTests {
  @Test func theOnlyIndexNeedsNoName() throws {
    let one = try Published(["words/index.sqlite": "", "chunk/chunks.jsonl": ""])
    #expect(try one.locate(nil) == "words/index.sqlite" && one.locate("words") == "words/index.sqlite")
    #expect(one.problem("word")?.advice == "Did you mean 'words'?")
    let two = try Published(["a/index.sqlite": "", "b/index.sqlite": ""])
    #expect(try two.locate("b") == "b/index.sqlite")
    #expect(two.problem(nil)?.message == "there are 2 indexes: name one")
  }

  @Test func collections() throws {
    let published = try Published(["i/c_1.sqlite": "", "i/c_2.sqlite": "", "i/collections.json": "[]"])
    #expect(
      try published.locate("i/c_1") == "i/c_1.sqlite" && published.locate("i", collection: "c_2") == "i/c_2.sqlite")
    #expect(published.problem("i")?.message == "the index 'i' has 2 collections: name one")
    #expect(published.problem("i/c_3")?.message == "the index 'i' has no collection 'c_3'")
  }

  @Test func whatIsNotInFiles() throws {
    let kept = KeptIndex(store: "chroma", url: "http://localhost:8000", collections: ["p"], chunks: 1, content: "x")
    let published = try Published(["i/store.json": JSONValue(encoding: kept).canonicalText, "chunk/chunks.jsonl": ""])
    #expect(
      published.problem("i")?.message == "the index 'i' is kept in chroma at http://localhost:8000, not in a file")
    #expect(published.problem(nil)?.code == .vectorStoreError)
    #expect(published.problem(nil)?.advice.contains("an `index` stage makes one") == true)
    #expect(try Published([:]).problem(nil)?.advice.contains("Run the pipeline first") == true)
    let damaged = try Published(["i/store.json": "{\"store\":1}"])
    #expect(damaged.problem("i")?.code == .corrupt)
  }

  @Test func stagesThatHoldAFile() throws {
    let published = try Published(["b/clusters.json": "", "a/clusters.json": "", "c/other": ""])
    let stages = PublishedStages(published.generation, holding: PublishedFile.clusters)
    #expect(stages.names == ["a", "b"])
    #expect(throws: SluiceError.self) { try stages.only("topics") }
    #expect(try PublishedStages(published.generation, holding: "other").only("others") == "c")
    #expect(throws: SluiceError.self) { try stages.folder("d") }
  }
}

@Suite struct PublishedTopicsTests {
  private static let lineage = Lineage(
    nights: [
      Lineage.Night(number: 0, date: "2026-11-20", chunks: 8, noise: 0, came: 8, left: 0, counts: [.born: 2]),
      Lineage.Night(
        number: 1, date: nil, chunks: 9, noise: 1, came: 2, left: 1, counts: [.continued: 1, .merged: 1, .split: 1]),
    ],
    topics: [
      Lineage.Topic(
        id: "cluster-a", label: "apples", born: 0,
        sizes: [Lineage.Size(night: 0, size: 4, came: 4), Lineage.Size(night: 1, size: 8, came: 2)], centroid: [1, 0.5]),
      Lineage.Topic(id: "cluster-b", label: "pears", born: 0, died: 1, into: "cluster-a"),
    ],
    events: [
      Lineage.Event(night: 0, change: .born, topic: "cluster-a"),
      Lineage.Event(night: 1, change: .continued, topic: "cluster-a", shared: 4),
      Lineage.Event(night: 1, change: .merged, topic: "cluster-b", other: "cluster-a", shared: 3),
      Lineage.Event(night: 1, change: .split, topic: "cluster-x", other: "cluster-a", shared: 1),
    ])

  private func topics(keepsLineage: Bool = true) throws -> PublishedTopics {
    let world = try World()
    var cluster = Cluster(
      id: "cluster-a", label: "apples", terms: ["apple", "tree"], size: 8, hotScore: 2.5, members: ["d#1", "d#2"])
    cluster.evidence = [Cluster.Evidence(chunkID: "d#1")]
    cluster.born = keepsLineage ? 0 : nil
    let file = ClusterFile(method: "kmeans", chunks: 9, noise: 1, clusters: [cluster], now: nil, night: 1)
    try world.write("t/clusters.json", JSONValue(encoding: file).prettyText)
    if keepsLineage { try world.write("t/lineage.json", LineageFile(lineage: Self.lineage, space: nil).bytes) }
    return try PublishedTopics(folder: world.path("t"))
  }

  @Test func topicsAndTheirHistory() throws {
    let topics = try topics()
    #expect(topics.chunks == 9 && topics.noise == 1 && topics.nights == Self.lineage.nights && topics.map == nil)
    let apples = try #require(topics.cluster("a"))
    #expect(apples.id == "cluster-a" && topics.cluster("cluster-a")?.label == "apples" && topics.cluster("b") == nil)
    #expect(topics.since(apples) == "2026-11-20" && topics.sparkline("cluster-a") == "▄█")
    #expect(
      topics.story("cluster-a") == " born 2026-11-20; took in “pears” (cluster-b) night 1; cluster-x split off night 1")
    #expect(topics.topic("b")?.died == 1 && topics.story("cluster-b") == " went up in “apples” (cluster-a) night 1")
  }

  @Test func whatProgramsAreGiven() throws {
    let topics = try topics()
    let apples = try #require(topics.cluster("a"))
    #expect(topics.listed(apples).keys == ["born", "hot_score", "id", "label", "size", "sizes", "terms"])
    #expect(topics.listed(apples)["sizes"] == [[0, 4, 4], [1, 8, 2]])
    let whole = topics.whole(apples)
    #expect(whole["members"] == ["d#1", "d#2"] && whole["evidence"]?[0]?["chunk_id"] == "d#1")
    #expect(whole["lineage"]?.object?.keys == ["born", "id", "label", "sizes"])
    #expect(whole["events"]?.array?.count == 4)
  }

  @Test func withoutALineage() throws {
    let topics = try topics(keepsLineage: false)
    let apples = try #require(topics.cluster("a"))
    #expect(topics.nights.isEmpty && topics.since(apples).isEmpty && topics.story("cluster-a").isEmpty)
    #expect(topics.whole(apples)["lineage"] == Optional<JSONValue>.none)
  }

  @Test func whatIsDamagedSaysSo() throws {
    let world = try World([
      "t/clusters.json": "{\"clusters\": [{\"id\": 1}], \"chunks\": 1, \"noise\": 0, \"method\": \"\"}"
    ])
    #expect {
      try PublishedTopics(folder: world.path("t"))
    } throws: { error in
      (error as? SluiceError)?.code == .corrupt && "\(error)".contains("'clusters[0].id' is not a text")
    }
  }
}
