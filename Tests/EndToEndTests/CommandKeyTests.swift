import Foundations
import TestSupport
import Testing

/// Programs and files that a command line names count as input, whatever their form.
@Suite struct CommandKeyTests {
  /// A stage `sN` for each line of a shell.
  private static func stages(_ lines: [String]) -> String {
    lines.enumerated().map { "  s\($0.offset): {run: \"(\($0.element)) > {output}\"}\n" }.joined()
  }

  @Test func whereverAProgramStands() throws {
    let lines = [
      "tool < in.txt", "cat in.txt | tool", "env LC_ALL=C tool < in.txt", "LC_ALL=C tool < in.txt",
      "true && tool < in.txt",
      "sh -c 'tool < in.txt'", "(nice tool) < in.txt", "cat in.txt | xargs echo | tool", "T=tool; $T < in.txt",
      "cat in.txt | ./bin/tool",
    ]
    let stages = Self.stages(lines)
    let world = try World(["pipelines/w.yaml": "pipeline: w\nstages:\n" + stages, "in.txt": "abc\n"])
    func tool(_ work: String) throws {
      try world.write("bin/tool", "#!/bin/sh\n\(work)\n")
      chmodExecutable(world.path("bin/tool"))
    }
    let path = ["PATH": world.path("bin") + ":" + (Environment["PATH"] ?? "/usr/bin:/bin")]
    try tool("cat")
    #expect(try world.run(environment: path).exitCode == 0)
    try tool("rev")
    #expect(try world.run(environment: path).exitCode == 0)
    for (index, line) in lines.enumerated() {
      #expect(try world.read("artifacts/published/w/s\(index)/output") == "cba\n", "\(line)")
    }
    #expect(try world.run(environment: path).didNoWork)
  }

  @Test func howeverAFileIsNamed() throws {
    let lines = [
      "cat 'my files/a'", "cat my\\\\ files/a", "cat \\\"my files/a\\\"", "sed -n p < 'my files/a'",
      "dd status=none if=c/a",
      "cat c/*", "cd c && cat a", "for f in c/a; do cat $f; done", "sh -c 'cat c/a'",
      "python3 -c \\\"print(open('c/a').read(), end='')\\\"",
      "(cd c; cat < a)",
    ]
    let stages = Self.stages(lines)
    let world = try World([
      "pipelines/w.yaml": "pipeline: w\nstages:\n" + stages, "my files/a": "one\n", "c/a": "one\n",
    ])
    #expect(try world.run().exitCode == 0)
    try world.write("my files/a", "two\n")
    try world.write("c/a", "two\n")
    #expect(try world.run().exitCode == 0)
    for (index, line) in lines.enumerated() {
      #expect(try world.read("artifacts/published/w/s\(index)/output") == "two\n", "\(line)")
    }
    #expect(try world.run().didNoWork)
  }

  @Test func aFileOfTheNameOfAProgramIsNone() throws {
    let world = try World([
      "pipelines/w.yaml": "pipeline: w\nstages:\n  a: {run: \"sort in.txt > {output}\"}\n", "in.txt": "b\na\n",
      "sort": "x",
    ])
    let run = try world.run()
    #expect(run.exitCode == 0, "\(run.errors)")
    try world.write("sort", "y")
    #expect(try world.run().didNoWork)
  }

  /// A script that is another one for a while during the run, and is put back.
  @Test(arguments: ["sh x.sh {input} {output}", "cat x.sh > /dev/null; ./x.sh {input} {output}"], ["item", "whole"])
  func writtenAndPutBack(line: String, mode: String) throws {
    let world = try World([
      "pipelines/w.yaml": "pipeline: w\ntolerate: 100%\nstages:\n  s: {uses: import, with: {path: in}}\n"
        + "  x: {run: \"\(line)\", needs: s, with: {mode: \(mode)}, publish: true}\n", "in/a": "a",
    ])
    func script(_ text: String) throws {
      try world.write("x.sh", "#!/bin/sh\necho \(text) > \"$2\"; touch begun; sleep 0.4\n")
      chmodExecutable(world.path("x.sh"))
    }
    try script("old")
    world.settle()
    // The key is made of the old script; the run waits for nothing that could be seen, so the other one is put in its
    // place as soon as the first has begun, and must be noticed though it is gone before the end.
    let run = try world.start("run", "-q")
    let deadline = MonotonicClock.deadline(after: 20)
    while !world.exists("begun") && MonotonicClock.now < deadline { world.settle() }
    try script("new")
    world.settle()
    try script("old")
    _ = try run.wait()
    #expect(try ByteSearch.lines(Array(world.sluice("log").output.utf8)).isEmpty == false)
    #expect(try world.run().exitCode == 0)
    let made = try world.published("w").filter { $0.key != "x/items.jsonl" }.values.map {
      String(decoding: $0, as: UTF8.self)
    }
    #expect(made == ["old\n"])
  }

  @Test func whatCannotBeSeenIsSaid() throws {
    func pipeline(_ with: String, rest: String = "") -> String {
      "pipeline: w\n\(rest)stages:\n  a: {run: \"$TOOL in.txt > {output}\"\(with)}\n"
    }
    let world = try World(["pipelines/w.yaml": pipeline(""), "in.txt": "x"])
    let plan = try world.sluice("plan")
    #expect(plan.exitCode == 0)
    #expect(plan.output.contains("note: a: the program that $TOOL names") && plan.output.contains("'tools'"))
    #expect(try world.sluice("plan", "--json").json?["stages"]?[0]?["notes"]?.array?.isEmpty == false)
    for (with, rest) in [(", with: {strict: true}", ""), ("", "strict: true\n")] {
      try world.write("pipelines/w.yaml", pipeline(with, rest: rest))
      let refused = try world.sluice("run")
      #expect(refused.exitCode == 2)
      #expect(refused.errors.contains("pipelines/w.yaml:\(rest.isEmpty ? 3 : 4):3"), "\(refused.errors)")
    }
    try world.write("pipelines/w.yaml", pipeline(", with: {strict: true, tools: [nosuchtool]}"))
    #expect(try world.sluice("plan").exitCode == 2)
  }

  @Test func declaredToolsAndInputsAreHashed() throws {
    let world = try World([
      "pipelines/w.yaml":
        "pipeline: w\nstages:\n  a: {run: \"T=$(echo ./to)ol.sh; sh $T > {output}\", with: {strict: true, tools: [tool.sh], inputs: [\"c/*\"]}}\n",
      "tool.sh": "cat c/*\n", "c/a": "one\n",
    ])
    #expect(try world.run().exitCode == 0)
    try world.write("c/b", "two\n")
    #expect(try world.run().done("a") == 1, "another file that fits the pattern")
    #expect(try world.read("artifacts/published/w/a/output") == "one\ntwo\n")
    try world.write("tool.sh", "echo three\n")
    #expect(try world.run().done("a") == 1)
  }
}
