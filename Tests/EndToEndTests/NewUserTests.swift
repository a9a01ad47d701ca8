import Foundations
import Glibc
import TestSupport
import Testing

/// What a new user of generations, diff, golden sets, audit and forgetting stumbled over.
@Suite struct NewUserTests {
  private func world(_ rest: String = "", more: String = "") throws -> World {
    let world = try World(
      stages: """
        src: {uses: import, with: {path: "in/*.txt"}}
        up:  {run: "sh ./up.sh", needs: src, with: {mode: item, inputs: ["./up.sh"]}, publish: true}
        lo:  {run: "tr A-Z a-z", needs: up, with: {mode: item}, publish: true}
        all: {run: "cat {input}/* > {output}", needs: lo}
        \(more)
        """, of: "p", rest: rest)
    for number in 0..<6 { try world.write("in/\(number).txt", "text \(number)\n") }
    try world.write("up.sh", "tr a-z A-Z\n")
    return world
  }

  private func planned(_ world: World, _ stage: String) throws -> Int? {
    try (world.sluice("plan", "--json").json?["stages"]?.array ?? []).first { $0["name"]?.string == stage }?["to_run"]?
      .int
  }

  /// A stage above ran alone, and items leave: what the plan names is no less than what a run does.
  @Test func aPlanCountsWhatAStageAboveMadeMeanwhile() throws {
    let world = try world("guard: {max_vanish: 100%}")
    #expect(try world.run().exitCode == 0)
    world.settle()
    for number in 0..<3 { try world.write("in/\(number).txt", "other \(number)\n") }
    #expect(try world.run("src", "up").exitCode == 0)
    world.settle()
    try world.remove("in/5.txt")
    let bound = try planned(world, "lo")
    let run = try world.run()
    #expect(run.exitCode == 0 && run.done("lo") == 3)
    #expect(bound.map { $0 >= 3 } ?? true, "the plan said \(bound ?? -1), the run did \(run.done("lo"))")
    #expect(bound == 3)
  }

  /// A candidate that nobody saw is not what a generation is compared with.
  @Test func historyComparesWithWhatReadersSaw() throws {
    let world = try world("gates: {up: {change: \"<= 20%\"}}")
    #expect(try world.run().exitCode == 0)
    for number in 0..<3 { try world.write("in/\(number).txt", "other \(number)\n") }
    #expect(try world.run().exitCode == 8)
    for number in 0..<2 { try world.write("in/\(number).txt", "text \(number)\n") }
    #expect(try world.run().exitCode == 0)
    let newest = try world.sluice("history", "--json").json?["generations"]?[0]
    let up = newest?["changes"]?.array?.first { $0["stage"] == "up" }
    #expect(newest?["generation"] == 3 && up?["changed"] == 1, "\(newest?.canonicalText ?? "")")
    #expect(try world.sluice("history", "-n", "0").output.split(separator: "\n").count == 4)
  }

  /// A script that is in the key is not accused, however its path is written; texts are cut where they differ.
  @Test func theAuditAccusesOnlyWhatTheKeyDoesNotHold() throws {
    let world = try World(
      stages: """
        src: {uses: import, with: {path: "in/*.txt"}}
        up:  {run: "sh ./up.sh", needs: src, with: {mode: item, inputs: ["./up.sh"]}}
        """, of: "p")
    for number in 0..<4 { try world.write("in/\(number).txt", "text \(number)\n") }
    try world.write("hid.txt", "one\n")
    try world.write("up.sh", "head -c 300 /dev/zero | tr '\\0' x; cat \"$(printf 'h%s.txt' id)\"\n")
    #expect(try world.run().exitCode == 0)
    world.settle()
    try world.write("hid.txt", "two\n")
    let audit = try world.sluice("audit", "--share", "100%")
    #expect(audit.exitCode == 1 && audit.output.contains("hid.txt"), "\(audit.output)")
    #expect(!audit.output.contains("up.sh"), "\(audit.output)")
    #expect(audit.output.contains("xone") && audit.output.contains("xtwo"), "\(audit.output)")
  }

  @Test func aDiffShowsTheMemberThatIsOther() throws {
    let world = try World(
      stages: """
        src:  {uses: import, with: {path: rows.jsonl}}
        """, of: "p")
    try world.write("rows.jsonl", "{\"id\": \"a\", \"text\": \"the same words\", \"chunk_index\": 1}\n")
    #expect(try world.run().exitCode == 0)
    let alone = try world.sluice("diff")
    #expect(alone.exitCode == 2 && alone.errors.contains("one generation only"), "\(alone.errors)")
    world.settle()
    try world.write("rows.jsonl", "{\"id\": \"a\", \"text\": \"the same words\", \"chunk_index\": 2}\n")
    #expect(try world.run().exitCode == 0)
    let diff = try world.sluice("diff", "--stage", "src")
    #expect(diff.output.contains("chunk_index"), "\(diff.output)")
  }

