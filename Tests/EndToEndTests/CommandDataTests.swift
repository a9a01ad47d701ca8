import Foundations
import TestSupport
import Testing

/// What commands are given and what they give back: data is never run, names are no paths, nothing is dropped.
@Suite struct CommandDataTests {
  private static let odd = "http://h/'; touch pwned; \"$(touch pwned)`touch pwned`\" #"

  private func world(_ stages: String, _ files: [String: String] = [:]) throws -> World {
    let lines = "pipeline: w\ntolerate: 100%\nstages:\n" + stages.split(separator: "\n").map { "  \($0)\n" }.joined()
    return try World(files.merging(["pipelines/w.yaml": lines]) { first, _ in first })
  }

  @Test func anIDIsNeverRun() throws {
    var row = JSONObject()
    row["id"] = .string(Self.odd)
    let world = try world(
      "src: {uses: import, with: {path: u.jsonl}}\n"
        + "plain: {run: \"printf %s {id} > {output}\", needs: src, with: {mode: item}, publish: true}\n"
        + "double: {run: \"printf %s \\\"{id}\\\" > {output}\", needs: src, with: {mode: item}, publish: true}\n"
        + "single: {run: \"printf %s '{id}' > {output}\", needs: src, with: {mode: item}, publish: true}\n"
        + "inner: {run: \"sh -c 'printf %s {id}' > {output}\", needs: src, with: {mode: item}, publish: true}\n"
        + "twice: {run: \"sh -c \\\"printf %s '{id}'\\\" > {output}\", needs: src, with: {mode: item}, publish: true}\n"
        + "named: {run: \"printf %s {id} > {output}\", needs: src, with: {mode: item, output_name: \"{id}.txt\"}, publish: true}\n",
      ["u.jsonl": JSONValue.object(row).canonicalText + "\n"])
    let run = try world.run()
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(!world.exists("pwned"))
    let made = try world.published("w").filter { !$0.key.hasSuffix("items.jsonl") }
    #expect(made.count == 6)
    #expect(made.values.allSatisfy { String(decoding: $0, as: UTF8.self) == Self.odd })
  }

