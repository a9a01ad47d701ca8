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

  private func run(_ parameters: JSONObject, _ items: [Item], after: CollectionOutput? = nil) throws -> CollectionOutput
  {
    let defaults: JSONObject = [
      "method": "hdbscan", "min_cluster_size": 5, "min_samples": 2, "terms": 4, "evidence": 3, "lineage": true,
      "gravity": 1.8, "burst": "mad", "map": true,
    ]
    let stage = try ClusterStage(harness.configuration("cluster", defaults.merging(parameters)))
    return try stage.run(
      CollectionInputs(
        datasets: [MemoryDataset(type: "vector", items: items)],
        history: after.map { MemoryDataset(type: "cluster", items: $0.items, files: $0.files) }), try harness.context())
  }

  private func bytes(_ output: CollectionOutput) throws -> [String: [UInt8]] {
    try output.files.mapValues { try FileSystem.read($0) }
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

  @Test func topicsGoOnFromNightToNight() throws {
    let first = try run([:], try topics())
    let records = try first.items.map { try $0.record.object() }
    #expect(records.allSatisfy { $0["change"] == "born" && $0["born"] == 0 })
    // The same chunks again, with the history: to the byte the same, so that the engine comes to rest.
    let same = try run([:], try topics(), after: first)
    #expect(same.items.map(\.digest) == first.items.map(\.digest))
    #expect(try bytes(same) == bytes(first))

    // The middle of a topic leaves, and a new topic comes.
    let middle = try #require(records[0]["evidence"]?.array?.first?["chunk_id"]?.string)
    var items = try topics().filter { $0.id != middle }
    for number in 0..<6 {
      items.append(
        try vector("n#\(number)", "Comets grow tails.", [0.1, -0.2, -1 - Float(number) * 0.01], document: "n"))
    }
    items.append(try vector("k#9", "The kernel scheduler number runs.", [1, 0.05, 0.1]))
    let second = try run([:], items, after: first)
    #expect(second.summary.hasSuffix("night 1: 2 continued, 1 born"))
    let later = try second.items.map { try $0.record.object() }
    let kernel = try #require(later.first { $0["label"]?.string?.contains("kernel") == true })
    #expect(kernel["id"] == records[0]["id"] && kernel["change"] == "continued" && kernel["came"] == 1)
    #expect(kernel["novel"] == 0.0)
    let comets = try #require(later.first { $0["change"] == "born" })
    #expect(comets["first_seen"] == "night 0001" && kernel["first_seen"] == "night 0000")
    #expect(comets["born"] == 1 && comets["came"] == 6 && comets["novel"] == 1.0)
    #expect(try bytes(run([:], items, after: second)) == bytes(second))

    let lines = ByteSearch.lines(try FileSystem.read(try #require(second.files["assignments.jsonl"])))
    #expect(lines.count == items.count)
    let comet = try #require(try lines.map { try JSONValue(parsing: Array($0)) }.first { $0["chunk_id"] == "n#3" })
    #expect(comet["arrived"] == 1 && comet["novel"] == true && comet["cluster"] == comets["id"])
    #expect((comet["novelty"]?.double ?? 0) > 0.5 && comet["outlier_score"]?.double != nil)

    // Without lineage nothing is kept, and nothing of the past shows.
    let alone = try run(["lineage": false], items, after: second)
    #expect(alone.files["lineage.json"] == nil && alone.items.allSatisfy { (try? $0.record.object())?["born"] == nil })
  }

  @Test func aDamagedHistoryIsSaid() throws {
    let first = try run([:], try topics())
    let path = try #require(first.files["lineage.json"])
    try FileSystem.writeReplaceable(Array("{\"version\":9}".utf8), to: path)
    #expect(throws: SluiceError.self) { try run([:], try topics(), after: first) }
  }

  @Test func engagementAndFreshnessMakeTopicsHot() throws {
    let items = try topics().map { item -> Item in
      var record = try item.record.object()
      let isCake = item.id.hasPrefix("c")
      record["metadata"] = [
        "votes": .string(item.id == "c#6" ? "900" : isCake ? "3" : "0"),
        "posted": isCake ? "2026-11-20" : "2026-09-01T10:00:00Z",
      ]
      return Item(id: item.id, record: Record(record))
    }
    let output = try run(["engagement": ["votes"], "date": "posted"], items)
    let records = try output.items.map { try $0.record.object() }
    #expect(records[0]["terms"]?.array?.contains("cake") == true, "fresh and liked beats old")
    #expect(records[0]["newest"] == "2026-11-20" && records[1]["newest"] == "2026-09-01")
    #expect(records[0]["evidence"]?.array?.first?["chunk_id"] == "c#6", "of equally near chunks the best received")
    let file = try JSONValue(parsing: FileSystem.read(try #require(output.files["clusters.json"])))
    #expect(file["now"] == "2026-11-20", "ages are counted from the newest chunk, not from the clock")
    // Seen from a year later both are cold, the cake not hotter than now.
    let cold = try run(["engagement": ["votes"], "date": "posted", "now": "2027-11-20"], items)
    #expect((try cold.items[0].record.object()["hot_score"]?.double ?? 9) < (records[0]["hot_score"]?.double ?? 0))
    #expect(throws: SluiceError.self) { try run(["now": "soon"], items) }
  }

  @Test func evidenceDoesNotRepeatItself() throws {
    // The same words in two formats, the vectors a little apart.
    var items: [Item] = []
    for number in 0..<8 {
      items.append(
        try vector(
          "p#\(number)", "Packages are removed by dpkg --remove and purged by dpkg --purge.",
          [1, Float(number) * 0.1, 0]))
      items.append(
        try vector(
          "q#\(number)", "A mirror number \(number) serves archive \(number * 7) from city \(number * 13).",
          [0, Float(number) * 0.1, 1]))
    }
    let records = try run(["evidence": 5], items).items.map { try $0.record.object() }
    let removal = try #require(records.first { $0["label"]?.string?.contains("dpkg") == true })
    #expect(removal["evidence"]?.array?.count == 1)
  }

  @Test func principalComponentsKeepTopics() throws {
    let output = try run(["pca": 2], try topics())
    #expect(output.items.count == 2)
  }

  @Test func theMapIsWholeAndSafe() throws {
    var items = try topics()
    items.append(
      try vector("k#evil", "</script><script>alert(1)</script> & \"quotes\" The kernel scheduler.", [1, 0.03, 0.1]))
    let output = try run([:], items)
    let page = String(decoding: try FileSystem.read(try #require(output.files["map.html"])), as: UTF8.self)
    #expect(page.components(separatedBy: "</script>") == 2, "no text can end the script")
    #expect(!page.contains("src=") && !page.contains("@import"), "nothing is fetched")
    #expect(!page.contains("@@"), "everything is filled in")
    let svg = String(decoding: try FileSystem.read(try #require(output.files["map.svg"])), as: UTF8.self)
    #expect(svg.hasPrefix("<svg ") && svg.contains("kernel"))
    #expect(try run(["map": false], items).files["map.svg"] == nil)
  }
}

extension String {
  /// How many pieces a separator makes.
  fileprivate func components(separatedBy separator: String) -> Int {
    self.ranges(of: separator).count + 1
  }
}

struct TopicMapTests {
  @Test func datesAreRead() {
    for (text, seconds) in [
      ("1970-01-02", 86400.0), ("2026-11-21", 1_795_219_200), ("2026-11-21T08:30:15Z", 1_795_249_815),
      ("2026-11-21 08:30", 1_795_249_800), ("2026-11-21T08:30:00+01:30", 1_795_244_400),
      ("2026-11-21T08:30:00-0200", 1_795_257_000),
    ] { #expect(ChunkDate.seconds(text) == seconds, "\(text)") }
    for text in ["", "soon", "2026-13-01", "21.11.2026", "2026-1-1"] {
      #expect(ChunkDate.seconds(text) == nil, "\(text)")
    }
    #expect(ChunkDate.seconds(JSONValue.int(1_795_219_200_000)) == 1_795_219_200)
    for day in ["1970-01-01", "2000-02-29", "2026-11-21", "1969-12-31"] {
      #expect(ChunkDate.seconds(day).map(ChunkDate.day) == day)
    }
  }

  @Test func neighboursHaveOtherColors() {
    let places = (0..<40).map { (x: Double($0 % 8) * 10, y: Double($0 / 8) * 10) }
    let colors = TopicColors.assign(places)
    for (a, first) in places.enumerated() {
      for (b, second) in places.enumerated() where a < b && abs(first.x - second.x) + abs(first.y - second.y) <= 10 {
        #expect(colors[a] != colors[b])
      }
    }
    #expect(TopicColors.light.count == TopicColors.dark.count)
  }
}