  /// Somebody else got these pages; a wall in a folder is a wall.
  @Test func pagesFromFilesAreJudgedToo() throws {
    let world = try World(
      stages: """
        list:  {uses: import, with: {path: list.csv}}
        fetch: {uses: fetch, needs: list}
        """, of: "p", rest: "tolerate: 100%\ngates: {fetch: {flagged: \"<= 5%\"}}")
    let words = String(repeating: "<p>Boats go through the lock when the water stands high.</p>", count: 20)
    for number in 0..<8 {
      try world.write("pages/\(number).html", "<html><title>Page \(number)</title><body>\(words)</body></html>")
    }
    try world.write("pages/log.txt", "Please sign in. Log in: <input type=password>\n")
    try world.write("list.csv", "path\n" + (0..<8).map { "pages/\($0).html\n" }.joined() + "pages/log.txt\n")
    #expect(try world.run().exitCode == 0)
    world.settle()
    let wall = """
      <html><title>Log in</title><body><form action="/login"><input name="user"><input type="password" name="pw">
      <button>Log in</button></form></body></html>
      """
    for number in 0..<8 { try world.write("pages/\(number).html", wall) }
    let run = try world.run()
    #expect(run.exitCode == 8, "\(run.result)")
    #expect(run.stage("fetch")["stale"] == 8, "\(run.result)")
  }

  @Test func whatIsNotThereIsAMistakeOfTheQuestion() throws {
    let world = try world()
    #expect(try world.sluice("fsck").exitCode == 0, "nothing is damaged where nothing is")
    #expect(try world.run().exitCode == 0)
    for words in [
      ["eval", "nope.jsonl"], ["log", "99"], ["restore", "nope.tar", "--into", "there"], ["parse", "in/00.txt"],
      ["chunk", "nope.md"], ["backup", "no/such/folder.tar"], ["diff", "1", "99"], ["show", "up", "-g", "99"],
    ] {
      let answer = try ProgramRun.run([BuiltProgram.path] + words, in: world.directory)
      #expect(answer.exitCode == 2, "\(words): \(answer.exitCode ?? -1) \(answer.errors)")
      #expect(!answer.errors.contains("VACUUM"), "\(answer.errors)")
    }
    #expect(try world.sluice("parse", "in/00.txt").errors.contains("Did you mean 'in/0.txt'?"))
  }

  @Test func aGoldenSetDoesNotBeginWithHalf() throws {
    let world = try world(more: "bad: {run: \"false\", needs: all}")
    _ = try world.run()
    let refused = try world.sluice("golden", "accept")
    #expect(refused.exitCode == 2 && refused.errors.contains("bad"), "\(refused.errors)")
    #expect(!world.exists("golden/golden.yaml"))
    #expect(try world.sluice("golden", "accept", "up", "lo").exitCode == 0)
    #expect(try world.sluice("golden", "verify").exitCode == 0)
    try FileSystem.remove(world.path("artifacts"))
    let none = try world.sluice("golden", "verify")
    #expect(none.exitCode == 4 && none.errors.contains("was run yet"), "\(none.errors)")
  }

  @Test func itemsAreForgottenByWhatTheirFilesSay() throws {
    let world = try world()
    try world.write("in/3.txt", "Jane Roe keeps the key\n")
    #expect(try world.run().exitCode == 0)
    let unknown = try world.sluice("forget", "--where", "contnt ~ jane", "--dry-run")
    #expect(
      unknown.exitCode == 2 && unknown.errors.contains("has a field 'contnt'") && unknown.errors.contains("'content'"),
      "\(unknown.errors)")
    let dry = try world.sluice("forget", "--where", "content ~ \"jane roe\"", "--dry-run")
    #expect(dry.exitCode == 0 && dry.output.contains("in/3.txt") && !dry.output.contains("in/2.txt"), "\(dry.output)")
  }

  @Test func aRunOfOneStageSaysWhatItLookedAt() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    world.settle()
    try world.write("in/0.txt", "other\n")
    let run = try world.sluice("run", "lo")
    #expect(run.exitCode == 0 && run.output.contains("lo is up to date with what up made last"), "\(run.output)")
    #expect(!run.output.contains("Everything"))
    let whole = try world.sluice("run", "up", "src")
    #expect(!whole.output.contains("Made, in"), "what is not published yet does not lie there: \(whole.output)")
    let all = try world.sluice("run")
    #expect(all.exitCode == 0 && all.output.contains("Made, in"), "\(all.output)")
    #expect(try world.sluice("run").output.contains("Everything is up to date"))
    // Once it is over nothing waits.
    let why = try world.sluice("why", "lo").output
    #expect(!why.contains("waits for") && why.contains("new input from up"), "\(why)")
  }

  @Test func aTraceLeadsOnToWhatLeft() throws {
    let world = try world("guard: {max_vanish: 100%}")
    #expect(try world.run().exitCode == 0)
    world.settle()
    try world.remove("in/5.txt")
    #expect(try world.run().exitCode == 0)
    let gone = try world.sluice("trace", "in/5.txt")
    #expect(gone.exitCode == 2 && gone.errors.contains("-g 1"), "\(gone.errors)")
    #expect(try world.sluice("trace", "in/5.txt", "-g", "1").exitCode == 0)
    let indexed = try ForgetWorld.make()
    #expect(try indexed.run().exitCode == 0)
    let drawn = try indexed.sluice("trace", "docs/1.md", "--format", "mermaid").output
    #expect(drawn.contains("sha256:") && drawn.contains("[(\"index\")]"), "\(drawn)")
  }
}
