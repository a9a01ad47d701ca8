import Foundations
import SQLite
import TestSupport
import Testing

@testable import Store

/// What goes first when everything has to fit a size.
@Suite struct EvictionTests {
  /// Three runs that each remembered one result of a stage that is gone: cheap, paid for, and costly.
  private func world() throws -> (world: StoreWorld, keys: [Digest]) {
    let world = try StoreWorld()
    let keys = (1...3).map { Digest(of: "key \($0)") }
    for (number, key) in keys.enumerated() {
      let record: JSONObject = ["text": .string(StoreWorld.noise(3000, seed: UInt64(number)).map { "\($0)" }.joined())]
      let digest = try world.store.put(record.canonicalBytes)
      let outputs = MemoOutputs([(.same, .record(digest))])
      try world.recorder.record(
        LedgerEntries.memo(
          stageKey: Digest(of: "gone"), key: key,
          MemoEntry(outputs: outputs.bytes, validity: .forever, validators: [:], run: number + 1)))
    }
    try world.recorder.record { connection in
      for (run, seconds) in [(1, 0.001), (2, 0.002), (3, 100)] {
        try connection.run(
          "INSERT INTO runs(id, pipeline, started, state, arguments, pid) VALUES(?,'p',0,'succeeded','',1)", .int(run))
        try connection.run(
          "INSERT INTO stage_runs(run, stage, state, reasons, done, work_seconds) VALUES(?,'s','done','[]',1,?)",
          .int(run), .real(seconds))
      }
    }
    try world.recorder.record(LedgerEntries.cache(Digest(of: "question"), StoreWorld.noise(500, seed: 9), run: 2))
    try world.recorder.flush()
    try FileSystem.makeDirectory(world.layout.audit)
    try FileSystem.writeAtomically(
      "{\"run\":2,\"stage\":\"s\",\"cost_usd\":0.1}\n{\"run\"", to: "\(world.layout.audit)/2026-11-30.jsonl")
    return (world, keys)
  }

  private func remembered(_ world: StoreWorld, _ keys: [Digest]) throws -> [Bool] {
    let reader = try LedgerReader(world.layout)
    return try keys.map { try reader.memo(stageKey: Digest(of: "gone"), key: $0) != nil }
  }

  @Test func theCheapestGoesFirstAndWhatWasPaidForLast() throws {
    let (world, keys) = try world()
    let sweeper = Sweeper(world.layout)
    let all = try sweeper.sweep(keepingRuns: 10, isDryRun: true).account
    #expect(all.amounts[.recent]?.count == 3)
    let object = try #require(all.amounts[.recent]?.bytes) / 3
    for (evicted, left) in [(1, [false, true, true]), (2, [false, true, false]), (3, [false, false, false])] {
      let now = try sweeper.sweep(keepingRuns: 10, isDryRun: true).account
      let most =
        now.total.bytes - (now.amounts[.garbage]?.bytes ?? 0) - (now.amounts[.deadInPacks]?.bytes ?? 0) - object / 2
      let report = try sweeper.sweep(keepingRuns: 10, isDryRun: false, maxSize: most)
      #expect(report.eviction?.entries == 1, "\(evicted): \(report)")
      #expect(report.eviction?.paid == (evicted == 3 ? 1 : 0), "\(evicted)")
      #expect(try remembered(world, keys) == left, "\(evicted)")
      #expect(try LedgerReader(world.layout).cached(Digest(of: "question")) != nil, "\(evicted)")
    }
    // Only when nothing else is left do the answers go.
    let report = try sweeper.sweep(keepingRuns: 10, isDryRun: false, maxSize: 1)
    #expect(report.eviction?.paid == 1)
    #expect(try LedgerReader(world.layout).cached(Digest(of: "question")) == nil)
    #expect((report.eviction?.size ?? 0) > 1)
  }
}
