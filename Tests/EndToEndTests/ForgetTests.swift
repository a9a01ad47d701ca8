import Foundations
import Glibc
import TestSupport
import Testing

/// Items that leave everything: results, generations, variants, objects, caches, logs.
@Suite struct ForgetTests {
  private func forget(_ world: World, _ words: String...) throws -> ProgramRun {
    try ProgramRun.run([BuiltProgram.path, "forget"] + words, in: world.directory)
  }

  @Test func nothingIsLeftAndAllElseIsAsIfItHadNeverBeen() throws {
    let (world, plain) = (try ForgetWorld.make(), try ForgetWorld.make(withJane: false))
    for (world, withJane) in [(world, true), (plain, false)] {
      try ForgetWorld.live(world, nights: 4, withJane: withJane)
      #expect(try world.run("--set", "params.v=two").exitCode == 0)
    }
    #expect(try !ForgetWorld.traces(in: world).isEmpty, "the search finds what is there")
    let dry = try forget(world, "--dry-run", ForgetWorld.id)
    #expect(dry.exitCode == 0 && dry.output.contains(ForgetWorld.id), "\(dry.output)\(dry.errors)")
    #expect(dry.output.contains("generation 1 of p would no longer hold all, index, size"), "\(dry.output)")
    #expect(try world.run().didNoWork, "it was only said")
    let done = try forget(world, ForgetWorld.id, "--json")
    #expect(done.exitCode == 0, "\(done.output)\(done.errors)")
    #expect(try ForgetWorld.traces(in: world) == "")
    #expect(done.json?["search"]?["clean"] == true)
    #expect(done.json?["problems"] == [], "\(done.output)")
    // What readers see is what they would see had it never been there: an index is made from nothing, all else is as if.
    #expect(try ForgetWorld.differences(world, plain) == ["index/index.sqlite"])
    #expect(try ForgetWorld.differences(world, plain, "p@try") == ["index/index.sqlite"])
    let fresh = try ForgetWorld.copy(of: plain)
    #expect(try fresh.run().exitCode == 0)
    #expect(try ForgetWorld.differences(world, fresh) == [])
    let (left, never) = (try ForgetWorld.generations(world), try ForgetWorld.generations(plain))
    let whole = ["/index/", "/all/", "/size/"]
    for (name, bytes) in never where name != "4/index/index.sqlite" {
      let isGone = !name.hasPrefix("4/") && whole.contains { name.contains($0) }
      let isAsItShould = isGone ? left[name] == nil : left[name] == bytes
      #expect(isAsItShould, "\(name)")
    }
    #expect(Set(left.keys).isSubset(of: never.keys))
    #expect(try world.sluice("fsck").exitCode == 0)
    // The file still lies there: neither an idle run nor one with changes brings it back.
    #expect(try world.run().didNoWork)
    world.touch(ForgetWorld.id)
    let plan = try world.sluice("plan").output
    #expect(!plan.contains("jane"), "\(plan)")
    for world in [world, plain] {
      try world.write("docs/7.md", ForgetWorld.text(7, night: 9))
      #expect(try world.run().exitCode == 0)
      #expect(try world.run("--as", "try").exitCode == 0)
    }
    #expect(try ForgetWorld.differences(world, plain).filter { $0 != "index/index.sqlite" } == [])
    #expect(try ForgetWorld.traces(in: world) == "")
    #expect(try world.sluice("gc").exitCode == 0)
    #expect(try world.sluice("rollback").exitCode == 0)
    #expect(try ForgetWorld.traces(in: world) == "")
    // Again: there is nothing to do, and it says so.
    #expect(try forget(world, ForgetWorld.id).exitCode == 0)
  }

  @Test func aChunkCanBeForgottenAlone() throws {
    let world = try ForgetWorld.make()
    #expect(try world.run().exitCode == 0)
    let ids = try world.read("artifacts/published/p/chunk/chunks.jsonl").split(separator: "\n").compactMap {
      try JSONValue(parsing: String($0))["id"]?.string
    }
    let id = try #require(ids.first { $0.hasPrefix(ForgetWorld.id) })
    let done = try forget(world, id)
    #expect(done.exitCode == 0, "\(done.output)\(done.errors)")
    #expect(done.output.contains("stand in other documents as well"), "its text is the document's: \(done.output)")
    #expect(try ForgetWorld.traces(in: world, [id]) == "")
    try world.write(ForgetWorld.id, ForgetWorld.jane(0) + "\n")
    #expect(try world.run("--force", "chunk").exitCode == 0)
    #expect(try !world.read("artifacts/published/p/chunk/chunks.jsonl").contains(id))
  }

