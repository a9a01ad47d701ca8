import Foundations
import Glibc
import TestSupport
import Testing

/// Going back and forth, holding and publishing in odd orders; files and links that somebody was at meanwhile.
@Suite struct GenerationSequenceTests {
  private func world(_ rest: String = "", stages: String = GenerationSequenceTests.stages) throws -> World {
    let world = try World(["pipelines/p.yaml": "pipeline: p\n\(rest)\nstages:\n\(stages)\n"])
    for number in 0..<5 { try world.write("in/\(number).txt", "text \(number)\n") }
    return world
  }

  private static let stages = """
      src: {uses: import, with: {path: "in/*.txt"}}
      up:  {run: "tr a-z A-Z", needs: src, with: {mode: item}, publish: true}
      all: {run: "cat {input}/* > {output}", needs: up}
    """

  private func states(_ world: World) throws -> [String] {
    try (world.sluice("history", "--json").json?["generations"]?.array ?? []).map {
      "\($0["generation"]?.int ?? 0) \($0["state"]?.string ?? "")"
    }
  }

  private func change(_ world: World, _ text: String) throws { try world.write("in/0.txt", text + "\n") }

  private func current(_ world: World) throws -> String {
    String(try world.read("artifacts/published/p/all/output").split(separator: "\n")[0])
  }

  private func lead(_ world: World, to number: Int) throws {
    try FileSystem.remove(world.path("artifacts/published/p"))
    symlink("../generations/p/\(number)", world.path("artifacts/published/p"))
  }

  /// A run, a rollback or a publish that was killed before it turned the entrance is finished by the next run, whatever
  /// that makes of its own results.
  @Test(arguments: ["withdrawn", "held", "refused"])
  func theEntranceIsTurnedWhateverBecomesOfTheNewSet(_ verdict: String) throws {
    let world = try world(verdict == "refused" ? "gates:\n  up: {change: \"<= 10%\"}" : "")
    #expect(try world.run().exitCode == 0)
    try change(world, "bad")
    _ = try world.run()
    if verdict == "refused" { #expect(try world.sluice("publish", "--anyway").exitCode == 0) }
    #expect(try world.sluice("rollback", verdict == "held" ? "--hold" : "1").exitCode == 0)
    if verdict != "withdrawn" { try change(world, "worse") }
    try lead(world, to: 2)
    #expect(try current(world) == "BAD")
    #expect(try world.run().result["publication"]?["verdict"]?.string == verdict)
    #expect(try current(world) == "TEXT 0", "readers see what the ledger says")
    // And what somebody does to it is put back.
    let file = world.path("artifacts/published/p/all/output")
    chmod(file, 0o644)
    try FileSystem.writeAtomically("EVIL", to: file)
    _ = try world.run()
    #expect(try current(world) == "TEXT 0")
    try FileSystem.remove(world.path("artifacts/published/p"))
    symlink("/etc", world.path("artifacts/generations/p/1/evil"))
    _ = try world.run()
    #expect(try current(world) == "TEXT 0" && !world.exists("artifacts/published/p/evil"))
    #expect(try world.sluice("fsck").exitCode == 0)
  }

  @Test func aCandidateThatWasPassedIsNotOfferedAgain() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    #expect(try world.sluice("rollback", "1", "--hold").exitCode == 0, "a hold without going back")
    for text in ["two", "three"] {
      try change(world, text)
      #expect(try world.run().result["publication"]?["verdict"] == "held")
    }
    #expect(try world.sluice("publish").exitCode == 0)
    #expect(try current(world) == "THREE")
    #expect(try world.sluice("publish").errors.contains("no generation of p waits"))
    #expect(try current(world) == "THREE")
    #expect(try states(world) == ["3 current", "2 candidate", "1 superseded"])
    // A gate did not hold, and what it was about was mended.
    let gated = try self.world("gates:\n  up: {count: \">= 5\"}")
    #expect(try gated.run().exitCode == 0)
    try FileSystem.remove(gated.path("in/4.txt"))
    #expect(try gated.run().exitCode == 8)
    #expect(try gated.sluice("rollback", "2").exitCode == 2, "readers never saw it")
    try gated.write("in/4.txt", "text 4\n")
    #expect(try gated.run().exitCode == 0)
    #expect(try gated.sluice("status").exitCode == 0)
    #expect(try gated.sluice("publish", "--anyway").exitCode == 2)
    #expect(try states(gated) == ["2 candidate", "1 current"])
  }

