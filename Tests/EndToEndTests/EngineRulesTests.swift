import Foundations
import Glibc
import TestSupport
import Testing

/// Rules of the engine at its edges: ids that meet, stages that come and go, long chains, one job.
@Suite struct EngineRulesTests {
  private func world(_ stages: String, rest: String = "") throws -> World {
    let world = try World(["pipelines/w.yaml": Self.pipeline(stages, rest: rest)])
    for name in ["a", "b", "c"] { try world.write("in/\(name).txt", "text of \(name)\n") }
    return world
  }

  private static func pipeline(_ stages: String, rest: String = "") -> String {
    "pipeline: w\nstages:\n  src: {uses: import, with: {path: \"in/*.txt\"}}\n"
      + stages.split(separator: "\n").map { "  \($0)\n" }.joined() + rest
  }

  @Test func aStageWithSeveralNeedsReadsTheirUnionOnce() throws {
    let world = try world(
      "x: {uses: filter, needs: src, with: {drop: [nothing]}}\ny: {uses: filter, needs: src, with: {drop: [none]}}\n"
        + "both: {run: \"cat >> $(printf se)en; echo {id}\", needs: [x, y], with: {mode: item}}")
    let run = try world.run()
    #expect(run.exitCode == 0)
    #expect(run.done("both") == 3)
    #expect(try ByteSearch.lines(Array(world.read("seen").utf8)).count == 3, "an item of both is worked on once")
    #expect(try world.run().didNoWork)
  }

  @Test func itemsOfOneIDAndDifferentContentAreRefused() throws {
    let world = try world(
      "x: {run: \"tr a-z A-Z\", needs: src, with: {mode: item}}\ny: {run: \"rev\", needs: src, with: {mode: item}}\n"
        + "both: {run: \"cat\", needs: [x, y], with: {mode: item}}")
    let run = try world.run()
    #expect(run.exitCode == 1)
    #expect(run.state("both") == "failed")
    #expect(run.stage("both")["message"]?.string?.contains("'in/a.txt' with different content") == true)
  }

