import Foundations
import Glibc
import TestSupport
import Testing

/// Nothing leaves, ages or collapses in silence, whichever stage it happens in.
@Suite struct GuardTests {
  private func rows(_ count: Int, _ kind: String) -> String {
    (0..<count).map { "{\"id\":\"r\($0)\",\"k\":\"\(kind)\",\"text\":\"text \($0)\"}\n" }.joined()
  }

  private func world(_ stages: String, rules: String = "guard: {max_vanish: 20%}") throws -> World {
    try World(["pipelines/p.yaml": "pipeline: p\n\(rules)\nstages:\n\(stages)\n"])
  }

  @Test func aFilterThatLetsNothingPassAnyMore() throws {
    let world = try world(
      "  s: {uses: import, with: {path: t.jsonl}}\n  f: {uses: filter, needs: s, with: {where: {k: a}}, publish: true}")
    try world.write("t.jsonl", rows(30, "a"))
    #expect(try world.run().exitCode == 0)
    let before = try world.published("p")
    try world.write("t.jsonl", rows(30, "b"))
    let run = try world.run()
    #expect(run.exitCode == 7 && run.state("f") == "guarded", "\(run.result)")
    #expect(try world.published("p") == before)
    #expect(try world.sluice("status", "--json").json?["stages"]?[1]?["state"] == "guarded")
    // By hand into nothing: asked, too.
    try world.write("t.jsonl", rows(30, "a"))
    #expect(try world.run("--set", "f.where={k: c}").exitCode == 7)
    // By hand into less: that is what was meant.
    try world.write("t.jsonl", rows(30, "a") + "{\"id\":\"one\",\"k\":\"b\",\"text\":\"x\"}\n")
    #expect(try world.run("--set", "f.where={k: b}").exitCode == 0)
    #expect(try world.run().exitCode == 0)
    #expect(try world.run("--set", "f.where={k: c}", "--allow-vanish").exitCode == 0)
  }

  @Test(arguments: [
    "run: \"cat list.jsonl\", with: {output: jsonl, inputs: [list.jsonl]}",
    "run: \"sh list.sh\", with: {output: jsonl}",
  ])
  func aListingCommandThatPrintsNothing(_ stage: String) throws {
    let world = try world("  list: {\(stage), publish: true}")
    try world.write("list.jsonl", rows(5, "a"))
    try world.write("list.sh", "cat list.jsonl # 1\n")
    #expect(try world.run().exitCode == 0)
    let before = try world.published("p")
    try world.write("list.jsonl", "")
    try world.write("list.sh", "cat list.jsonl # 2\n")
    #expect(try world.run().exitCode == 7)
    #expect(try world.published("p") == before)
    #expect(try world.run("--allow-vanish").exitCode == 0)
  }

  @Test func manyItemsThatTurnIntoTheSameText() throws {
    let world = try world(
      """
        s: {uses: import, with: {path: "in/*.txt"}}
        t: {run: "cat", needs: s, with: {mode: item}, publish: true}
      """)
    for number in 0..<10 { try world.write("in/\(number).txt", "page \(number)\n") }
    #expect(try world.run().exitCode == 0)
    let before = try world.published("p")
    for number in 0..<4 { try world.write("in/\(number).txt", "Please sign in\n") }
    let run = try world.run()
    #expect(run.exitCode == 8, "\(run.result)")
    #expect("\(run.result)".contains("now have all the same"), "\(run.result)")
    #expect(try world.published("p") == before)
    // Items that were the same before may go on being the same.
    #expect(try world.sluice("publish", "--anyway").exitCode == 0)
    for number in 0..<4 { try world.write("in/\(number).txt", "Please log in\n") }
    #expect(try world.run().exitCode == 0)
  }

  static func wall(_ number: Int) -> String {
    "<html><head><title>Sign in</title></head><body><h1>Sign in</h1><form action='/login' method='post'><input name='user'><input type='password' name='password'><button>Log in</button></form></body></html>"
  }

