import Foundations
import Glibc
import TestSupport
import Testing

/// Items and stages that fail, runs that are interrupted, runs that meet.
@Suite struct FailureTests {
  private func world(_ more: String = "", tolerate: String = "tolerate: 50%") throws -> World {
    let script = "grep -q bad \"$1\" && { echo \"there is something bad\" >&2; exit 3; }; cp \"$1\" \"$2\"\n"
    let world = try World(
      stages: """
        src:   {uses: import, with: {path: "in/*.txt"}}
        check: {run: "sh ./check.sh {input} {output}", needs: src, with: {mode: item}}
        all:   {run: "cat {input}/* > {output}", needs: check}
        """, rest: "\(more)\n\(tolerate)", ["check.sh": script])
    for name in ["a", "b", "c", "d"] { try world.write("in/\(name).txt", "\(name)\n") }
    return world
  }

  @Test func aFailedItemIsQuarantinedAndTriedFirstInTheNextRun() throws {
    let world = try world()
    try world.write("in/c.txt", "bad\n")
    let run = try world.run()
    #expect(run.exitCode == 3)
    #expect(run.stage("check")["failed"]?.int == 1)
    #expect(try world.read("artifacts/published/w/all/output") == "a\nb\nd\n")
    let status = try world.sluice("status", "--json").json
    #expect(status?["quarantine"]?[0]?["item"] == "in/c.txt")
    #expect(status?["quarantine"]?[0]?["message"]?.string?.contains("there is something bad") == true)
    // It is tried again even when nothing changed.
    let again = try world.run()
    #expect(again.exitCode == 3)
    #expect(again.done("all") == 0)
    #expect(try world.sluice("status", "--json").json?["quarantine"]?[0]?["attempts"]?.int == 2)
    // Mended, it leaves the quarantine.
    try world.write("in/c.txt", "c\n")
    let mended = try world.run()
    #expect(mended.exitCode == 0)
    #expect(mended.worked["check"] == ["in/c.txt: retry"])
    #expect(try world.read("artifacts/published/w/all/output") == "a\nb\nc\nd\n")
    #expect(try world.sluice("status", "--json").json?["quarantine"]?.array?.isEmpty == true)
  }

