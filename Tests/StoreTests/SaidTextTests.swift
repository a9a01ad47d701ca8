import Foundations
import SQLite
import TestSupport
import Testing

@testable import Store

/// What people and servers said reaches the ledger without secrets, whoever wrote it down.
@Suite struct SaidTextTests {
  @Test func noMessageCarriesASecret() throws {
    let secret = "open-sesame-\(MonotonicClock.now)"
    Secrets.register(secret)
    let world = try StoreWorld()
    let said = "the server says: \(secret)!"
    let run = try world.recorder.immediately { connection in
      try LedgerEntries.beginRun(pipeline: "p", arguments: "run --set a=\(secret)", pid: 1, started: 1, on: connection)
    }
    let memo = CollectionMemo(
      dataset: Digest(of: "d"), files: [:], summary: said,
      failures: ["a": CollectionMemo.Failure(kind: "k", message: said)])
    let entries: [Recorder.Entry] = [
      LedgerEntries.quarantine(
        QuarantineEntry(
          stage: "s", item: "a", digest: nil, kind: "k", message: said, isTransient: false, attempts: 1, first: 1,
          last: 1,
          run: run), pipeline: "p"),
      LedgerEntries.attempt(
        run: run, stage: "s", item: "a", attempt: 1, at: 1, kind: "k", message: said, isTransient: false, wait: nil),
      LedgerEntries.stageRun(
        StageRunRecord(run: run, stage: "s", outcome: .failed, reasons: "[]", message: said)),
      LedgerEntries.stage(
        StageRecord(
          stage: "s", stageKey: Digest(of: "k"), dataset: Digest(of: "d"), count: 0, type: "t", failed: 0, run: run,
          recipe: nil,
          result: .collection(
            CollectionResult(inputs: [], datasets: Digest(of: "l"), files: [:], summary: said, isProvisional: false))),
        pipeline: "p"),
      LedgerEntries.memo(
        stageKey: Digest(of: "k"), key: Digest(of: "m"),
        MemoEntry(outputs: memo.bytes, validity: .forever, validators: [:], run: run)),
    ]
    for entry in entries { try world.recorder.record(entry) }
    try world.commit()
    let reader = try LedgerReader(world.layout)
    #expect(try reader.quarantine(of: "p").map(\.message) == ["the server says: •••!"])
    #expect(try reader.stages(of: "p")["s"]?.summary == "the server says: •••!")
    #expect(try reader.runs(of: "p", limit: 1).first?.arguments == "run --set a=•••")
    for name in try FileSystem.list(world.layout.root) where name.hasPrefix("ledger.sqlite") {
      let bytes = try FileSystem.read("\(world.layout.root)/\(name)")
      #expect(ByteSearch.range(of: Array(secret.utf8), in: bytes) == nil, "\(name)")
    }
  }
}
