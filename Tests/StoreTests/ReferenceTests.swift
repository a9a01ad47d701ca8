import Foundations
import TestSupport
import Testing

@testable import Store

/// What refers to an object, for who keeps and for who checks.
@Suite struct ReferenceTests {
  private let body = Digest(of: "body")
  private let quoted = Digest(of: "quoted")

  @Test func aRecordNeedsItsBodyAndKeepsWhatItQuotes() {
    let record: JSONObject = [
      "body": .string(body.description), "text": .string("see \(quoted.description), and sha256:12"),
      "parts": [["vector": .string(quoted.description)]],
    ]
    #expect(
      Set(Reference.all(ofRecord: record.canonicalBytes)) == [
        Reference(.object, body), Reference(.object, quoted, isNeeded: false),
      ])
    #expect(Reference.all(ofRecord: Array("{\"text\":\"nothing\"}".utf8)).isEmpty)
    // A record that is none keeps what it names: one too many keeps an object, one too few would lose one.
    #expect(
      Reference.all(ofRecord: Array("no JSON \(body.description)".utf8)) == [Reference(.object, body, isNeeded: false)])
  }

  @Test func whatASourceKnowsNeedsAllItNames() {
    #expect(
      Reference.all(ofState: Array("[\"\(body.description)\",\"\(quoted.description)\"]".utf8)) == [
        Reference(.object, body), Reference(.object, quoted),
      ])
  }

  @Test func aResultRestsOnItsPartsByKind() throws {
    let origin = ItemOrigin(input: Digest(of: "in"), derivation: Digest(of: "made"))
    let dataset = Digest(of: "out")
    func references(_ result: StageResult) throws -> Set<Reference> {
      let record = StageRecord(
        stage: "s", stageKey: Digest(of: "key"), dataset: dataset, count: 0, type: "t", failed: 0, run: 1, recipe: nil,
        result: result)
      return Set(try Reference.all(of: record) { _ in body.bytes + quoted.bytes })
    }
    let parts: Set = [
      Reference(.dataset, dataset), Reference(.object, origin.input), Reference(.object, origin.derivation),
    ]
    #expect(try references(.source(SourceResult(origin: origin, fingerprint: nil))) == parts)
    #expect(
      try references(.items(ItemsResult(inputs: [], origin: origin, freshnessPolicy: nil, validity: .forever)))
        == parts.union([Reference(.dataset, origin.input, isNeeded: false)]))
    let list = Digest(of: "list")
    #expect(
      try references(
        .collection(
          CollectionResult(inputs: [], datasets: list, files: ["f": quoted], summary: "", isProvisional: false)))
        == [
          Reference(.dataset, dataset), Reference(.object, list), Reference(.object, quoted),
          Reference(.dataset, body, isNeeded: false), Reference(.dataset, quoted, isNeeded: false),
        ])
  }

  /// The sweeper keeps what the checker would miss, and more.
  @Test func keepingAndCheckingFollowTheSameReferences() throws {
    let world = try StoreWorld()
    let kept = try world.store.put(Array("the body".utf8))
    let mentioned = try world.store.put(Array("only quoted".utf8))
    let other = try world.store.put(Array("nobody's".utf8))
    let record: JSONObject = [
      "body": .string(kept.description), "text": .string(mentioned.description),
    ]
    let recordDigest = try world.store.put(record.canonicalBytes)
    var builder = DatasetBuilder(capacity: 1)
    builder.append(id: "a", digest: recordDigest)
    let dataset = builder.build()
    _ = try world.store.put(dataset.bytes)
    try world.commit()
    let table = try ObjectTable(Ledger.openForReading(world.layout))
    var live = LiveObjects(world.store, table)
    try live.add(Reference(.dataset, dataset.digest), for: .current)
    try live.follow()
    #expect([dataset.digest, recordDigest, kept, mentioned].allSatisfy(live.contains))
    #expect(!live.contains(other))
    for (missing, isWhole) in [(kept, false), (recordDigest, false), (mentioned, true), (other, true)] {
      let scan = try ObjectScan(table, world.store, taking: [missing: "is taken for damaged"])
      var wholeness = try Wholeness(world.store, table, scan)
      #expect(try wholeness.areWhole([Reference(.dataset, dataset.digest)]) == isWhole, "\(missing)")
    }
  }
}
