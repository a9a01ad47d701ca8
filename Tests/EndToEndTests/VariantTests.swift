import Foundations
import TestSupport
import Testing

/// Trying other parameters beside production.
@Suite struct VariantTests {
  private func world() throws -> World {
    let world = try World([
      "pipelines/p.yaml": """
      pipeline: p
      params: {v: one}   # what is said
      stages:
        src: {uses: import, with: {path: "in/*.txt"}}
        up:  {run: "tr a-z A-Z", needs: src, with: {mode: item}, publish: true}
        say: {run: "cat; echo ${params.v}", needs: up, with: {mode: item}, publish: true}
        all: {run: "cat {input}/* > {output}", needs: say}

      """
    ])
    for number in 0..<4 { try world.write("in/\(number).txt", "text \(number)\n") }
    return world
  }

  @Test func onlyWhatDiffersIsComputedAndProductionIsAsItWas() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    let before = try world.published("p")
    let runs = try world.sluice("runs").output
    let history = try world.sluice("history").output
    let run = try world.run("--set", "params.v=two")
    #expect(run.exitCode == 0)
    #expect(run.done("say") == 4 && run.stage("up")["state"] == "up_to_date", "\(run.result)")
    #expect(try world.published("p") == before)
    #expect(
      try world.published("p@try")["all/output"].map { String(decoding: $0, as: UTF8.self) }?.contains("two") == true)
    #expect(try world.sluice("runs").output == runs)
    #expect(try world.sluice("history").output == history)
    #expect(try world.run().didNoWork)
    #expect(try world.run("--as", "try").didNoWork, "with what it was begun with")
    // Read by name.
    #expect(try world.sluice("show", "say", "in/0.txt", "--variant", "try").output.contains("two"))
    #expect(try world.sluice("show", "say", "in/0.txt", "--variant", "tri").errors.contains("Did you mean 'try'?"))
    #expect(try world.sluice("status", "--variant", "try").exitCode == 0)
    #expect(try world.sluice("history", "--variant", "try", "--json").json?["generations"]?.array?.count == 1)
    let list = try world.sluice("variants", "--json").json?.array ?? []
    #expect(list.count == 1 && list[0]["settings"] == ["params.v=two"] && list[0]["generation"] == 1, "\(list)")
  }

  @Test func aVariantCanBeTakenOver() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    #expect(try world.run("--set", "params.v=two", "--as", "other").exitCode == 0)
    let shown = try world.sluice("variants", "adopt", "other")
    #expect(shown.output.contains("+ params: {v: two}   # what is said"), "\(shown.output)")
    #expect(try world.read("pipelines/p.yaml").contains("v: one"), "it is only shown")
    #expect(try world.sluice("variants", "adopt", "other", "--write").exitCode == 0)
    #expect(try world.read("pipelines/p.yaml").contains("params: {v: two}   # what is said\n"))
    let run = try world.run()
    #expect(run.exitCode == 0 && run.done("say") == 0 && run.done("all") == 0, "all hits: \(run.result)")
    #expect(try world.published("p") == world.published("p@other"))
    #expect(try world.sluice("variants", "remove", "other").exitCode == 0)
    #expect(try world.sluice("variants", "--json").json?.array?.isEmpty == true)
    #expect(!world.exists("artifacts/published/p@other") && !world.exists("artifacts/generations/p@other"))
    #expect(try world.sluice("fsck").exitCode == 0)
    #expect(try world.sluice("gc").exitCode == 0)
    #expect(try world.run().didNoWork)
  }

  /// Whatever was tried in between, production makes the same bytes.
  @Test func productionDoesNotDependOnWhatWasTried() throws {
    let (plain, tried) = (try world(), try world())
    for (round, world) in [(0, plain), (1, tried)] {
      #expect(try world.run().exitCode == 0)
      for night in 0..<3 {
        if round == 1 {
          #expect(try world.run("--set", "params.v=\(["a", "b", "a"][night])").exitCode == 0)
          #expect(try world.run("--set", "up.run=rev", "--as", "rev").exitCode == 0)
        }
        try world.write("in/\(night).txt", "night \(night)\n")
        #expect(try world.run().exitCode == 0)
        if round == 1, night == 1 { #expect(try world.sluice("variants", "remove", "try").exitCode == 0) }
        if round == 1 { #expect(try world.sluice("gc").exitCode == 0) }
      }
    }
    #expect(try plain.published("p") == tried.published("p"))
  }

  @Test func whatIsNoVariantIsSaid() throws {
    let world = try world()
    #expect(try world.run().exitCode == 0)
    #expect(try world.sluice("run", "--as", "none").errors.contains("has no variant 'none'"))
    #expect(try world.sluice("run", "--set", "params.v=x", "--as", "a/b").exitCode == 2)
    #expect(try world.sluice("variants", "adpot", "x").errors.contains("adopt"))
    #expect(try world.sluice("variants", "remove", "x").exitCode == 2)
  }
}
