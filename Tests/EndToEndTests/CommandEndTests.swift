import Foundations
import Glibc
import TestSupport
import Testing

/// Programs end: when they are done, when they hang, when the run does.
@Suite struct CommandEndTests {
  private func lines(_ line: String, timeout: String = "3s", rest: String = "") throws -> World {
    try World([
      "pipelines/w.yaml": """
      pipeline: w
      tolerate: 100%
      stages:
        gen: {uses: import, with: {path: a.jsonl}}
        l: {run: "\(line)", needs: gen, with: {mode: lines, timeout: \(timeout)\(rest)}, publish: true}
      """,
      "a.jsonl": (1...3).map { "{\"id\":\"i\($0)\"}\n" }.joined(),
      "cat.py": "import sys\nfor l in sys.stdin: print(l.strip(), flush=True)\n",
      "held.py": "import sys, subprocess\nsubprocess.Popen(['sleep', '60'])\nsys.stdin.readline()\nsys.exit(3)\n",
      "load.py": "import sys, time\ntime.sleep(1)\nfor l in sys.stdin: sys.stdout.write(l)\n",
      "steady.py": "import sys, time\nfor l in sys.stdin:\n  time.sleep(0.5)\n  print(l.strip(), flush=True)\n",
    ])
  }

  private func answered(_ world: World) throws -> Int {
    try ByteSearch.lines(FileSystem.read(world.path("artifacts/published/w/l/items.jsonl"))).count
  }

  @Test(arguments: [
    "python3 load.py", "cat", "cd . && python3 cat.py", "X=1 python3 cat.py", "head -n 1", "python3 cat.py | cat",
    "sort",
  ])
  func allAreAnswered(line: String) throws {
    let world = try lines(line, timeout: "20s")
    let run = try world.run()
    #expect(run.exitCode == 0, "\(run.errors) \(run.result)")
    #expect(try answered(world) == 3)
  }

  @Test(arguments: ["cat > /dev/null; exec >&-; sleep 60", "exec >&-; sleep 60", "python3 held.py"])
  func anEndIsNoticedAtOnce(line: String) throws {
    let world = try lines(line, timeout: "100s")
    let start = MonotonicClock.now
    #expect(try world.run().exitCode == 3)
    #expect(MonotonicClock.seconds(since: start) < 30)
  }

  @Test func aTimeLimitIsForEachAnswer() throws {
    // Three answers of half a second each; Python may take its time to start.
    #expect(try lines("python3 steady.py", timeout: "1200ms", rest: ", start_timeout: 20s").run().exitCode == 0)
    #expect(try lines("python3 load.py", timeout: "400ms", rest: ", start_timeout: 20s").run().exitCode == 0)
    let world = try lines("trap '' TERM; sleep 60", timeout: "100ms")
    let run = try world.run()
    #expect(run.stage("l")["failed"]?.int == 3)
    #expect("\(try world.sluice("status", "--json").json ?? .null)".contains("no answer for 100 ms"))
  }

  @Test(arguments: [
    "echo loading model; cat", "yes garbage", "yes ''", "while :; do echo; sleep 0.1; done",
    "while :; do echo '{\\\"id\\\":\\\"foreign\\\"}'; sleep 0.1; done",
  ])
  func whatIsNoAnswerIsNoSignOfLife(line: String) throws {
    let world = try lines(line, timeout: "500ms")
    #expect(try world.start("run", "-q").wait(timeout: 20).exitCode == 3)
  }

  @Test func anItemThatKillsItsProgramFailsAlone() throws {
    // The others are answered, also by a program that has answered some before it dies.
    let world = try lines("python3 fussy.py", timeout: "5s")
    try world.write(
      "fussy.py",
      "import sys\nfor l in sys.stdin:\n  if 'i2' in l: sys.exit(print('oh no', flush=True))\n  print(l.strip(), flush=True)\n"
    )
    let run = try world.run()
    #expect(run.exitCode == 3 && run.stage("l")["failed"]?.int == 1)
    #expect(try answered(world) == 2)
  }

  @Test(arguments: ["lines", "item", "whole"])
  func twoInterruptsAreEnough(mode: String) throws {
    let world = try lines("trap '' TERM INT; touch begun; sleep 60; sleep 60", timeout: "100s")
    let pipeline = try world.read("pipelines/w.yaml").split(separator: "mode: lines", omittingEmptySubsequences: false)
    try world.write("pipelines/w.yaml", pipeline.joined(separator: "mode: \(mode)"))
    let run = try world.start("run", "-q")
    try wait { world.exists("begun") }
    run.signal(SIGINT)
    usleep(100_000)
    run.signal(SIGTERM)
    let start = MonotonicClock.now
    #expect(try run.wait().exitCode == 130)
    #expect(MonotonicClock.seconds(since: start) < 8)
  }

