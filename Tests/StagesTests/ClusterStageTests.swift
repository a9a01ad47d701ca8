import Foundations
import StageKit
import TestSupport
import Testing

@testable import Stages

struct ClusterStageTests {
  private let harness: MeaningHarness
  init() throws { harness = try MeaningHarness() }

  private func vector(_ id: String, _ text: String, _ values: [Float], document: String = "d") throws -> Item {
    let object = harness.store.put(values.withUnsafeBytes { Array($0) })
    return chunkItem(
      id, text, page: 4,
      more: ["vector": .string(object.description), "dim": JSONValue(values.count), "document_id": .string(document)])
  }

  /// Two topics of eight chunks and three strays.
  private func topics() throws -> [Item] {
    var items: [Item] = []
    for number in 0..<8 {
      let wobble = Float(number) * 0.02
      items.append(
        try vector("k#\(number)", "The kernel scheduler number runs.", [1, wobble, 0.1], document: "k\(number % 4)"))
      items.append(try vector("c#\(number)", "A cake needs flour.", [wobble, 1, 0.1], document: "c"))
    }
    items.append(try vector("s#1", "Stray.", [-1, 0.3, 0.9]))
    items.append(try vector("s#2", "Lost.", [0, -1, 0.4]))
    items.append(try vector("s#3", "Alone.", [-0.6, -0.6, -1]))
    return items
  }

  private func run(_ parameters: JSONObject, _ items: [Item]) throws -> CollectionOutput {
    let defaults: JSONObject = [
      "method": "hdbscan", "min_cluster_size": 5, "min_samples": 2, "terms": 4, "evidence": 3, "lineage": true,
      "gravity": 1.8, "burst": "mad", "map": true,
    ]
    let stage = try ClusterStage(harness.configuration("cluster", defaults.merging(parameters)))
    return try stage.run(
      CollectionInputs(datasets: [MemoryDataset(type: "vector", items: items)]), try harness.context())
  }

  @Test(arguments: ["hdbscan", "kmeans"]) func findsTopics(_ method: String) throws {
    let items = try topics().filter { method == "hdbscan" || !$0.id.hasPrefix("s") }
    let output = try run(["method": .string(method), "k": 2], items)
    let records = try output.items.map { try $0.record.object() }
    #expect(records.count == 2)
    #expect(records[0]["label"]?.string?.contains("kernel") == true)
    #expect(records[1]["terms"]?.array?.contains("cake") == true)
    #expect(records.map { $0["size"] } == [8, 8])
    #expect(records[0]["members"]?.array?.count == 8)
    // Spoken of in more documents.
    #expect((records[0]["hot_score"]?.double ?? 0) > (records[1]["hot_score"]?.double ?? 0))
    let evidence = try #require(records[0]["evidence"]?.array)
    #expect(!evidence.isEmpty && evidence.count <= 3)
    #expect(evidence[0]["snippet"] == "The kernel scheduler number runs.")
    #expect(evidence[0]["url"]?.string != nil && evidence[0]["page"] == 4)
    #expect(records[0]["id"] == .string(output.items[0].id))
  }

  @Test func isTheSameAgain() throws {
    let first = try run([:], try topics())
    let second = try run([:], try topics().reversed())
    #expect(first.items.map(\.digest) == second.items.map(\.digest))
    #expect(
      try FileSystem.read(try #require(first.files["clusters.json"]))
        == (try FileSystem.read(try #require(second.files["clusters.json"]))))
    #expect(first.summary == "2 clusters of 16 chunks, 3 in none")
  }

  @Test func identityFollowsTheMiddle() throws {
    let before = try run([:], try topics())
    // A chunk far from the middle leaves: the topic stays itself.
    let after = try run([:], try topics().filter { $0.id != "k#7" })
    #expect(after.items.contains { $0.id == before.items[0].id })
  }

  @Test func handlesNothingAndRefusesNonsense() throws {
    #expect(try run([:], []).items.isEmpty)
    #expect(try run(["method": "kmeans"], []).items.isEmpty)
    #expect(throws: SluiceError.self) { try run([:], [chunkItem("a", "no vector")]) }
    #expect(throws: SluiceError.self) {
      try run([:], [try vector("a", "x", [1, 0]), try vector("b", "y", [1, 0, 0])])
    }
  }
}