  @Test func goingBackSkipsWhatSomebodyWentBackFrom() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    try change(world, "bad")
    #expect(try world.run().exitCode == 0)
    #expect(try world.sluice("rollback").exitCode == 0)
    try change(world, "good")
    #expect(try world.run().exitCode == 0)
    let diff = try world.sluice("diff", "--json").json
    #expect(diff?["before"]?["generation"] == 1 && diff?["after"]?["generation"] == 3)
    #expect(try world.sluice("rollback", "--json").json?["generation"] == 1)
    // Forth again, which takes nothing back.
    let forth = try world.sluice("rollback", "3", "--json").json
    #expect(forth?["generation"] == 3 && forth?["withdrawn"]?.isNull == true)
    #expect(try states(world) == ["3 current", "2 withdrawn", "1 superseded"])
    #expect(try world.sluice("rollback", "3").exitCode == 2, "readers see it already")
  }

  @Test func aMistakeInTheFileStopsNobodyFromGoingBack() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    try change(world, "bad")
    #expect(try world.run().exitCode == 0)
    try world.write("pipelines/p.yaml", "pipeline: p\nstages: {a: {uses: nothing}\n")
    #expect(try world.sluice("rollback").exitCode == 0)
    #expect(try current(world) == "TEXT 0")
    // Nor one that only the stages can tell.
    try world.write("pipelines/p.yaml", "pipeline: p\ngates: {up: {change: \"<= 5\"}}\nstages:\n\(Self.stages)\n")
    #expect(try world.sluice("run").exitCode == 2)
    #expect(try world.sluice("rollback", "2").exitCode == 0)
    #expect(try current(world) == "BAD")
  }

  // MARK: What was made along the edges of another file

  @Test func whatStaysWasMadeOfWhatStays() throws {
    let stages = """
        s1: {uses: import, with: {path: "in/*.txt"}}
        s2: {uses: import, with: {path: "other/*.txt"}}
        a:  {run: "cat {input}/* > {output}", needs: s1}
        b:  {run: "cat {input}/* > {output}", needs: s2}
        c:  {run: "test ! -e broken && cat {input}/*/* > {output}", needs: [a, b]}
      """
    let world = try world(stages: stages)
    for name in ["x", "y"] { try world.write("other/\(name).txt", "other\n") }
    #expect(try world.run().exitCode == 0)
    let before = try world.published("p")
    try world.write("broken", "")
    try change(world, "new")
    try world.rewrite("needs: [a, b]", "needs: b")
    #expect(try world.run().exitCode == 1)
    #expect(try world.published("p") == before, "c was made of the former a, though it no longer needs it")
  }

  @Test func aStageThatWasRenamedAndFailsTakesNothingAway() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    let before = try world.published("p")
    try world.rewrite("all: {run: \"cat {input}/* > {output}\"", "total: {run: \"false; exit 1\"")
    #expect(try world.run().exitCode == 1)
    #expect(try world.published("p") == before)
    try world.rewrite("false; exit 1", "cat {input}/* > {output}")
    #expect(try world.run().exitCode == 0)
    #expect(try world.published("p").keys.contains("total/output") && !world.published("p").keys.contains("all/output"))
  }

  // MARK: Gates

  @Test func whatStandsInQuarantineCanBeAccepted() throws {
    let world = try world(
      "tolerate: 100%\ngates:\n  up: {failed: \"<= 10%\"}",
      stages: """
          src: {uses: import, with: {path: "in/*.txt"}}
          up:  {run: "sh up.sh {input}", needs: src, with: {mode: item}, publish: true}
        """)
    try world.write("up.sh", "grep -q bad \"$1\" && exit 1; tr a-z A-Z < \"$1\"\n")
    try change(world, "bad")
    #expect(try world.run().exitCode == 8)
    #expect(try world.sluice("publish", "--anyway").exitCode == 0)
    #expect(try world.run().exitCode == 3, "it was accepted")
    #expect(try world.sluice("status").exitCode == 0)
    try world.write("in/1.txt", "bad\n")
    let worse = try world.sluice("run", "--quiet")
    #expect(worse.exitCode == 8 && worse.errors.contains("up failed: 40%, allowed is <= 10%"), "\(worse.errors)")
  }

  @Test func gatesThatCannotBite() throws {
    for (limit, words) in [
      ("change: \"<= 5\"", "It is a share"), ("change: 3d", "It is a share"), ("count: \">= 5%\"", "It is a number"),
      ("max_age: \"<= 3\"", "It is a duration"),
    ] {
      let run = try world("gates:\n  up: {\(limit)}").sluice("run")
      #expect(run.exitCode == 2 && run.errors.contains(words), "\(limit): \(run.errors)")
    }
    // A gate of a stage that has no result does not hold.
    let world = try world("gates:\n  all: {count: \">= 1\"}")
    let run = try world.run("+up")
    #expect(run.exitCode == 8 && !world.exists("artifacts/published/p"), "\(run.result)")
    #expect(try world.run().exitCode == 0)
    // A program that changes what it is to look at.
    let changed = try self.world("gates:\n  all: {run: \"chmod u+w {input}; echo hi >> {input}\"}")
    let writes = try changed.sluice("run")
    #expect(writes.exitCode == 8 && writes.output.contains("changed what it was to look at"), "\(writes.output)")
  }

  @Test func badNightsDoNotPushGoodGenerationsOut() throws {
    let world = try world("keep: {generations: 2}\ngates:\n  up: {count: \">= 5\"}")
    #expect(try world.run().exitCode == 0)
    try change(world, "second")
    #expect(try world.run().exitCode == 0)
    try FileSystem.remove(world.path("in/4.txt"))
    for night in 0..<5 {
      try world.write("in/1.txt", "night \(night)\n")
      #expect(try world.run().exitCode == 8)
    }
    let kept = try states(world)
    #expect(kept.contains("2 current") && kept.contains("1 superseded") && kept.count == 5, "\(kept)")
    #expect(try world.sluice("rollback").exitCode == 0)
    #expect(try current(world) == "TEXT 0")
  }
}