  @Test func itIsFoundByWhatItsSourceSays() throws {
    let world = try ForgetWorld.make()
    #expect(try world.run().exitCode == 0)
    let dry = try forget(world, "--where", "source ~ \"JANE\" and content_type = text/markdown", "--dry-run", "--json")
    #expect(dry.json?["leaving"]?.array?.contains { $0["stage"] == "src" && $0["count"] == 1 } == true, "\(dry.output)")
    #expect(try forget(world, "--where", "source ~ john").exitCode == 2)
    #expect(try forget(world, "--where", "source").errors.contains("has no = != or ~"))
    let wrong = try forget(world, "docs/jane.md")
    #expect(wrong.exitCode == 2 && wrong.errors.contains("has an item 'docs/jane.md'"), "\(wrong.errors)")
    #expect(try forget(world).exitCode == 2)
    #expect(try forget(world, "--where", "source ~ jane").exitCode == 0)
    #expect(try ForgetWorld.traces(in: world) == "")
    let list = try forget(world, "--list", "--json").json?.array ?? []
    #expect(list.count == 1 && list[0]["digest"]?.string?.hasPrefix("sha256:") == true)
    // And back again, if that is wanted.
    #expect(try forget(world, "--undo", ForgetWorld.id).exitCode == 0)
    #expect(try forget(world, "--undo", ForgetWorld.id).exitCode == 2)
    #expect(try world.run().exitCode == 0)
    #expect(try world.read("artifacts/published/p/chunk/chunks.jsonl").contains("purple heron"))
  }

  /// What was left out of a document comes back, though the document has not changed.
  @Test func aChunkComesBackWhenThatIsWanted() throws {
    let world = try ForgetWorld.make()
    #expect(try world.run().exitCode == 0)
    let before = try world.read("artifacts/published/p/chunk/chunks.jsonl")
    let id = try #require(
      before.split(separator: "\n").compactMap { try JSONValue(parsing: String($0))["id"]?.string }
        .first { $0.hasPrefix(ForgetWorld.id) })
    #expect(try forget(world, id).exitCode == 0)
    #expect(try world.run().didNoWork)
    #expect(try forget(world, "--undo", id).exitCode == 0)
    let run = try world.run()
    #expect(run.exitCode == 0)
    #expect(try world.read("artifacts/published/p/chunk/chunks.jsonl") == before)
    #expect(try world.run().didNoWork)
  }

  /// Readers keep an index, whatever became of the newest results.
  @Test(arguments: ["a gate", "a hold"])
  func readersKeepWhatIsMadeOfWholeDatasets(_ why: String) throws {
    let stages = ForgetWorld.stages + "\n" + #"each:  {run: "cat", needs: all, with: {mode: item}, publish: true}"#
    let rest = why == "a gate" ? "gates: {chunk: {count: \"<= 10\"}}" : ""
    let worlds = try [true, false].map { try ForgetWorld.make(withJane: $0, stages: stages, rest: rest) }
    for world in worlds {
      #expect(try world.run().exitCode == 0)
      for number in 20..<23 { try world.write("docs/\(number).md", ForgetWorld.text(number, night: 1)) }
      if why == "a gate" {
        #expect(try world.run().exitCode == 8)
      } else {
        #expect(try world.run().exitCode == 0)
        #expect(try world.sluice("rollback", "--hold").exitCode == 0)
      }
      #expect(try world.run("--set", "params.v=two").exitCode == (why == "a gate" ? 8 : 0))
    }
    let (world, plain) = (worlds[0], worlds[1])
    let dry = try forget(world, "--dry-run", ForgetWorld.id)
    #expect(dry.output.contains("which readers have: made anew for it: all, each, index, size"), "\(dry.output)")
    let done = try forget(world, ForgetWorld.id)
    #expect(done.exitCode == 0, "\(done.output)\(done.errors)")
    #expect(try ForgetWorld.traces(in: world) == "")
    #expect(try ForgetWorld.differences(world, plain) == [])
    #expect(try world.sluice("search", "index", "boats", "--mode", "text").exitCode == 0)
    #expect(try world.sluice("fsck").exitCode == 0)
    let variants = try world.sluice("variants").output
    #expect(!variants.contains("current"), "\(variants)")
    #expect(try world.sluice("publish", "--anyway").exitCode == 0)
    #expect(try ForgetWorld.traces(in: world) == "")
    #expect(try world.run().exitCode == 0)
  }

  /// What failed left its name and its message, and nothing else.
  @Test func whatIsInQuarantineCanBeForgotten() throws {
    let world = try ForgetWorld.make(
      stages: """
        src: {uses: import, with: {path: "docs/*.md"}}
        say: {run: "! grep -o 'p.*heron.*' >&2", needs: src, with: {mode: item}}
        """, rest: "tolerate: 50%")
    let run = try world.run()
    #expect(run.exitCode == 3, "\(run.result) \(run.errors)")
    #expect(try !ForgetWorld.traces(in: world).isEmpty)
    let done = try forget(world, ForgetWorld.id)
    #expect(done.exitCode == 0, "\(done.output)\(done.errors)")
    #expect(try ForgetWorld.traces(in: world) == "")
    #expect(try world.sluice("status", "--json").json?["quarantine"] == [])
    #expect(try world.run().exitCode == 0)
    #expect(try ForgetWorld.traces(in: world) == "")
  }

  @Test func whoIsAtWorkIsNotDisturbed() throws {
    let world = try ForgetWorld.make(
      stages: """
        src:  {uses: import, with: {path: "docs/*.md"}}
        slow: {run: "sleep 3; echo", needs: src}
        """)
    #expect(try world.run("src").exitCode == 0)
    let running = try world.start("run", "--quiet")
    usleep(1_000_000)
    let refused = try forget(world, ForgetWorld.id)
    #expect(refused.exitCode == 5, "\(refused.errors)")
    running.killGroup()
    _ = try running.wait()
  }
}