  @Test func valuesOfForeachStayInScratch() throws {
    let world = try world(
      "c: {run: \"echo hi > {output}\", foreach: [\"a\", \"../../../../x/z\"], with: {output_name: o.txt}}\n"
        + "all: {run: \"find {input} -name o.txt | wc -l > {output}\", needs: c}\n")
    #expect(try world.run().exitCode == 0)
    #expect(Int(try world.read("artifacts/published/w/all/output").filter(\.isNumber)) == 2)
    #expect(
      !FileSystem.exists(Path.join(world.directory, "artifacts/x"))
        && !FileSystem.exists(Path.join(world.directory, "x")))
  }

  @Test func oneDocumentOrSeveral() throws {
    let world = try world(
      "src: {uses: import, with: {path: in}}\n"
        + "glob: {run: \"cat {input}/* > {output}\", needs: src}\nlist: {run: \"ls {input} | wc -l > {output}\", needs: src}\n"
        + "own: {run: \"sh form.sh {input} > {output}\", needs: src}\nchain: {run: \"sh form.sh {input} > {output}\", needs: own}\n"
        + "file: {uses: import, with: {path: in/1.txt, format: files}}\nonly: {run: \"sh form.sh {input} > {output}\", needs: file}\n",
      ["in/1.txt": "1\n", "in/2.txt": "2\n", "form.sh": "[ -d \"$1\" ] && echo folder || echo \"file ${1##*/}\"\n"])
    for count in [2, 1] {
      #expect(try world.run().exitCode == 0)
      func made(_ stage: String) throws -> String { try world.read("artifacts/published/w/\(stage)/output") }
      #expect(try made("glob") == (count == 2 ? "1\n2\n" : "1\n"))
      #expect(try Int(made("list").filter(\.isNumber)) == count)
      #expect(try made("own") == "folder\n", "the same form for one and for many")
      #expect(try made("chain") == "file input\n", "what is never more than one is a file")
      #expect(try made("only") == "file input.txt\n", "the name keeps its ending")
      try world.remove("in/2.txt")
    }
    // As a file where the line reads it as one.
    try world.write(
      "pipelines/w.yaml",
      "pipeline: w\nstages:\n  src: {uses: import, with: {path: in}}\n  a: {run: \"tr 1 2 < {input} > {output}\", needs: src}\n"
    )
    #expect(try world.run().exitCode == 0)
    #expect(try world.read("artifacts/published/w/a/output") == "2\n")
  }

  @Test func idsThatAreNumbers() throws {
    let world = try world(
      "imp: {uses: import, with: {path: a.jsonl}, publish: true}\n"
        + "whole: {run: \"cat a.jsonl > {output}\", with: {output: jsonl}}\n"
        + "lines: {run: \"python3 l.py\", needs: imp, with: {mode: lines}, publish: true}\n"
        + "item: {run: \"echo '{\\\"id\\\":3}' > {output}\", needs: imp, with: {mode: item, output: jsonl}, publish: true}\n",
      [
        "a.jsonl": "{\"id\": 7, \"v\": 1}\n{\"id\": 9.5, \"v\": 2}\n",
        "l.py":
          "import sys,json\nfor l in sys.stdin:\n  o=json.loads(l)\n  print(json.dumps({'id':float(o['id']) if '.' in o['id'] else int(o['id']),'items':[{'id':3},{'id':1}]}),flush=True)\n",
      ])
    let run = try world.run()
    #expect(run.exitCode == 0, "\(run.errors)")
    func ids(_ stage: String) throws -> [String] {
      try ByteSearch.lines(FileSystem.read(world.path("artifacts/published/w/\(stage)/items.jsonl"))).compactMap {
        try JSONValue(parsing: Array($0))["id"]?.string
      }
    }
    #expect(try ids("imp") == ["7", "9.5"] && ids("whole") == ["7", "9.5"])
    #expect(try ids("lines") == ["7#1", "7#3", "9.5#1", "9.5#3"] && ids("item") == ["7#3", "9.5#3"])
  }

  @Test(arguments: ["[{\"id\": \"x\"}, 5]", "7", "{}", "[{\"id\": {}}]", "[null]"])
  func itemsThatAreNone(items: String) throws {
    let world = try world(
      "imp: {uses: import, with: {path: a.jsonl}}\nl: {run: \"sh l.sh\", needs: imp, with: {mode: lines}, publish: true}\n",
      ["a.jsonl": "{\"id\":\"a\"}\n", "l.sh": "read -r x\necho '{\"id\":\"a\",\"items\":\(items)}'\n"])
    let run = try world.run()
    #expect(run.exitCode == 3)
    #expect(run.stage("l")["failed"]?.int == 1)
    #expect("\(try world.sluice("status", "--json").json ?? .null)".contains("bad_output"))
  }

  @Test func filesOfAnItemCommand() throws {
    let world = try world(
      "src: {uses: import, with: {path: in}}\nup: {run: \"tr a-z A-Z < {input} > {output}\", needs: src, with: {mode: item}, publish: true}\n",
      ["in/a.txt": "one\n", "in/b.txt": "two\n"])
    #expect(try world.run().exitCode == 0)
    #expect(
      try world.read("artifacts/published/w/up/in%2Fa.txt") == "ONE\n"
        && world.exists("artifacts/published/w/up/items.jsonl"))
    #expect(try world.sluice("show", "up", "in/b.txt").json?["content"] == "TWO\n")
    let list = try world.read("artifacts/published/w/up/items.jsonl")
    #expect(list.contains("\"path\":\"in%2Fa.txt\"") && list.contains("\"path\":\"in%2Fb.txt\""), "\(list)")
  }

  @Test func anIDIsNoOption() throws {
    let world = try world(
      "src: {uses: import, with: {path: ids.jsonl}}\nsee: {run: \"cat {id} > {output}\", needs: src, with: {mode: item}}\n",
      ["in/a": "a\n", "ids.jsonl": "{\"id\": \"-n\"}\n{\"id\": \"in/a\"}\n"])
    _ = try world.run()
    let quarantine = try world.sluice("status", "--json").json?["quarantine"]?.array ?? []
    #expect(quarantine.map { $0["item"]?.string } == ["-n"] && quarantine.first?["kind"] == "bad_id", "\(quarantine)")
  }

  @Test func aLineThatReadsOneFileSaysSoWhenThereAreMore() throws {
    let world = try world(
      "src: {uses: import, with: {path: in}}\nn: {run: \"wc -l < {input} > {output}\", needs: src}\n", ["in/a": "a\n"])
    #expect(try world.run().exitCode == 0)
    try world.write("in/b", "b\n")
    let run = try world.run()
    let message = run.stage("n")["message"]?.string ?? ""
    #expect(run.exitCode != 0 && message.contains("{input}/*"), "\(message)")
  }

  @Test func aPlanNamesWhatALineWillNotFind() throws {
    let world = try world("a: {run: \"nosuchprogram {outptu} > {output}; f() { :; }; f; awk '{print}' x\"}\n")
    let plan = try world.sluice("plan")
    #expect(
      plan.output.contains("'nosuchprogram' is no program in PATH") && plan.output.contains("did you mean {output}?"))
    #expect(
      plan.output.split(separator: "\n").count { $0.contains("note:") && ($0.contains("PATH") || $0.contains("mean")) }
        == 2, "\(plan.output)")
  }

  @Test func aPlaceholderOfAnotherModeIsSaid() throws {
    let world = try world(
      "src: {uses: import, with: {path: in}}\na: {run: \"echo {id} > {output}; jq '{id}' x\", needs: src}\nb: {run: \"cat {Input}\", needs: src, with: {mode: item}}\nc: {run: \"cat {input}\", needs: src, with: {mode: lines}}\n",
      ["in/a": "a\n"])
    let plan = try world.sluice("plan").output
    for note in [
      "a: {id} has no value in the mode whole", "b: {Input} is left as it is",
      "c: {input} has no value in the mode lines",
    ] {
      #expect(plan.contains(note), "\(plan)")
    }
    #expect(plan.split(separator: "\n").count { $0.contains("{id}") } == 1, "what stands for a program is left alone")
  }

  @Test func oneSourceThatIsMissingDoesNotHideTheOthers() throws {
    let world = try world(
      "src: {uses: import, with: {path: in}}\nno: {uses: import, with: {path: nofile.csv}}\nboth: {run: \"cat\", needs: [src, no]}\n",
      ["in/a": "a\n"])
    let plan = try world.sluice("plan")
    #expect(plan.exitCode == 0 && plan.output.contains("there is no file nofile.csv") && plan.output.contains("src "))
    let run = try world.sluice("run")
    #expect(run.exitCode == 1 && run.output.contains("Not published"), "\(run.output)")
    let why = try world.sluice("why", "no")
    #expect(why.exitCode == 0 && why.output.contains("there is no file nofile.csv"), "\(why.output) \(why.errors)")
  }

  @Test func aSourceWithARowInQuarantineIsNotAlwaysNew() throws {
    let world = try world("src: {uses: import, with: {path: t.csv}}\n", ["t.csv": "id,a\nx,1\nx,2\ny,3\n"])
    world.settle()
    _ = try world.run()
    let plan = try world.sluice("plan").output
    #expect(!plan.contains("the sources changed") && plan.contains("quarantined"), "\(plan)")
    let item = try #require(try world.sluice("status", "--json").json?["quarantine"]?.array?.first?["item"]?.string)
    let why = try world.sluice("why", "src", item)
    #expect(
      why.output.contains("is in quarantine in src") && why.output.contains("duplicate_id"),
      "\(why.output) \(why.errors)")
  }

  @Test func aDocumentThatWasEditedSince() throws {
    let world = try world(
      "src: {uses: import, with: {path: in}}\nup: {run: \"tr a-z A-Z < {input} > {output}\", needs: src, with: {mode: item}}\n",
      ["in/a.txt": "one\n"])
    #expect(try world.run().exitCode == 0)
    #expect(!(try world.sluice("why", "up", "in/a.txt").output.contains("would begin")))
    try world.write("in/a.txt", "two, and more\n")
    #expect(try world.sluice("why", "up", "in/a.txt").output.contains("A run now would begin with src"))
  }

  @Test func filesOfAnItemCommandHaveTheNameThatIsAskedFor() throws {
    let world = try world(
      "src: {uses: import, with: {path: in}}\nup: {run: \"tr a-z A-Z < {input} > {output}\", needs: src, with: {mode: item, output_name: \"up {id}.md\"}, publish: true}\n",
      ["in/a.txt": "one\n"])
    #expect(try world.run().exitCode == 0)
    #expect(try world.read("artifacts/published/w/up/up%20in%2Fa.txt.md") == "ONE\n")
  }

  @Test(arguments: [
    ("python3 t.py --log=f81.log f > {output}", ""), ("cp f f81; date +%N >> f81; cat f81 > {output}; : f81", ""),
    ("cat f81; sort -o f81 f; cat f81 > {output}", ""), ("echo $$$$ >> f81; cat f > {output}", ""),
    ("python3 t.py --log=f81 {input} > {output}", ", needs: src, with: {mode: item}"),
    ("python3 t.py --log=f81 lines", ", needs: src, with: {mode: lines}"),
  ])
  func aFileThatTheCommandWritesIsNoInput(line: String, rest: String) throws {
    let world = try world(
      "src: {uses: import, with: {path: in}}\na: {run: \"\(line)\", publish: true\(rest)}\n",
      [
        "f": "1\n", "in/1": "1\n", "in/2": "2\n", "in/3": "3\n",
        "t.py": """
        import json, sys
        def log():
          with open(sys.argv[1][6:], 'a') as f: f.write('x')
        if sys.argv[2] == 'lines':
          for l in sys.stdin:
            log()
            print(json.dumps({'id': json.loads(l)['id'], 'v': open('f').read()}), flush=True)
        else:
          log()
          print(open('f').read())
        """,
      ])
    for attempt in 1...3 {
      let run = try world.run()
      #expect(run.exitCode == 0, "\(attempt): \(run.errors) \(run.result)")
    }
    // What it reads is an input still.
    try world.write("f", "2\n")
    #expect(try world.run().exitCode == 0)
    let made = try world.published("w").filter { $0.key.hasPrefix("a/") }
    #expect(rest.contains("item") || made.values.contains { String(decoding: $0, as: UTF8.self).contains("2") })
  }

  @Test func inputsThatAreNotNamed() throws {
    for rest in ["", ", with: {inputs: []}"] {
      let run = try world("a: {run: \"echo {inputs} > {output}\"\(rest)}\n").sluice("run", "-q")
      #expect(run.exitCode == 2 && run.errors.contains("'run' has {inputs}"), "\(run.errors)")
    }
    let named = try world("a: {run: \"cat {inputs} > {output}\", with: {inputs: [f]}}\n", ["f": "1\n"])
    #expect(try named.run().exitCode == 0)
  }

  @Test func maxAttempts() throws {
    let script = "n=$(cat $1 2>/dev/null || echo 0); n=$((n+1)); echo $n > $1; [ $n -ge 3 ] && echo ok > $2\n"
    let world = try world(
      "src: {uses: import, with: {path: in}}\n"
        + "item: {run: \"sh flaky.sh n1 {output} {input}\", needs: src, with: {mode: item, max_attempts: 5, backoff: 1ms}}\n"
        + "whole: {run: \"sh flaky.sh n2 {output}\", with: {max_attempts: 3, backoff: 1ms}}\n",
      ["in/a": "x", "flaky.sh": script])
    let run = try world.run()
    #expect(run.exitCode == 0, "\(run.errors) \(run.result)")
    #expect(try world.read("n1") == "3\n" && world.read("n2") == "3\n")
  }

  @Test func aVariableThatIsMissingStopsItsStageOnly() throws {
    let world = try world(
      "a: {run: \"echo $SLUICE_TEST_MODE > {output}\", with: {env: [SLUICE_TEST_MODE]}}\nb: {run: \"echo hi > {output}\"}\n"
    )
    #expect(try world.run("b").exitCode == 0)
    let plan = try world.sluice("plan", "--json")
    #expect(
      plan.exitCode == 0
        && plan.json?["stages"]?[0]?["problem"]?.string?.contains("SLUICE_TEST_MODE is not set") == true)
    let run = try world.run()
    #expect(run.exitCode == 1 && run.state("a") == "failed" && run.state("b") == "up_to_date")
    #expect(try world.run(environment: ["SLUICE_TEST_MODE": "x"]).exitCode == 0)
    try world.write(
      "pipelines/w.yaml",
      world.read("pipelines/w.yaml")
        + "  l: {run: \"echo '{}' > {output}\", with: {output: jsonl}}\n"
        + "  f: {uses: fetch, needs: l, with: {headers: {A: \"${env.SLUICE_TEST_TOKEN}\"}}}\n")
    #expect(try world.run("b").exitCode == 0, "a secret of a stage that does not run")
    #expect(try world.sluice("run", "f").exitCode == 2)
  }
}
