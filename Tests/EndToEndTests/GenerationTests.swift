import Foundations
import Glibc
import TestSupport
import Testing

/// Numbered publications: consistent, gated, kept, gone back to.
@Suite struct GenerationTests {
  private func world(_ rest: String = "", stages: String = GenerationTests.stages) throws -> World {
    let world = try World(["pipelines/p.yaml": "pipeline: p\n\(rest)\nstages:\n\(stages)\n"])
    for number in 0..<5 { try world.write("in/\(number).txt", Self.text(number)) }
    return world
  }

  private static let stages = """
      src: {uses: import, with: {path: "in/*.txt"}}
      up:  {run: "tr a-z A-Z", needs: src, with: {mode: item}, publish: true}
      all: {run: "cat {input}/* > {output}", needs: up}
      odd: {run: "test ! -e broken && cat {input}/* > {output}", needs: up}
    """

  private static func text(_ number: Int, _ mark: String = "") -> String {
    (0..<30).map { "line \($0) of text \(number)\(mark)\n" }.joined()
  }

  private func history(_ world: World) throws -> [JSONValue] {
    try world.sluice("history", "--json").json?["generations"]?.array ?? []
  }

  private func states(_ world: World) throws -> [String] { try history(world).compactMap { $0["state"]?.string } }

  // MARK: Consistency