  @Test func anItemStageCanReadACollectionStage() throws {
    let world = try world(
      "all: {run: \"for f in {input}/*; do printf '{\\\"id\\\":\\\"%s\\\",\\\"n\\\":1}\\n' $(basename $f); done > {output}\", needs: src, with: {output: jsonl}}\n"
        + "each: {run: \"cat\", needs: all, with: {mode: item}}")
    let run = try world.run()
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.done("each") == 3)
    try world.write("in/d.txt", "more\n")
    #expect(try world.run().done("each") == 1)
  }

  @Test func aStageThatWasRemovedAndPutBackIsRemembered() throws {
    let stages =
      "up: {run: \"tr a-z A-Z\", needs: src, with: {mode: item}}\nall: {run: \"cat {input}/* > {output}\", needs: up}"
    let world = try world(stages)
    _ = try world.run()
    let published = try world.published("w")
    #expect(published["all/output"] != nil)
    try world.write("pipelines/w.yaml", Self.pipeline("up: {run: \"tr a-z A-Z\", needs: src, with: {mode: item}}"))
    #expect(try world.run().didNoWork)
    #expect(!world.exists("artifacts/published/w/all"), "what has no stage any more is not published")
    try world.write("pipelines/w.yaml", Self.pipeline(stages))
    #expect(try world.run().didNoWork)
    #expect(try world.published("w") == published)
  }

  @Test func aRenamedStageDoesNoWork() throws {
    let world = try world(
      "up: {run: \"tr a-z A-Z\", needs: src, with: {mode: item}}\nall: {run: \"cat {input}/* > {output}\", needs: up}")
    #expect(try world.run().done("up") == 3)
    try world.write(
      "pipelines/w.yaml",
      Self.pipeline(
        "upper: {run: \"tr a-z A-Z\", needs: src, with: {mode: item}}\nall: {run: \"cat {input}/* > {output}\", needs: upper}"
      ))
    let run = try world.run()
    #expect(run.done("upper") == 0)
    #expect(run.stage("upper")["cached"]?.int == 3)
  }

  @Test func publishSaysWhatIsPublished() throws {
    func stages(_ publish: String) -> String {
      "lean: {uses: filter, needs: src, with: {drop: [bytes]}\(publish)}\nall: {run: \"cat {input}/* > {output}\", needs: src\(publish)}"
    }
    let world = try world(stages(""))
    _ = try world.run()
    #expect(!world.exists("artifacts/published/w/lean") && world.exists("artifacts/published/w/all/output"))
    try world.write("pipelines/w.yaml", Self.pipeline(stages(", publish: true")))
    #expect(try world.run().didNoWork)
    #expect(world.exists("artifacts/published/w/lean/items.jsonl"))
    #expect(world.exists("artifacts/published/w/all/output"))
    try world.write("pipelines/w.yaml", Self.pipeline(stages(", publish: false")))
    #expect(try world.run().didNoWork)
    #expect(!world.exists("artifacts/published/w/lean") && !world.exists("artifacts/published/w/all"))
  }

  @Test func whatWasNeverRunCannotBeReadByOnly() throws {
    let world = try world(
      "up: {run: \"cat\", needs: src, with: {mode: item}}\nmore: {run: \"cat\", needs: up, with: {mode: item}}")
    let run = try world.run("--only", "more")
    #expect(run.exitCode == 1)
    #expect(run.state("more") == "failed")
    #expect(run.stage("more")["message"]?.string?.contains("needs 'up', which was never run") == true)
    #expect(try world.run().done("more") == 3)
  }

  @Test func familiesByURL() throws {
    let world = try world(
      "f: {foreach: [\"https://a.example/x\", \"../../up\", q], run: \"cat {input}/* > {output}; echo ${item} >> {output}\", needs: src}"
    )
    let run = try world.run()
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(try world.published("w").count == 3)
    #expect(try FileSystem.list(world.directory) == ["artifacts", "in", "pipelines"])
    #expect(try world.run().didNoWork)
  }

  @Test func idsThatOnlyLookAlikeAreTwoItems() throws {
    // é in one scalar and in two: two files, and so two items.
    let world = try World([
      "pipelines/w.yaml": Self.pipeline(
        "up: {run: cat, needs: src, with: {mode: item}}\nall: {run: \"cat {input}/* | sort > {output}\", needs: up}")
    ])
    try world.write("in/\u{E9}.txt", "one\n")
    try world.write("in/e\u{301}.txt", "two\n")
    let run = try world.run()
    #expect(run.exitCode == 0, "\(run.errors) \(run.stage("up"))")
    #expect(run.done("up") == 2)
    #expect(try world.read("artifacts/published/w/all/output") == "one\ntwo\n")
    #expect(try world.run().didNoWork)
  }

  @Test func noItemsAtAll() throws {
    let world = try world(
      "up: {run: \"cat\", needs: src, with: {mode: item}}\nall: {run: \"ls {input} | wc -l > {output}\", needs: up}")
    for name in ["a", "b", "c"] { try world.remove("in/\(name).txt") }
    try world.write("in/other.md", "x")
    let run = try world.run()
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.state("up") == "done")
    #expect(try world.read("artifacts/published/w/all/output").contains("0"))
    #expect(try world.run().didNoWork)
  }

  @Test func aFailingStageUpstreamEndsItsChain() throws {
    let world = try world(
      "bad: {run: \"exit 1\", needs: src, with: {mode: item}}\nup: {run: cat, needs: bad, with: {mode: item}}\n"
        + "all: {run: \"cat {input}/* > {output}\", needs: up}\nother: {run: cat, needs: src, with: {mode: item}}",
      rest: "tolerate: 10%\n")
    for jobs in ["1", "4"] {
      let run = try world.run("--jobs", jobs)
      #expect(run.exitCode == 1)
      #expect(["bad", "up", "all", "other"].map { run.state($0) }.first == "failed")
      #expect(run.state("up") == "blocked" && run.state("all") == "blocked")
      #expect(["done", "up_to_date"].contains(run.state("other")))
    }
  }

  @Test func failFastEndsWithTheFailure() throws {
    let world = try world(
      "bad: {run: \"exit 1\", needs: src}\nslow: {run: \"sleep 0.2; cat\", needs: src, with: {mode: item}}")
    let run = try world.run("--fail-fast")
    #expect(run.exitCode == 1)
    #expect(run.state("bad") == "failed")
  }

  @Test func tenThousandItemsThroughAChainWithOneJob() throws {
    var lines = ""
    // Few texts, so that very many items wait for the same work.
    for number in 0..<10_000 {
      lines += "{\"id\":\"\(number)\",\"text\":\"t\(number % 3)\",\"element_type\":\"text\",\"section_path\":\"s\"}\n"
    }
    let world = try World([
      "rows.jsonl": lines,
      "pipelines/w.yaml": """
      pipeline: w
      stages:
        src:  {uses: import, with: {path: rows.jsonl}}
        a:    {uses: filter, needs: src, with: {drop: [nothing]}}
        b:    {uses: filter, needs: a, with: {drop: [page]}}
        c:    {uses: filter, needs: b, with: {drop: [line]}}
      """,
    ])
    let run = try world.run("--jobs", "1")
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.stage("c")["outputs"]?.int == 10_000)
    let again = try world.run("--jobs", "1")
    #expect(again.didNoWork)
  }

  @Test func reasonsOfStreamedItemsTellNewFromKey() throws {
    let world = try world(
      "x: {run: \"cat\", needs: src, with: {mode: item}}\ny: {run: \"cat\", needs: x, with: {mode: item}}")
    _ = try world.run()
    let run = try world.run("--set", "x.run=tr a-z A-Z", "--set", "y.run=rev")
    #expect(run.worked["x"] == ["in/a.txt: key", "in/b.txt: key", "in/c.txt: key"])
    #expect(run.worked["y"] == ["in/a.txt: changed", "in/b.txt: changed", "in/c.txt: changed"])
  }

  @Test func aStageOfVeryManyItemsDoesNotHang() throws {
    let world = try World([
      "rows.awk":
        #"BEGIN { s = "x"; while (length(s) < 20000) s = s s; for (i = 0; i < 2400; i++) print "{\"id\":\"" i "\",\"t\":\"" i s "\"}" }"#,
      "pipelines/w.yaml": """
      pipeline: w
      stages:
        big: {run: "awk -f rows.awk > {output}", with: {output: jsonl}, publish: false}
      """,
    ])
    let run = try world.run()
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.stage("big")["outputs"]?.int == 2400)
  }

  @Test func longChainsOfStages() throws {
    let chain = (1..<2000).map { "  s\($0): {run: \"true > {output}\", needs: s\($0 - 1)}\n" }.joined()
    let world = try World(["pipelines/w.yaml": "pipeline: w\nstages:\n  s0: {run: \"true > {output}\"}\n" + chain])
    let run = try world.run("--only", "s0")
    #expect(run.exitCode == 0, "\(run.errors)")
  }

  @Test func afterSweepingNothingIsMissing() throws {
    let world = try world(
      "up: {run: \"tr a-z A-Z\", needs: src, with: {mode: item}}\nlean: {uses: filter, needs: up, with: {drop: [bytes]}, publish: true}\n"
        + "all: {run: \"cat {input}/* > {output}\", needs: up}", rest: "keep: {generations: 1}\n")
    for round in 0..<5 {
      try world.write("in/a.txt", String(repeating: "version \(round)\n", count: 2000))
      if round == 3 { try world.remove("in/b.txt") }
      _ = try world.run()
    }
    let published = try world.published("w")
    let dry = try world.sluice("gc", "--keep-runs", "0", "--dry-run", "--json").json
    #expect(try world.sluice("fsck").exitCode == 0)
    let swept = try world.sluice("gc", "--keep-runs", "0", "--json").json
    #expect(dry == swept)
    #expect((swept?["objects"]?.int ?? 0) > 4)
    #expect((swept?["memo_entries"]?.int ?? 0) > 4)
    #expect(try world.sluice("gc", "--keep-runs", "0", "--json").json?["objects"] == 0)
    #expect(try world.sluice("fsck").exitCode == 0)
    #expect(try world.run().didNoWork)
    #expect(try world.published("w") == published)
    #expect(try world.run("--force", "all").done("all") == 1, "what a stage reads is still there")
  }

  @Test func whatIsDamagedIsFoundForgottenAndMadeAgain() throws {
    let world = try world(
      "up: {run: \"tr a-z A-Z\", needs: src, with: {mode: item}}\nall: {run: \"cat {input}/* > {output}\", needs: up}")
    _ = try world.run()
    let published = try world.published("w")
    for pack in try FileSystem.list(world.path("artifacts/objects/packs")) {
      let path = "artifacts/objects/packs/\(pack)"
      let bytes = try FileSystem.read(world.path(path))
      try world.write(path, bytes.enumerated().map { $0.offset % 50 == 25 ? $0.element ^ 0xFF : $0.element })
    }
    #expect(try world.sluice("fsck").exitCode == 1)
    #expect(try world.sluice("fsck", "--repair").exitCode == 0)
    #expect(try world.sluice("fsck").exitCode == 0)
    let run = try world.run()
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(try world.published("w") == published)
    #expect(try world.run().didNoWork)
  }

  /// Stages stream from one another, but neither their number nor how deep they are nested has a limit.
  @Test func aChainOfFiveThousandStages() throws {
    let chain = (1...5000).map { "  s\($0): {uses: filter, needs: s\($0 - 1)}\n" }.joined()
    let world = try World([
      "pipelines/w.yaml": "pipeline: w\nstages:\n  s0: {uses: import, with: {path: a.jsonl}}\n" + chain,
      "a.jsonl": "{\"id\":\"a\"}\n",
    ])
    let run = try world.run()
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.stage("s5000")["outputs"]?.int == 1)
    #expect(try world.run().didNoWork)
  }

  @Test func stagesThatWaitCostNoThreads() throws {
    let waiting = (1...400).map { "  s\($0): {uses: filter, needs: slow}\n" }.joined()
    let world = try World([
      "pipelines/w.yaml":
        "pipeline: w\nstages:\n  src: {uses: import, with: {path: a.jsonl}}\n"
        + "  slow: {run: \"sleep 2; cat {input}\", needs: src, with: {mode: item, output: jsonl}}\n" + waiting,
      "a.jsonl": "{\"id\":\"a\"}\n",
    ])
    let running = try world.start("run", "--quiet", "-j", "2")
    var most = 0
    for _ in 0..<20 {
      usleep(50_000)
      most = max(most, (try? FileSystem.list("/proc/\(running.pid)/task").count) ?? 0)
    }
    #expect(try running.wait().exitCode == 0)
    #expect(most > 1 && most < 40, "\(most) threads")
  }

  @Test func whatIsNotPublishedIsNotSaidToBe() throws {
    let world = try World([
      "pipelines/w.yaml":
        "pipeline: w\nstages:\n  a: {run: \"cat in.txt > {output}\"}\n  b: {run: \"grep ok {input} > {output}\", needs: a}\n  c: {run: \"echo c > {output}\"}\n",
      "in.txt": "ok\n",
    ])
    #expect(try world.run().exitCode == 0)
    try world.write("in.txt", "no\n")
    world.settle()
    let run = try world.sluice("run")
    #expect(run.exitCode == 1)
    #expect(
      run.output.contains("Not published")
        && run.output.contains("a is published as of run 1; its newest result is of run 2"), "\(run.output)")
    #expect(try world.read("artifacts/published/w/a/output") == "ok\n")
    let status = try world.sluice("status")
    #expect(status.exitCode == 1 && status.output.contains("failed in run 2"), "\(status.output)")
    #expect(try world.sluice("status", "--json").json?["stages"]?[1]?["state"] == "failed")
    // A mistake in the file stops no reader.
    try world.write("pipelines/w.yaml", try world.read("pipelines/w.yaml") + "  d: {uses: nonsense]\n")
    for command in [["status", "--json"], ["log"], ["runs"], ["show", "a"]] {
      let read = try ProgramRun.run([BuiltProgram.path] + command, in: world.directory)
      #expect([0, 1].contains(read.exitCode) && !read.output.isEmpty, "\(command) \(read.errors)")
    }
    // Success says so.
    try world.write("in.txt", "ok\n")
    try world.write(
      "pipelines/w.yaml", try world.read("pipelines/w.yaml").replacing("  d: {uses: nonsense]\n", with: ""))
    #expect(try world.run().exitCode == 0)
    #expect(try world.sluice("status").exitCode == 0)
  }

  @Test func aPlanSaysWhatItCannotKnow() throws {
    let world = try World([
      "pipelines/w.yaml": """
      pipeline: w
      stages:
        src:   {uses: import, with: {path: in}}
        split: {run: "sh split.sh {input}", needs: src, with: {mode: item, output: jsonl}}
        each:  {uses: filter, needs: split, publish: true}
      """,
      "split.sh": "for i in 1 2 3 4; do echo \"{\\\"id\\\": \\\"$i\\\"}\"; done # 1\n", "in/a.txt": "a\n",
      "in/b.txt": "b\n",
    ])
    #expect(try world.run().stage("each")["outputs"]?.int == 8)
    func plan() throws -> [JSONValue] { try world.sluice("plan", "--json").json?["stages"]?.array ?? [] }
    // Two documents are worked on anew: how many chunks that makes, nobody knows.
    try world.write("split.sh", try world.read("split.sh").replacing("# 1", with: "# 2"))
    world.settle()
    #expect(try plan()[1]["to_run"] == 2)
    #expect(try plan()[2]["to_run"] == .null)
    #expect(try plan()[1]["removed_outputs"] == .null)
    #expect(try world.run().exitCode == 0)
    // What leaves is named, at every stage.
    try world.remove("in/b.txt")
    #expect(try plan()[0]["leaving"] == ["in/b.txt"])
    #expect(try plan()[1]["removed_outputs_at_least"] == 4)
    #expect(try plan()[2]["leaving"]?.array?.count == 4)
    let text = try world.sluice("plan").output
    #expect(text.contains("in/b.txt") && text.contains("−4"), "\(text)")
    #expect(try world.run().exitCode == 0)
    let why = try world.sluice("why", "split", "in/b.txt")
    #expect(why.exitCode == 0 && why.output.contains("'in/b.txt' left"), "\(why.output) \(why.errors)")
  }

  @Test func stagesThatAreGoneLeaveNothingInQuarantine() throws {
    let pipeline = "pipeline: w\ntolerate: 100%\nstages:\n  src: {uses: import, with: {path: in}}\n"
    let bad = "  bad: {run: \"false\", needs: src, with: {mode: item}}\n"
    let world = try World(["pipelines/w.yaml": pipeline + bad, "in/a.txt": "a\n"])
    #expect(try world.run().exitCode == 3)
    func quarantine() throws -> Int? { try world.sluice("status", "--json").json?["quarantine"]?.array?.count }
    #expect(try quarantine() == 1)
    try world.write("pipelines/w.yaml", pipeline)
    #expect(try world.run().exitCode == 0)
    #expect(try quarantine() == 0)
    // Of a stage that never had a result, too.
    try world.write("pipelines/w.yaml", (pipeline + bad).replacing("tolerate: 100%", with: "tolerate: 0%"))
    #expect(try world.run().exitCode == 1)
    #expect(try quarantine() == 1)
    try world.write("pipelines/w.yaml", pipeline)
    #expect(try world.run().exitCode == 0)
    #expect(try quarantine() == 0)
  }
}
