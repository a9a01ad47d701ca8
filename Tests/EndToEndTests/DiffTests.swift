import Foundations
import TestSupport
import Testing

/// What changed between two sets of results, and where things come from.
@Suite struct DiffTests {
  private func world() throws -> World {
    let world = try World([
      "pipelines/p.yaml": """
      pipeline: p
      params: {v: one}
      stages:
        src: {uses: import, with: {path: table.jsonl}}
        say: {run: "python3 say.py ${params.v}", needs: src, with: {mode: lines, inputs: [say.py]}, publish: true}
        all: {run: "cat > {output}", needs: say, with: {output: jsonl}, publish: true}
      """,
      "say.py": """
      import json, sys
      for line in sys.stdin:
          o = json.loads(line)
          print(json.dumps({"id": o["id"], "text": o["text"] + " said " + sys.argv[1]}), flush=True)
      """,
    ])
    try write(Self.rows, in: world)
    return world
  }

  private static let rows = (0..<30).map { ("r\($0)", "the number \($0) of all numbers") }

  private func write(_ rows: [(String, String)], in world: World) throws {
    try world.write("table.jsonl", rows.map { "{\"id\":\"\($0.0)\",\"text\":\"\($0.1)\"}\n" }.joined())
  }

  private func stage(_ diff: JSONValue?, _ name: String) -> JSONValue {
    diff?["stages"]?.array?.first { $0["stage"]?.string == name } ?? .null
  }

  private func ids(_ value: JSONValue?) -> [String] { value?.array?.compactMap(\.string) ?? [] }

  @Test func itemsThatCameWentChangedAndMoved() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    var rows = Self.rows
    rows[3].1 = "the third number of all numbers"
    rows[5].0 = "renamed"
    rows.remove(at: 7)
    rows.append(("new", "one that was not there"))
    try write(rows, in: world)
    #expect(try world.run("--allow-vanish").exitCode == 0)
    let diff = try world.sluice("diff", "--json").json
    for name in ["src", "say"] {
      let stage = stage(diff, name)
      #expect(ids(stage["added"]).sorted() == ["new", "renamed"], "\(stage)")
      #expect(ids(stage["removed"]).sorted() == ["r5", "r7"])
      #expect(ids(stage["changed"]) == ["r3"])
      #expect(
        stage["moved"]?.array?.count == 1 && stage["moved"]?[0]?["from"] == "r5"
          && stage["moved"]?[0]?["to"] == "renamed")
      #expect(stage["unchanged"] == 27)
    }
    #expect(
      diff?["first_divergence"]?["stage"] == "src" && diff?["first_divergence"]?["reasons"]?[0] == "the sources changed"
    )
    let text = try world.sluice("diff", "1", "2", "--stage", "say").output
    #expect(text.contains("the {+third+} number [-3-] of all numbers said one"), "\(text)")
    #expect(
      try world.sluice("diff", "--generation", "1", "--stage", "say").output == text, "one side is the current one")
    #expect(try world.sluice("diff", "1", "1").output.contains("Nothing differs."))
    #expect(try world.sluice("diff", "1", "2", "--exit-code").exitCode == 1)
    let page = try world.sluice("diff", "--html", "--stage", "say").output
    #expect(page.contains("the <ins>third</ins> number <del>3</del> of") && page.contains("</html>"), "\(page)")
    #expect(try world.sluice("diff", "1", "9", "--exit-code").exitCode == 2)
    #expect(try world.sluice("diff", "x", "y").exitCode == 2)
    #expect(try world.sluice("diff", "--stage", "sya").errors.contains("Did you mean"))
  }

  @Test func theFirstStageThatDiffersAndWhy() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    #expect(try world.run("--set", "params.v=two").exitCode == 0)
    let diff = try world.sluice("diff", "p@try", "--json").json
    #expect(diff?["before"]?["line"] == "p" && diff?["after"]?["line"] == "p@try")
    #expect(diff?["first_divergence"]?["stage"] == "say")
    #expect(
      diff?["first_divergence"]?["reasons"]?[0]?.string == "parameters.run: python3 say.py one → python3 say.py two")
    #expect(stage(diff, "src")["same"] == true && ids(stage(diff, "say")["changed"]).count == 30)
    // Artifacts of another folder, and what is not published yet.
    let copy = try ProgramRun.run(["cp", "-a", "artifacts", "other"], in: world.directory)
    #expect(copy.exitCode == 0)
    var rows = Self.rows
    rows[0].1 = "another"
    try write(rows, in: world)
    #expect(try world.run("+say").exitCode == 0)
    #expect(ids(stage(try world.sluice("diff", "newest", "--json").json, "say")["changed"]) == ["r0"])
    #expect(try world.run().exitCode == 0)
    let other = try world.sluice("diff", "other", "--json").json
    #expect(
      ids(stage(other, "all")["changed"]) == ["r0"] && other?["before"]?["name"]?.string?.contains("/other") == true)
    #expect(try world.sluice("diff", "run:1", "@current", "--json").json?["before"]?["generation"] == 1)
  }

  @Test func anItemIsFollowedBothWays() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    let up = try world.sluice("trace", "r4", "--stage", "say", "--json").json
    #expect(up?["subject"]?["stage"] == "say")
    #expect(
      up?["made_of"]?.array?.contains { $0["from"]?["stage"] == "src" && $0["to"]?["stage"] == "say" } == true,
      "\(up ?? .null)")
    let whole = try world.sluice("trace", "r4", "--json").json
    let nodes = whole?["nodes"]?.array ?? []
    #expect(Set(nodes.compactMap { $0["stage"]?.string }) == ["src", "say", "all"])
    #expect(nodes.allSatisfy { $0["run"] == 1 && $0["attempts"] == 1 })
    #expect(try world.sluice("trace", "r4", "--format", "mermaid").output.hasPrefix("flowchart LR\n"))
    #expect(try world.sluice("trace", "rr4").errors.contains("Did you mean"))
    // In a generation that has it, and in one that has it no longer.
    try write(Self.rows.filter { $0.0 != "r4" }, in: world)
    #expect(try world.run().exitCode == 0)
    #expect(try world.sluice("trace", "r4").exitCode == 2)
    #expect(try world.sluice("trace", "r4", "--generation", "1").exitCode == 0)
  }
}