  @Test func anItemThatBreaksTakesItsOldResultsAlong() throws {
    let world = try world()
    _ = try world.run()
    try world.write("in/c.txt", "bad\n")
    #expect(try world.run().exitCode == 3)
    #expect(
      try world.read("artifacts/published/w/all/output") == "a\nb\nd\n", "the old result of c is not c's any more")
  }

  @Test func moreThanToleratedFailsTheStageAndOnlyWhatNeedsIt() throws {
    let world = try world("  other: {run: \"cat {input}/* | wc -l\", needs: src}", tolerate: "tolerate: {check: 10%}")
    _ = try world.run()
    try world.write("in/c.txt", "bad\n")
    let run = try world.run()
    #expect(run.exitCode == 1)
    #expect(run.state("check") == "failed")
    #expect(run.state("all") == "blocked")
    #expect(run.done("other") == 1)
    #expect(
      run.stage("check")["message"]?.string?.contains("1 of 4 items failed, more than tolerate allows (10.0 %)") == true
    )
    #expect(try world.read("artifacts/published/w/all/output") == "a\nb\nc\nd\n")
    // What succeeded is kept: only the culprit is tried again.
    try world.write("in/c.txt", "cc\n")
    #expect(try world.run().worked["check"] == ["in/c.txt: retry"])
  }

  @Test func aFailedCollectionStageSaysWhy() throws {
    let world = try world(
      "  broken: {run: \"echo no such luck >&2; exit 4\", needs: check}\n  after: {run: cat, needs: broken}")
    let run = try world.run()
    #expect(run.exitCode == 1)
    #expect(run.stage("broken")["message"]?.string?.contains("exit code 4: no such luck") == true)
    #expect(run.state("after") == "blocked")
    #expect(run.state("all") == "done")
  }

  @Test func ctrlCDrainsAndTheNextRunGoesOn() throws {
    let world = try World(
      stages: """
        src:  {uses: import, with: {path: "in/*.txt"}}
        slow: {run: "sleep 0.15; cat", needs: src, with: {mode: item}}
        all:  {run: "cat {input}/* > {output}", needs: slow}
        """)
    for number in 10..<40 { try world.write("in/\(number).txt", "\(number)\n") }
    let running = try world.start("run", "-j", "2", "--json")
    usleep(900_000)
    running.signal(SIGINT)
    let ended = try running.wait()
    #expect(ended.exitCode == 130)
    let finished = ended.json?["stages"]?.array?.first { $0["name"] == "slow" }?["done"]?.int ?? 0
    #expect(finished > 0 && finished < 30)
    let rest = try world.run()
    #expect(rest.exitCode == 0)
    #expect(rest.done("slow") == 30 - finished, "what was finished is not done again")
    #expect(try world.sluice("runs", "--json").json?[1]?["state"] == "interrupted")
  }

  @Test func aSecondRunSaysWhoHoldsThePipelineAndReadersGoOn() throws {
    let world = try world("  slow: {run: \"sleep 3; ls {input}\", needs: check}")
    let first = try world.start("run", "--quiet")
    usleep(700_000)
    let second = try world.sluice("run")
    #expect(second.exitCode == 5)
    #expect(second.errors.contains("is being run by process \(first.pid) since 20"))
    let status = try world.sluice("status", "--json")
    #expect(status.exitCode == 0)
    #expect(status.json?["running"]?["pid"]?.int == Int(first.pid))
    // A dead holder's lease ends with it.
    first.killGroup()
    _ = try first.wait()
    #expect(try world.run().exitCode == 0)
    #expect(try world.sluice("runs", "--json").json?.array?.contains { $0["state"] == "killed" } == true)
  }

  @Test func secretsDoNotReachLogsOrTheLedger() throws {
    let world = try World([
      "pipelines/w.yaml": """
      pipeline: w
      stages:
        src: {uses: import, with: {path: "in/*.txt"}}
        tell: {run: "echo the key is $TOKEN >&2; exit 1", needs: src, with: {mode: item, env: [TOKEN]}}
      """, "in/a.txt": "a",
    ])
    let program = try world.sluice("run", "--verbose", environment: ["TOKEN": "hunter2hunter2"])
    #expect(program.exitCode == 1)
    #expect(program.errors.contains("the key is •••"))
    var found: [String] = []
    func visit(_ path: String) throws {
      for name in try FileSystem.list(path) {
        let full = "\(path)/\(name)"
        guard let status = try FileSystem.status(full) else { continue }
        if status.isDirectory {
          try visit(full)
        } else if ByteSearch.range(of: Array("hunter2".utf8), in: try FileSystem.read(full)) != nil {
          found.append(full)
        }
      }
    }
    try visit(world.path("artifacts"))
    #expect(found.isEmpty)
  }

  @Test func aLedgerOfANewerProgramIsRefused() throws {
    let world = try world()
    _ = try world.run()
    let sql = try ProgramRun.run(
      [
        "python3", "-c", "import sqlite3; sqlite3.connect('artifacts/ledger.sqlite').execute('PRAGMA user_version=99')",
      ], in: world.directory)
    #expect(sql.exitCode == 0)
    let run = try world.sluice("run")
    #expect(run.exitCode == 1)
    #expect(run.errors.contains("has schema 99, this program knows schemas up to"))
  }

  @Test func anOlderLedgerIsMigrated() throws {
    let world = try world()
    _ = try world.run()
    // Version 1 had no table of what is published; version 2 none of sources, histories and published files; version 3
    // one set of columns for results of all kinds; version 4 no numbers of generations.
    let downgrade =
      [
        "generations", "generation_stages", "lines", "followed", "tombstones", "source_state", "history",
        "exported_files",
      ].map {
        "DROP TABLE \($0)"
      }
      + [
        "ALTER TABLE stages RENAME TO results",
        "CREATE TABLE stages(pipeline, stage, state, stage_key, inputs, input, dataset, derivation, files, fingerprint, valid_until, failed, count, type, run, summary, PRIMARY KEY(pipeline, stage)) WITHOUT ROWID",
        "INSERT INTO stages SELECT pipeline, stage, state, stage_key, coalesce(inputs, zeroblob(0)), input, dataset, coalesce(derivation, datasets), files, coalesce(fingerprint, freshness_policy), valid_until, failed, count, type, run, summary FROM results",
        "DROP TABLE results", "PRAGMA user_version=1",
      ]
    let sql = try ProgramRun.run(
      [
        "python3", "-c",
        "import sqlite3; c=sqlite3.connect('artifacts/ledger.sqlite'); c.executescript('\(downgrade.joined(separator: ";"))'); c.commit()",
      ],
      in: world.directory)
    #expect(sql.exitCode == 0)
    let run = try world.run()
    #expect(run.exitCode == 0)
    #expect(run.didNoWork)
    #expect(try world.read("artifacts/published/w/all/output") == "a\nb\nc\nd\n")
  }
}