  @Test func aStageThatWasRunAloneWaitsForWhatNeedsIt() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    let before = try world.published("p")
    try world.write("in/0.txt", Self.text(0, " again"))
    let alone = try world.run("+up")
    #expect(alone.exitCode == 0)
    #expect(try world.published("p") == before, "all and odd were made from the former texts")
    let behind = alone.result["publication"]?["behind"]?.array ?? []
    #expect(behind.compactMap { $0["stage"]?.string } == ["src", "up"])
    let status = try world.sluice("status").output
    #expect(
      status.contains("up is published as of run 1; it has a newer result of run 2 that is not published yet"),
      "\(status)")
    #expect(try world.sluice("history").output.contains("up is published as of run 1"))
    #expect(try world.run().exitCode == 0)
    #expect(try world.published("p")["up/in%2F0.txt"] == Array(Self.text(0, " again").uppercased().utf8))
    #expect(try history(world).count == 2)
    #expect(try !world.sluice("status").output.contains("not published"))
  }

  @Test func whatHangsTogetherWithAFailureStaysAndAllElseGoesOn() throws {
    let world = try world(stages: Self.stages + "\n  other: {run: \"cat other.txt > {output}\"}")
    try world.write("other.txt", "one\n")
    #expect(try world.run().exitCode == 0)
    let before = try world.published("p")
    try world.write("broken", "")
    try world.write("in/0.txt", Self.text(0, " again"))
    try world.write("other.txt", "two\n")
    #expect(try world.run().exitCode == 1)
    let after = try world.published("p")
    #expect(after["other/output"] == Array("two\n".utf8), "what does not hang together with it is published")
    #expect(before.filter { !$0.key.hasPrefix("other/") } == after.filter { !$0.key.hasPrefix("other/") })
    try FileSystem.remove(world.path("broken"))
    #expect(try world.run().exitCode == 0)
    #expect(try world.published("p")["odd/output"] == world.published("p")["all/output"])
  }

  // MARK: Going back

  @Test func whatWasDamagedIsWrittenOutAgainThoughItsStageIsGone() throws {
    let lines = Self.stages + "\n  few: {uses: filter, needs: src, with: {where: {id: in/0.txt}}, publish: true}"
    let world = try world(stages: lines)
    #expect(try world.run().exitCode == 0)
    let first = try world.published("p")
    try world.write("pipelines/p.yaml", "pipeline: p\nstages:\n\(Self.stages.replacing("all:", with: "each:"))\n")
    // The folders stay that the first generation has; links follow the newest.
    try world.write("artifacts/published/p/few/items.jsonl", "edited\n")
    try world.write("artifacts/published/p/all/output", "edited\n")
    #expect(try world.run().exitCode == 0)
    #expect(try world.published("p")["few/items.jsonl"] == nil)
    let back = try world.sluice("rollback", "1")
    #expect(back.exitCode == 0, "\(back.errors)")
    #expect(try world.published("p") == first)
  }

  @Test func goingBackAndForth() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    let first = try world.published("p")
    try world.write("in/0.txt", Self.text(0, " again"))
    #expect(try world.run().exitCode == 0)
    let second = try world.published("p")
    let back = try world.sluice("rollback", "--json")
    #expect(back.exitCode == 0 && back.json?["generation"] == 1 && back.json?["withdrawn"] == 2)
    #expect(try world.published("p") == first)
    // What was gone back from is not published by the next run, which makes the same.
    let run = try world.run()
    #expect(run.exitCode == 0 && run.result["publication"]?["verdict"] == "withdrawn")
    #expect(try world.published("p") == first)
    #expect(try world.sluice("status").output.contains("`sluice publish 2` brings it back"))
    // Something else is.
    try world.write("in/1.txt", Self.text(1, " again"))
    #expect(try world.run().exitCode == 0)
    #expect(try states(world) == ["current", "withdrawn", "superseded"])
    #expect(try world.sluice("publish", "2").exitCode == 0)
    #expect(try world.published("p") == second)
    #expect(try world.sluice("show", "up", "in/0.txt", "--generation", "1").output.contains("LINE 0 OF TEXT 0\\n"))
    #expect(try world.sluice("rollback", "9").errors.contains("has no generation '9'"))
    #expect(try world.sluice("rollback", "@yesterday").exitCode == 2)
    #expect(try world.sluice("rollback", "soon").exitCode == 2)
    #expect(try world.sluice("fsck").exitCode == 0)
  }

  @Test func publicationsAreHeldUntilSomebodyPublishes() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    let first = try world.published("p")
    try world.write("in/0.txt", Self.text(0, " again"))
    #expect(try world.run().exitCode == 0)
    #expect(try world.sluice("rollback", "--hold").exitCode == 0)
    for round in 0..<2 {
      try world.write("in/1.txt", Self.text(1, " \(round)"))
      let run = try world.run()
      #expect(run.exitCode == 0 && run.result["publication"]?["verdict"] == "held")
      #expect(try world.published("p") == first)
    }
    // The same again is no new candidate.
    #expect(try world.run().result["publication"]?["generation"] == 4)
    #expect(try states(world) == ["candidate", "candidate", "withdrawn", "current"])
    #expect(try world.sluice("publish").exitCode == 0)
    #expect(try world.published("p")["up/in%2F1.txt"] == Array(Self.text(1, " 1").uppercased().utf8))
    try world.write("in/1.txt", Self.text(1, " last"))
    #expect(try world.run().result["publication"]?["verdict"] == "published", "the hold is over")
  }

  /// An older generation whose files somebody changed is written out again before readers are led to it.
  @Test func goingBackMendsWhatWasDamaged() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    let first = try world.published("p")
    let folder = try #require(realpath(world.path("artifacts/published/p/up"), nil).map { String(cString: $0) })
    try world.write("in/0.txt", Self.text(0, " again"))
    #expect(try world.run().exitCode == 0)
    chmod(folder + "/items.jsonl", 0o644)
    try FileSystem.writeAtomically("EVIL", to: folder + "/items.jsonl")
    #expect(try world.sluice("fsck").exitCode == 1)
    #expect(try world.sluice("rollback").exitCode == 0)
    #expect(try world.published("p") == first)
    #expect(try world.sluice("fsck").exitCode == 0)
  }

  @Test func soManyAreKeptAsTheFileSays() throws {
    let world = try world("keep: {generations: 2}")
    for round in 0..<4 {
      try world.write("in/0.txt", Self.text(0, " \(round)"))
      #expect(try world.run().exitCode == 0)
    }
    #expect(try history(world).compactMap { $0["generation"]?.int } == [4, 3])
    #expect(try world.sluice("gc").exitCode == 0)
    #expect(try FileSystem.list(world.path("artifacts/generations/p")) == ["3", "4"])
    #expect(try world.sluice("rollback").exitCode == 0)
    #expect(try world.published("p")["up/in%2F0.txt"] == Array(Self.text(0, " 2").uppercased().utf8))
  }

  // MARK: Gates

  @Test func aGateThatDoesNotHoldKeepsTheFormerGeneration() throws {
    let world = try world(
      """
      gates:
        up:  {count: ">= 4", change: "<= 50%", empty: "<= 10%"}
        all: {run: "grep -q 'TEXT 1' {input}"}
      guard: {max_vanish: 90%}
      """)
    #expect(try world.run().exitCode == 0)
    let before = try world.published("p")
    #expect(try history(world)[0]["gates"]?.array?.count == 3, "change has nothing to be held against yet")
    // Too few, and too much of it is other.
    for number in 0..<2 { try FileSystem.remove(world.path("in/\(number).txt")) }
    try world.write("in/2.txt", Self.text(2, " again"))
    let run = try world.run()
    #expect(run.exitCode == 8)
    let gates = run.result["publication"]?["gates"]?.array ?? []
    let broken = gates.filter { $0["holds"] == false }
    #expect(
      broken.map { "\($0["measure"]?.string ?? "") \($0["measured"]?.string ?? "")" } == [
        "count 3", "change 60%", "run failed",
      ], "\(gates)")
    #expect(broken[1]["worst"]?[0]?.string?.contains("in/0.txt: left") == true)
    #expect(try world.published("p") == before)
    #expect(try world.sluice("status").exitCode == 8)
    #expect(try world.sluice("publish").exitCode == 8, "its gates are measured once more")
    // Mended: published as what it is then.
    for number in 0..<2 { try world.write("in/\(number).txt", Self.text(number)) }
    #expect(try world.run().exitCode == 0)
    #expect(try states(world) == ["current", "candidate", "superseded"])
    #expect(try world.sluice("status").exitCode == 0)
    // Or meant to be so.
    for number in 0..<2 { try FileSystem.remove(world.path("in/\(number).txt")) }
    #expect(try world.run().exitCode == 8)
    #expect(try world.sluice("publish", "--anyway").exitCode == 0)
    #expect(try world.published("p").keys.filter { $0.hasPrefix("up/in") }.count == 3)
    #expect(try world.run().exitCode == 0, "it is what is published now")
  }

  @Test func whatIsNoGateIsSaid() throws {
    let world = try world(
      """
      gates:
        up: {cuont: ">= 4", count: "many", empty: [1]}
        upp: {count: ">= 4"}
        all: {}
      """)
    let first = try world.sluice("run")
    #expect(first.exitCode == 2)
    for words in [
      "'count' must be a limit, this is 'many'", "'empty' must be a text such as", "names a stage 'upp'",
      "Did you mean 'up'", "the gate of 'all' measures nothing",
    ] { #expect(first.errors.contains(words), "\(words): \(first.errors)") }
    let other = try self.world("gates:\n  up: {cuont: \">= 4\", queries: x}")
    let second = try other.sluice("run")
    #expect(second.exitCode == 2)
    #expect(second.errors.contains("no measure 'cuont'") && second.errors.contains("'count'"), "\(second.errors)")
    #expect(second.errors.contains("does not know 'queries'"), "\(second.errors)")
  }

  /// 30 % of the items shrink to nothing.
  @Test func itemsThatShrinkToNothing() throws {
    let world = try world("gates:\n  up: {empty: \"<= 1%\"}")
    for number in 0..<10 { try world.write("in/\(number).txt", Self.text(number)) }
    #expect(try world.run().exitCode == 0)
    let before = try world.published("p")
    for number in 0..<3 { try world.write("in/\(number).txt", "") }
    let run = try world.sluice("run")
    #expect(run.exitCode == 8)
    #expect(run.output.contains("up empty: 30%, allowed is <= 1%"), "\(run.output)")
    #expect(run.output.contains("Readers still see generation 1"), "\(run.output)")
    #expect(run.output.split(separator: "\n").count < 40, "one screen")
    #expect(try world.published("p") == before)
  }
}