/// What would leave, what left, and why.
@Suite struct DepartureTests {
  @Test func whatLeavesIsNamedBeforeAndAfter() throws {
    let world = try World([
      "pipelines/p.yaml": """
      pipeline: p
      guard: {max_vanish: 10%}
      stages:
        src:   {uses: import, with: {path: "in/*.txt"}}
        split: {run: "python3 split.py {input} {output}", needs: src, with: {mode: item, output: jsonl}, publish: true}
      """,
      "split.py": """
      import json, sys
      with open(sys.argv[2], "w") as out:
          for i, line in enumerate(open(sys.argv[1])): out.write(json.dumps({"id": str(i), "text": line}) + "\\n")
      """,
    ])
    for number in 0..<60 { try world.write("in/\(number).txt", "one of \(number)\ntwo of \(number)\n") }
    #expect(try world.run().exitCode == 0)
    for number in 10..<40 { try FileSystem.remove(world.path("in/\(number).txt")) }
    try world.write("in/5.txt", "one only\n")
    world.settle()
    let plan = try world.sluice("plan").output
    #expect(plan.contains("of src:\n    in/10.txt\n") && plan.contains("of split:\n    in/10.txt#"), "\(plan)")
    #expect(plan.contains("… and 10 more") && plan.contains("… and 40 more"), "\(plan)")
    let json = try world.sluice("plan", "--json").json?["stages"]?.array ?? []
    #expect(json.compactMap { $0["leaving"]?.array?.count } == [30, 60])
    let refused = try world.run()
    let message = refused.stage("src")["message"]?.string ?? ""
    #expect(
      refused.exitCode == 7 && message.contains("\n  in/10.txt\n") && message.contains("… and 10 more"), "\(message)")
    #expect(try world.run("--allow-vanish").exitCode == 0)
    let removed = try world.sluice("show", "split", "--removed", "--json").json?["removed"]?.array ?? []
    #expect(removed.count == 61)
    let reasons = Set(removed.compactMap { $0["reason"]?.string })
    #expect(
      reasons.contains("'in/5.txt' changed") && reasons.contains("'in/10.txt' is no longer among what src finds"),
      "\(reasons)")
    #expect(removed.allSatisfy { $0["run"] == 3 && $0["generation"] == 2 })
    let why = try world.sluice("why", "split", "in/10.txt")
    #expect(why.output.contains("It left src in run 3 (generation 2, "), "\(why.output) \(why.errors)")
    #expect(why.output.contains("because it is no longer among what src finds"))
    let item = removed.first { $0["reason"]?.string == "'in/5.txt' changed" }?["item"]?.string ?? ""
    #expect(try world.sluice("why", "split", item).output.contains("because 'in/5.txt' changed"))
    #expect(try world.sluice("show", "src", "--removed").output.contains("in/10.txt"))
  }
}
