import Foundations
import Store
import TestSupport
import Testing

@testable import Views

@Suite struct ExplanationTests {
  /// Files that are copied one by one, unless there is nothing good in them.
  private func world() throws -> ViewWorld {
    try ViewWorld(
      ["in/a.txt": "good a", "in/b.txt": "good b", "in/c.txt": "bad"],
      stages: [
        "src: {uses: import, with: {path: 'in/*.txt'}}",
        "up: {run: 'grep good {input} > {output}', needs: src, with: {mode: item}}",
        "all: {run: 'cat {input}/* > {output}', needs: up}",
      ], more: "tolerate: {up: 50%}\n")
  }

  @Test func aStageThatNeverRan() throws {
    let answer = try world().explanation().stage("up")
    #expect(answer.text.hasPrefix("up would run"))
    #expect(answer.json["up_to_date"] == false)
    #expect(answer.json["reasons"]?.array?.isEmpty == false)
    #expect(answer.json["last_run"] == Optional<JSONValue>.none && answer.json["result"] == Optional<JSONValue>.none)
    #expect(throws: SluiceError.self) { try world().explanation().stage("upp") }
    #expect {
      try world().explanation().item("in/a.txt", of: "up")
    } throws: { error in
      (error as? SluiceError)?.code == .missing
    }
  }

  @Test func aStageThatRan() throws {
    let world = try world()
    #expect(try world.run() == .quarantined)
    let source = try world.explanation().stage("src")
    #expect(source.json["up_to_date"] == true && source.text.contains("src is up to date"))
    let all = try world.explanation().stage("all")
    #expect(all.json["result"]?["items"] == 1 && all.json["result"]?["run"] == 1)
    #expect(all.json["result"]?["inputs"]?.array?.count == 1)
    let up = try world.explanation().stage("up")
    #expect(up.json["up_to_date"] == false && up.text.contains("up would run on 1 item, because:"))
    #expect(up.json["last_run"]?["done"] == 2 && up.json["last_run"]?["state"]?.string == "done")
  }

  @Test func whatBecameOfAnItem() throws {
    let world = try world()
    try world.run()
    let made = try world.explanation().item("in/a.txt", of: "up")
    #expect(made.json["outputs"] == ["in/a.txt"] && made.json["quarantined"] == false)
    #expect(made.json["last_worked_on"]?["reason"] == "new" && made.json["last_worked_on"]?["run"] == 1)
    #expect(made.json["reads"] == ["id", "*"] && made.json["memo_key"]?.string?.count == 64)
    #expect(made.text.contains("'in/a.txt' became 1 item in up: in/a.txt."))
    // The end of a name is enough where it is the only one.
    #expect(try world.explanation().item("a.txt", of: "up").json["item"] == "in/a.txt")

    let failed = try world.explanation().item("in/c.txt", of: "up")
    #expect(failed.json["quarantined"] == true && failed.json["outputs"] == [])
    #expect(failed.json["failure"]?["attempts"]?.int == 1 && failed.text.contains("is in quarantine in up."))
    #expect(throws: SluiceError.self) { try world.explanation().item("in/d.txt", of: "up") }
    #expect(throws: SluiceError.self) { try world.explanation().item("in/a.txt", of: "all") }
  }

  @Test func whatChangedAndWhatLeft() throws {
    let world = try world()
    try world.run()
    try world.world.write("in/a.txt", "good A")
    try world.world.remove("in/b.txt")
    #expect(try world.explanation().item("in/a.txt", of: "up").json["pending"]?[0]?["stage"] == "src")
    try world.run()
    let changed = try world.explanation().item("in/a.txt", of: "up")
    #expect(changed.json["last_worked_on"]?["reason"] == "changed")
    #expect(changed.text.contains("because what the stage reads of it changed") && changed.text.contains("body: "))
    let left = try world.explanation().item("in/b.txt", of: "up")
    #expect(left.json["left"] == true && left.json["last_worked_on"]?["run"] == 1)
    #expect(left.text.hasPrefix("'in/b.txt' left: up does not read it any more"))
  }
}

@Suite struct PipelineStatusTests {
  @Test func howStagesStand() throws {
    let world = try ViewWorld(
      ["in/a.txt": "good a", "in/b.txt": "good b"],
      stages: [
        "src: {uses: import, with: {path: 'in/*.txt'}}",
        "up: {run: 'grep good {input} > {output}', needs: src, with: {mode: item}}",
        "all: {run: 'cat {input}/* > {output}', needs: up}",
      ], more: "tolerate: {up: 50%}\n")
    try world.run()
    let well = try world.status()
    #expect(well.exitCode == .success && well.quarantine.isEmpty && well.stale.isEmpty)
    #expect(well.stages.map(\.name) == ["src", "up", "all"] && well.stages.map(\.isWell) == [true, true, true])
    #expect(well.json["stages"]?[1]?["items"] == 2 && well.json["stages"]?[1]?["state"] == "complete")
    #expect(well.json["stages"]?[1]?["message"] == Optional<JSONValue>.none)

    // One file goes bad, another comes that never was good: the first keeps its last result.
    try world.world.write("in/a.txt", "bad")
    try world.world.write("in/c.txt", "bad")
    try world.run()
    let sick = try world.status()
    #expect(sick.exitCode == .stageFailed && sick.stages[1].standing == .failed)
    #expect(sick.stages[1].note.hasPrefix("failed in run 2: ") && sick.stages[1].note.hasSuffix("of run 1"))
    #expect(sick.json["stages"]?[1]?["message"]?.string?.isEmpty == false)
    #expect(sick.json["last_run"]?["run"] == 2 && sick.json["running"] == .null)
  }

  @Test func whatFailsWithinLimitsIsListed() throws {
    let world = try ViewWorld(
      ["in/a.txt": "good a", "in/b.txt": "bad"],
      stages: [
        "src: {uses: import, with: {path: 'in/*.txt'}}",
        "up: {run: 'grep good {input} > {output}', needs: src, with: {mode: item}}",
      ], more: "tolerate: {up: 50%}\n")
    #expect(try world.run() == .quarantined)
    let status = try world.status()
    #expect(status.exitCode == .success && status.quarantine.map(\.item) == ["in/b.txt"] && status.stale.isEmpty)
    #expect(status.json["quarantine"]?[0]?["stale"] == false && status.json["quarantine"]?[0]?["stage"] == "up")
  }

  /// What was made once and then forgotten (`fsck --repair`) is not there, however well the run went.
  @Test func aResultThatIsGoneIsNotComplete() {
    func standing(_ outcome: StageOutcome) -> StageRecord.Standing? {
      PipelineStatus(
        pipeline: "p", stages: ["a"], records: [:],
        lastRuns: ["a": StageRunRecord(run: 1, stage: "a", outcome: outcome, reasons: "[]")], lastRun: nil,
        quarantine: [],
        isStale: { _ in false }, holder: nil
      ).stages[0].standing
    }
    #expect(standing(.done) == nil)
    #expect(standing(.failed) == .failed && standing(.guarded) == .guarded)
  }

  @Test func whoRunsIt() throws {
    let status = PipelineStatus(
      pipeline: "p", stages: ["a"], records: [:], lastRuns: [:], lastRun: nil, quarantine: [], isStale: { _ in false },
      holder: PipelineStatus.Holder(pid: 12, since: "2026-11-21T00:00:00Z"))
    #expect(status.json["running"] == ["pid": 12, "since": "2026-11-21T00:00:00Z"])
    #expect(status.json["stages"]?[0]?["state"] == "never_run" && status.stages[0].note == "never run")
  }
}
