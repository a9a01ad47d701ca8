import Foundations
import Glibc
import TestSupport
import Testing

/// What runs after what change: the rules of the engine, from outside.
@Suite struct InvalidationTests {
  static let pipeline = """
    pipeline: w
    stages:
      src:   {uses: import, with: {path: "in/*.txt"}}
      upper: {run: "tr a-z A-Z", needs: src, with: {mode: item}}
      first: {run: "head -c 3", needs: upper, with: {mode: item}}
      all:   {run: "cat {input}/* > {output}", needs: first}
    """

  private func world() throws -> World {
    let world = try World(["pipelines/w.yaml": Self.pipeline])
    for name in ["a", "b", "c", "d"] { try world.write("in/\(name).txt", "text of \(name)\n") }
    return world
  }

  @Test func nothingChangedNothingRuns() throws {
    let world = try world()
    let cold = try world.run()
    #expect(cold.exitCode == 0)
    #expect(cold.done("upper") == 4)
    #expect(try world.read("artifacts/published/w/all/output") == "TEXTEXTEXTEX")
    let again = try world.run()
    #expect(again.didNoWork)
    #expect(again.exitCode == 0)
    #expect(["src", "upper", "first", "all"].allSatisfy { again.state($0) == "up_to_date" })
  }

  @Test func touchedButTheSame() throws {
    let world = try world()
    _ = try world.run()
    world.settle()
    for name in ["a", "b", "c", "d"] { world.touch("in/\(name).txt") }
    let again = try world.run()
    #expect(again.didNoWork)
    #expect(again.state("upper") == "up_to_date")
  }

