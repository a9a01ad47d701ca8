import Foundations
import SQLite
import TestSupport
import Testing

@testable import Store

/// Results as rows of the ledger.
@Suite struct StageRowTests {
  private static let origin = ItemOrigin(input: Digest(of: "in"), derivation: Digest(of: "made"))

  private static let results: [StageResult] = [
    .source(SourceResult(origin: origin, fingerprint: Digest(of: "world"))),
    .source(SourceResult(origin: origin, fingerprint: nil)),
    .items(
      ItemsResult(
        inputs: [Digest(of: "a"), Digest(of: "b")], origin: origin, freshnessPolicy: Digest(of: "daily"),
        validity: .until(Timestamp(seconds: 12.5)))),
    .items(ItemsResult(inputs: [Digest(of: "a")], origin: origin, freshnessPolicy: nil, validity: .forever)),
    .collection(
      CollectionResult(
        inputs: [Digest(of: "a")], datasets: Digest(of: "list"), files: ["index.sqlite": Digest(of: "f")],
        summary: "3 chunks", isProvisional: true)),
    .collection(
      CollectionResult(inputs: [], datasets: Digest(of: "list"), files: [:], summary: "", isProvisional: false)),
  ]

  private func record(_ result: StageResult) -> StageRecord {
    StageRecord(
      stage: "s", stageKey: Digest(of: "key"), dataset: Digest(of: "out"), count: 3, type: "chunk", failed: 1, run: 7,
      recipe: Digest(of: "recipe"), result: result, standing: .guarded, recorded: Timestamp(seconds: 99))
  }

  /// A ledger that has this result.
  private func ledger(_ record: StageRecord) throws -> (world: StoreWorld, reader: LedgerReader) {
    let world = try StoreWorld()
    try world.recorder.record(LedgerEntries.stage(record, pipeline: "p"))
    try world.commit()
    return (world, try LedgerReader(world.layout))
  }

  @Test func eachKindComesBackWithItsOwnFields() throws {
    for result in Self.results {
      let written = record(result)
      let (world, reader) = try ledger(written)
      defer { withExtendedLifetime(world) {} }
      let read = try #require(try reader.stages(of: "p")["s"])
      #expect(read.result == result)
      #expect(read.saysTheSame(as: written))
      #expect(read.count == 3 && read.type == "chunk" && read.failed == 1 && read.run == 7)
      #expect(read.recipe == written.recipe && read.standing == .guarded && read.recorded.seconds == 99)
    }
  }

  @Test func validity() {
    #expect(
      Self.results.map { record($0).validity } == [
        .forever, .forever, .until(Timestamp(seconds: 12.5)), .forever, .provisional, .forever,
      ])
  }

  /// A row that somebody damaged is no result: the stage runs again.
  @Test(arguments: [
    "kind='other'", "kind=7", "state='fine'", "stage_key=x'00'", "count=-1", "count=9223372036854775807",
    "failed=4294967296", "run=0", "run=-9223372036854775808", "inputs=x'0102'", "input=NULL",
    "derivation=x'aa'",
  ])
  func damage(change: String) throws {
    let (world, reader) = try ledger(record(Self.results[2]))
    let connection = try Ledger.openForWriting(world.layout)
    #expect(try reader.stages(of: "p").count == 1)
    // What the table itself does not take stays as it was.
    guard (try? connection.execute("UPDATE stages SET \(change)")) != nil else { return }
    #expect(try reader.stages(of: "p").isEmpty)
  }

  @Test func filesThatCannotBeReadAreDamage() throws {
    let (world, reader) = try ledger(record(Self.results[4]))
    let connection = try Ledger.openForWriting(world.layout)
    for files in ["[]", "{\"a\": 7}", "{\"a\": \"12\"}", "{"] {
      try connection.run("UPDATE stages SET files=?", .text(files))
      #expect(try reader.stages(of: "p").isEmpty, "\(files)")
    }
  }

  @Test func twoRunsThatFindTheSameSayTheSame() {
    for (number, result) in Self.results.enumerated() {
      for (other, second) in Self.results.enumerated() {
        #expect(record(result).saysTheSame(as: record(second)) == (number == other))
      }
    }
  }
}