  @Test func aLogInWallReplacesNoGoodPage() throws {
    let names = (0..<25).map { "p\($0)" }
    let server = try NginxServer(
      files: Dictionary(uniqueKeysWithValues: names.map { ("\($0).html", Array(FetchWorldTests.page($0).utf8)) }))
    let access = "refresh: 0s, allow_private: true, robots: false, backoff: 10ms, max_attempts: 2"
    let world = try world(
      """
        src:   {uses: import, with: {path: urls.csv}}
        fetch: {uses: fetch, needs: src, with: {\(access)}}
        text:  {uses: parse, needs: fetch, publish: true}
      """)
    func list(_ names: [String]) throws {
      try world.write("urls.csv", "url\n" + names.map { "\(server.url)/\($0).html\n" }.joined())
    }
    try list(names)
    let first = try world.run()
    #expect(first.exitCode == 0, "\(first.result)")
    let before = try world.published("p")
    for name in names + ["new"] { try server.write("\(name).html", Array(Self.wall(0).utf8)) }
    let walled = try world.run()
    #expect(walled.exitCode == 8, "\(walled.result)")
    let screen = try world.sluice("run").output
    #expect(screen.contains("fetch walled: 100%, allowed is <= 33.33%"), "\(screen)")
    #expect(screen.contains("login_wall: a password field"), "\(screen)")
    #expect(walled.stage("fetch")["stale"]?.int == 25)
    #expect(try world.published("p") == before, "the last good version stays")
    // What never had a good version is quarantined.
    try list(names + ["new"])
    let more = try world.run()
    #expect(more.exitCode == 8 && more.stage("fetch")["failed"]?.int == 1, "\(more.result)")
    let entries = try world.sluice("status", "--json").json?["quarantine"]?.array ?? []
    #expect(
      entries.count == 26 && entries.allSatisfy { $0["kind"]?.string == "login_wall" }, "\(entries.first ?? .null)")
    #expect(try world.published("p") == before)
    // A limit counts them: nothing is published, and the run says so.
    #expect(try world.run("--set", "fetch.max_stale=10%").exitCode == 1)
    for name in names + ["new"] { try server.write("\(name).html", Array(FetchWorldTests.page(name).utf8)) }
    #expect(try world.run().exitCode == 0)
  }

  @Test func whatCannotBeRefreshedForTooLongIsGone() throws {
    let server = try NginxServer(files: ["a.html": Array(FetchWorldTests.page("a").utf8)])
    let other = try NginxServer(files: ["b.html": Array(FetchWorldTests.page("b").utf8)])
    let access = "refresh: 0s, allow_private: true, robots: false, backoff: 10ms, max_attempts: 1, max_age: 1s"
    let world = try world(
      "  src: {uses: import, with: {path: urls.csv}}\n  fetch: {uses: fetch, needs: src, with: {\(access)}, publish: true}",
      rules: "guard: {max_vanish: 60%}")
    try world.write("urls.csv", "url\n\(server.url)/a.html\n\(other.url)/b.html\n")
    #expect(try world.run().exitCode == 0)
    server.stop()
    let stale = try world.run()
    #expect(stale.exitCode == 3 && stale.stage("fetch")["outputs"]?.int == 2, "\(stale.result)")
    usleep(1_200_000)
    let gone = try world.run()
    #expect(gone.exitCode == 0 && gone.stage("fetch")["outputs"]?.int == 1, "\(gone.result)")
    #expect(try world.sluice("status", "--json").json?["quarantine"]?.array?.isEmpty == true)
    // It stays gone, and that is no news.
    let still = try world.run()
    #expect(still.exitCode == 0 && still.stage("fetch")["outputs"]?.int == 1, "\(still.result)")
  }

  @Test func recordsOfACommandThatCollapse() throws {
    let world = try world(
      "  list: {run: \"cat list.jsonl\", with: {output: jsonl, inputs: [list.jsonl]}, publish: true}")
    try world.write("list.jsonl", rows(30, "a"))
    #expect(try world.run().exitCode == 0)
    let before = try world.published("p")
    try world.write("list.jsonl", (0..<30).map { "{\"id\":\"r\($0)\",\"k\":\"a\",\"text\":\"LOGIN\"}\n" }.joined())
    let run = try world.run()
    #expect(run.exitCode == 8, "\(run.result)")
    #expect(try world.published("p") == before)
    #expect(try world.run().exitCode == 8, "the next night says it again")
  }

  /// Walls that differ by a number each.
  @Test func itemsThatLoseNearlyAllTheySay() throws {
    let world = try world(
      "  s: {uses: import, with: {path: \"in/*.txt\"}}\n  t: {run: \"cat\", needs: s, with: {mode: item}, publish: true}"
    )
    for number in 0..<10 {
      try world.write("in/\(number).txt", String(repeating: "page \(number) says much\n", count: 30))
    }
    #expect(try world.run().exitCode == 0)
    for number in 0..<4 { try world.write("in/\(number).txt", "Sign in, \(number * 7919)\n") }
    let run = try world.run()
    #expect(run.exitCode == 8 && "\(run.result)".contains("lost nearly all"), "\(run.result)")
    #expect(try world.sluice("status").exitCode == 8)
  }

  @Test func aFieldThatNoItemHasIsSaid() throws {
    let world = try world(
      "  s: {uses: import, with: {path: t.jsonl}}\n  f: {uses: filter, needs: s, with: {where: {kk: a}, drop: [txt]}}")
    try world.write("t.jsonl", rows(3, "a"))
    let run = try world.sluice("run")
    #expect(run.exitCode == 0)
    #expect(run.errors.contains("has a field 'kk': did you mean 'k'?"), "\(run.errors)")
    #expect(run.errors.contains("has a field 'txt': did you mean 'text'?"), "\(run.errors)")
    #expect(run.errors.contains("none of 3 items passes"), "\(run.errors)")
  }

  @Test func aPlanSaysThatTheGuardWouldStop() throws {
    let world = try world("  s: {uses: import, with: {path: t.jsonl}}\n  f: {uses: filter, needs: s, publish: true}")
    try world.write("t.jsonl", rows(30, "a"))
    #expect(try world.run().exitCode == 0)
    try world.write("t.jsonl", rows(2, "a"))
    world.settle()
    #expect(try world.sluice("plan").output.contains("The guard would stop s, f"))
    #expect(try world.sluice("plan", "--json").json?["stages"]?[0]?["guarded"] == true)
    #expect(try world.run().exitCode == 7)
  }
}