  @Test func whoWaitsForMoreHoldsNoJob() throws {
    // With one job: the stage above makes item after item, the program answers when it has them all.
    let world = try World(
      stages: """
        gen: {uses: import, with: {path: a.jsonl}}
        each: {run: "cat {input} > {output}", needs: gen, with: {mode: item, output: jsonl}}
        l: {run: "sort", needs: each, with: {mode: lines, timeout: 60s}, publish: true}
        """, ["a.jsonl": (1...60).map { "{\"id\":\"i\($0)\"}\n" }.joined()])
    let start = MonotonicClock.now
    #expect(try world.run("--jobs", "1").exitCode == 0)
    #expect(try answered(world) == 60)
    #expect(MonotonicClock.seconds(since: start) < 25)
  }

  private func wait(_ condition: () -> Bool) throws {
    let deadline = MonotonicClock.deadline(after: 20)
    while !condition() {
      try #require(MonotonicClock.now < deadline)
      usleep(5_000)
    }
  }

  private func pid(_ world: World, _ file: String) throws -> pid_t {
    try wait { (try? world.read(file))?.hasSuffix("\n") == true }
    return try #require(pid_t(world.read(file).filter(\.isNumber)))
  }

  @Test func nothingOutlivesAStageOrARun() throws {
    let world = try World([
      "pipelines/w.yaml": """
      pipeline: w
      stages:
        a: {run: "sleep 60 & echo $! > a; echo hi > {output}"}
        d: {run: "(trap '' TERM; sleep 60) & echo $! > d; echo hi > {output}"}
        b: {run: "echo $$$$ > b; sleep 60; true", needs: [a, d]}
        c: {run: "setsid sh -c 'echo $$$$ > c; sleep 60' & sleep 60", needs: [a, d]}
      """
    ])
    let run = try world.start("run", "-q", "-j", "2")
    let pids = try ["a", "d", "b", "c"].map { try pid(world, $0) }
    try wait { kill(pids[0], 0) != 0 && kill(pids[1], 0) != 0 }
    #expect(kill(pids[2], 0) == 0 && kill(pids[3], 0) == 0)
    kill(run.pid, SIGKILL)
    // Also what has left its group, and all of it is collected, too.
    try wait { pids.allSatisfy { kill($0, 0) != 0 } }
  }

  @Test func whatWaitsForItsTurnIsNotStartedAfterAnInterrupt() throws {
    let stages = (1...6).map { "  s\($0): {run: \"touch began\($0); sleep 1; echo x\"}\n" }.joined()
    let world = try World(["pipelines/w.yaml": "pipeline: w\nstages:\n" + stages])
    let run = try world.start("run", "-q", "-j", "1")
    try wait { (1...6).contains { world.exists("began\($0)") } }
    let during = try world.sluice("status")
    #expect(during.exitCode == 0 && !during.errors.contains("damaged"), "\(during.errors)")
    #expect(try world.sluice("runs").output.contains("running"))
    run.signal(SIGINT)
    #expect(try run.wait(timeout: 30).exitCode == 130)
    #expect((1...6).count { world.exists("began\($0)") } == 1)
  }

  @Test func whatCannotBeStartedFailsItsItemOnly() throws {
    let world = try World([
      "pipelines/w.yaml": """
      pipeline: w
      tolerate: 100%
      stages:
        src: {uses: import, with: {path: a.jsonl}}
        big: {run: "./args --x={id}{id}{id}{id} {output}", needs: src, with: {mode: item}}
        bad: {run: "./bad {output}", needs: src, with: {mode: item}}
        plain: {run: "./plain {output}", needs: src, with: {mode: item}, publish: true}
      """,
      "a.jsonl": "{\"id\":\"i1\"}\n{\"id\":\"\(String(repeating: "y", count: 60_000))\"}\n",
      "args": "#!/bin/sh\necho ok > \"$2\"\n", "bad": "#!/nonexistent\n", "plain": "echo \"by $0\" > \"$1\"\n",
    ])
    for name in ["args", "bad", "plain"] { chmod(world.path(name), 0o755) }
    let run = try world.run()
    #expect(run.exitCode == 3, "\(run.errors)")
    #expect(run.done("big") == 1 && run.stage("big")["failed"]?.int == 1, "\(run.result)")
    #expect(run.stage("bad")["failed"]?.int == 2, "\(run.result)")
    #expect(
      try world.read("artifacts/published/w/plain/i1") == "by ./plain\n", "a script sees its name as it is written")
  }

  @Test func nohup() throws {
    let world = try World([
      "pipelines/w.yaml": "pipeline: w\nstages:\n  a: {run: \"touch begun; sleep 0.5; echo hi > {output}\"}\n"
    ])
    let run = try RunningProgram(["nohup", BuiltProgram.path, "run", "-q"], in: world.directory)
    try wait { world.exists("begun") }
    run.signal(SIGHUP)
    #expect(try run.wait().exitCode == 0)
  }

  @Test func howManyJobs() throws {
    let world = try World(["pipelines/w.yaml": "pipeline: w\nstages:\n  a: {run: \"true > {output}\"}\n"])
    for jobs in ["99999999999", "99999999999999999999999", "0", "-1", "4097"] {
      let run = try world.sluice("run", "-j", jobs)
      #expect(run.exitCode == 2 && run.errors.contains("--jobs"), "\(jobs): \(run.errors)")
    }
  }
}