  @Test func oneChangedItemGoesDownAlone() throws {
    let world = try world()
    _ = try world.run()
    try world.write("in/b.txt", "New text of b\n")
    let run = try world.run()
    #expect(
      run.worked == [
        "src": ["in/b.txt: changed"], "upper": ["in/b.txt: changed"], "first": ["in/b.txt: changed"],
      ])
    #expect(run.done("all") == 1)
    #expect(try world.read("artifacts/published/w/all/output") == "TEXNEWTEXTEX")
    #expect(try world.run().didNoWork)
  }

  @Test func earlyCutoff() throws {
    let world = try world()
    _ = try world.run()
    // Upper case gives another text, its first three bytes are the same: nothing below `first` runs.
    try world.write("in/b.txt", "text, but another\n")
    let run = try world.run()
    #expect(run.worked["first"] == ["in/b.txt: changed"])
    #expect(run.state("all") == "up_to_date")
    // The same bytes in another case: `upper` runs and stops it there.
    try world.write("in/b.txt", "TEXT, but another\n")
    let second = try world.run()
    #expect(second.worked["upper"] == ["in/b.txt: changed"])
    #expect(second.worked["first"] == nil)
    #expect(second.state("all") == "up_to_date")
  }

  @Test func addedAndRemovedItems() throws {
    let world = try world()
    _ = try world.run()
    try world.write("in/e.txt", "ever new\n")
    let added = try world.run()
    #expect(added.worked["upper"] == ["in/e.txt: new"])
    #expect(try world.read("artifacts/published/w/all/output") == "TEXTEXTEXTEXEVE")
    try world.remove("in/a.txt")
    world.settle()
    let plan = try world.sluice("plan", "--json")
    let stages = plan.json?["stages"]?.array ?? []
    #expect(stages.first { $0["name"] == "upper" }?["removed_outputs"]?.int == 1)
    #expect(stages.first { $0["name"] == "first" }?["removed_outputs"]?.int == 1)
    let removed = try world.run()
    #expect(removed.didNoWork == false)
    #expect(removed.worked.isEmpty, "nothing but the collection stage has to work when an item leaves")
    #expect(removed.stage("first")["removed"]?.int == 1)
    #expect(try world.read("artifacts/published/w/all/output") == "TEXTEXTEXEVE")
  }

  @Test func aParameterRunsItsStageAndWhatReallyChangedBelow() throws {
    let world = try world()
    _ = try world.run()
    let run = try world.run("--set", "first.run=head -c 4")
    #expect(run.worked["upper"] == nil)
    #expect(run.worked["first"]?.count == 4)
    #expect(run.worked["first"]?.allSatisfy { $0.hasSuffix(": key") } == true)
    let why = try world.sluice("why", "first", "--set", "first.run=head -c 5")
    #expect(why.output.contains("parameters.run: head -c 3 → head -c 5"))
    // Production never heard of it.
    let back = try world.run()
    #expect(back.didNoWork)
    #expect(try world.read("artifacts/published/w/all/output") == "TEXTEXTEXTEX")
  }

  @Test func aChangedScriptIsAChangedStage() throws {
    let world = try world()
    try world.write(
      "pipelines/w.yaml",
      Self.pipeline.split(separator: "\n").map {
        $0.contains("upper:") ? "  upper: {run: \"sh ./upper.sh\", needs: src, with: {mode: item}}" : String($0)
      }.joined(separator: "\n"))
    try world.write("upper.sh", "tr a-z A-Z\n")
    #expect(try world.run().done("upper") == 4)
    #expect(try world.run().didNoWork)
    try world.write("upper.sh", "tr a-z A-Z; echo changed >&2\n")
    let run = try world.run()
    #expect(run.done("upper") == 4)
    #expect(run.worked["first"] == nil, "the output is the same")
    let why = try world.sluice("why", "upper")
    #expect(why.output.contains("components.files../upper.sh"))
  }

  @Test(arguments: ["whole", "item", "lines"]) func aScriptThatIsWrittenWhileItRunsIsNotRemembered(_ mode: String)
    throws
  {
    let world = try world()
    let script = "touch begun\nsleep 0.5\ncat\n"
    try world.write("self.sh", script)
    try world.write(
      "pipelines/w.yaml",
      """
      pipeline: w
      stages:
        src:  {uses: import, with: {path: rows.jsonl}}
        copy: {run: "sh ./self.sh", needs: src, with: {mode: \(mode), output: jsonl}}
      """)
    try world.write("rows.jsonl", "{\"id\":\"1\",\"text\":\"a\"}\n")
    let run = try world.start("run", "-q")
    let deadline = MonotonicClock.deadline(after: 20)
    while !world.exists("begun"), MonotonicClock.now < deadline { usleep(5_000) }
    try world.write("self.sh", "\(script)# written meanwhile\n")
    #expect(try run.wait().exitCode == 1)
    #expect("\(try world.sluice("log").output)".contains("self.sh was written while the command ran"))
    #expect(try world.sluice("status", "--json").json?["stages"]?[1]?["state"] == "failed")
    #expect(try world.run().exitCode == 0)
    // What it writes itself, each time, is no such case; but nothing is remembered of it.
    try world.write("self.sh", "echo '# written meanwhile' >> self.sh\ncat\n")
    for _ in 1...2 {
      let run = try world.run()
      #expect(run.exitCode == 0 && run.done("copy") == 1, "\(run.errors) \(run.result)")
    }
  }

  @Test func aPromptIsPartOfTheKey() throws {
    let world = try world()
    try world.write(
      "stages/phrase.yaml",
      """
      kind: command
      summary: A command with a prompt.
      version: 1
      input: any
      output: file
      prompts: [phrase]
      parameters:
        run: {type: string, default: "cat"}
        mode: {type: choice, values: [whole, item, lines], default: item}
        inputs: {type: list, default: []}
        output: {type: choice, values: [file, jsonl], default: file}
        output_name: {type: string, default: output}
        env: {type: list, default: []}
        timeout: {type: duration, default: 1h, affects_output: false}
      """)
    try world.write("stages/phrase.prompt.md", "Say it.\n")
    try world.write("pipelines/w.yaml", Self.pipeline + "\n  phrased: {uses: phrase, needs: first}\n")
    #expect(try world.run().done("phrased") == 4)
    try world.write("stages/phrase.prompt.md", "Say it well.\n")
    let run = try world.run()
    #expect(run.worked.keys.sorted() == ["phrased"])
    #expect(try world.sluice("why", "phrased").output.contains("prompts.phrase"))
  }

  @Test func fieldsThatAStageDoesNotReadDoNotMakeItRun() throws {
    let world = try World(
      stages: """
        src:   {uses: import, with: {path: rows.jsonl}}
        keep:  {uses: filter, needs: src, with: {keep: [text]}}
        upper: {run: "tr a-z A-Z", needs: keep, with: {mode: item}}
        """,
      ["rows.jsonl": "{\"id\":\"1\",\"text\":\"a\",\"seen\":1}\n{\"id\":\"2\",\"text\":\"b\",\"seen\":1}\n"])
    _ = try world.run()
    try world.write(
      "rows.jsonl", "{\"id\":\"1\",\"text\":\"a\",\"seen\":2}\n{\"id\":\"2\",\"text\":\"b\",\"seen\":1}\n")
    let run = try world.run()
    #expect(run.worked == ["src": ["1: changed"], "keep": ["1: changed"]])
    #expect(run.state("upper") == "up_to_date")
  }

  @Test func selectorsRunWhatTheyName() throws {
    let world = try world()
    _ = try world.run()
    try world.write("in/b.txt", "other text\n")
    let only = try world.run("--only", "all")
    #expect(only.state("src") == "skipped")
    #expect(only.didNoWork)
    let up = try world.run("+first")
    #expect(up.done("first") == 1)
    #expect(up.state("all") == "skipped")
    let down = try world.run("--from", "first")
    #expect(down.done("all") == 1)
    let forced = try world.run("--force", "first")
    #expect(forced.worked["first"]?.count == 4)
    #expect(forced.worked["upper"] == nil)
  }

  @Test func theGuardStopsARunThatWouldLoseTooMuch() throws {
    let world = try world()
    try world.write("pipelines/w.yaml", Self.pipeline + "\nguard: {max_vanish: 20%}\n")
    _ = try world.run()
    try world.remove("in/a.txt")
    let run = try world.run()
    #expect(run.exitCode == 7)
    #expect(run.state("src") == "guarded")
    #expect(run.state("all") == "blocked")
    #expect(try world.read("artifacts/published/w/all/output") == "TEXTEXTEXTEX", "nothing was removed")
    let meant = try world.run("--allow-vanish")
    #expect(meant.exitCode == 0)
    #expect(try world.read("artifacts/published/w/all/output") == "TEXTEXTEX")
  }
}
