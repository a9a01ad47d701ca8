import Foundations
import Manifest
import StageKit
import Store
import TestSupport
import Testing

@testable import Engine

/// What items turn into, whatever a stage answers.
@Suite struct ItemFlowTests {
  private func world(_ parameters: String = "", files: [String: String] = ["in/a.txt": "a", "in/b.txt": "b"]) throws
    -> EngineWorld
  {
    try EngineWorld(
      "src: {uses: import, with: {path: 'in/*.txt'}}", "s: {uses: scripted, needs: src, with: {\(parameters)}}",
      "all: {uses: gathered, needs: s}", files: files)
  }

  private func quarantine(_ world: EngineWorld) throws -> [String] {
    try world.reader().quarantine(of: "p").map { "\($0.item): \($0.kind) \($0.attempts)" }
  }

  @Test func equalWorkIsDoneOnce() throws {
    let world = try world(files: ["in/a.txt": "same", "in/b.txt": "same", "in/c.txt": "same", "in/d.txt": "other"])
    let run = try world.run()
    #expect(run.worked.count == 2, "\(run.worked)")
    #expect(try world.items(of: "s") == ["in/a.txt", "in/b.txt", "in/c.txt", "in/d.txt"])
    #expect(run.stage("s")?.counts.done == 2 && run.stage("s")?.counts.cached == 2)
  }

  /// A reader of one format that is newer has only the documents of that format read again.
  @Test func aNewerPartHasOnlyItsItemsMadeAnew() throws {
    let world = try world()
    func answer(_ versions: [String: Int]) {
      world.setParts(versions)
      world.answer { work in
        let part = work.item.id == "in/a.txt" ? "word" : "pdf"
        return .done(
          [ItemOutput(id: .same, members: ["made": JSONValue(versions[part] ?? 0)], inherits: true)],
          Freshness(seconds: nil, validators: ["part": .string(part), "version": JSONValue(versions[part] ?? 0)]))
      }
    }
    answer(["word": 1, "pdf": 1])
    #expect(try world.run().worked == ["in/a.txt", "in/b.txt"])
    #expect(try world.run().worked.isEmpty)
    answer(["word": 2, "pdf": 1])
    let run = try world.run()
    #expect(run.worked == ["in/a.txt"])
    #expect(run.stage("s")?.counts.done == 1 && run.stage("s")?.counts.cached == 1)
    #expect(try world.run().worked.isEmpty)
    // Back to the former version: what it once made is not taken for what it would make.
    answer(["word": 1, "pdf": 1])
    #expect(try world.run().worked == ["in/a.txt"])
  }

  @Test func equalWorkFailsTogether() throws {
    let world = try world(files: ["in/a.txt": "same", "in/b.txt": "same", "in/c.txt": "other"])
    world.answer { work in
      work.item.id == "in/c.txt"
        ? .done([ItemOutput(id: .same, members: [:], inherits: true)])
        : .failed(ItemFailure(kind: "no", message: "it is no good"))
    }
    let run = try world.run { options, _ in options.allowsVanishing = true }
    #expect(try quarantine(world) == ["in/a.txt: no 1", "in/b.txt: no 1"])
    #expect(run.outcome("s") == .failed, "two of three are more than is tolerated")
  }

  @Test func aFailedItemIsTriedFirstInTheNextRunAndLeavesWhenMended() throws {
    let world = try world("max_attempts: 3")
    world.answer { work in
      work.item.id == "in/a.txt" && work.attempt < 9
        ? .failed(ItemFailure(kind: "busy", message: "not now", isTransient: true))
        : .done([ItemOutput(id: .same, members: [:], inherits: true)])
    }
    let run = try world.run()
    #expect(run.worked == ["in/a.txt", "in/a.txt", "in/a.txt", "in/b.txt"])
    #expect(run.stage("s")?.counts.retried == 2 && run.stage("s")?.counts.failed == 1)
    #expect(try quarantine(world) == ["in/a.txt: busy 3"])
    #expect(try world.items(of: "s") == ["in/b.txt"])
    world.answer { _ in .done([ItemOutput(id: .same, members: [:], inherits: true)]) }
    let mended = try world.run()
    #expect(mended.worked == ["in/a.txt"])
    #expect(try world.reader().itemRuns(ofRun: mended.result.run).map(\.reason) == [.retry])
    #expect(try quarantine(world).isEmpty)
    #expect(try world.items(of: "s") == ["in/a.txt", "in/b.txt"])
  }

  @Test func oneItemBecomesManyOrNone() throws {
    let world = try world()
    world.answer { work in
      work.item.id == "in/a.txt"
        ? .done((1...3).map { ItemOutput(id: .child("\($0)"), members: ["n": JSONValue($0)]) }) : .done([])
    }
    let run = try world.run()
    #expect(run.result.exitCode == .success)
    #expect(try world.items(of: "s") == ["in/a.txt#1", "in/a.txt#2", "in/a.txt#3"])
  }

  @Test func twoItemsThatMakeOneIdFailTheStage() throws {
    let world = try world()
    world.answer { _ in .done([ItemOutput(id: .absolute("x"), members: [:])]) }
    let run = try world.run()
    #expect(run.outcome("s") == .failed)
    #expect(run.stage("s")?.message.hasPrefix("s: 'in/a.txt' and 'in/b.txt' both made an item 'x'") == true)
    #expect(run.outcome("all") == .blocked)
  }

  @Test func whatIsGoneLeavesAndStaysGone() throws {
    let world = try world(
      files: ["in/a.txt": "a", "in/b.txt": "b", "in/c.txt": "c", "in/d.txt": "d"])
    let everyRun = Freshness(seconds: 0)
    world.answer { _ in .done([ItemOutput(id: .same, members: [:], inherits: true)], everyRun) }
    try world.run()
    world.answer { work in
      work.item.id == "in/a.txt"
        ? .gone(reason: "404", recheck: 0) : .unchanged(everyRun)
    }
    let run = try world.run()
    #expect(run.worked.count == 4, "what holds for no time is asked for in each run")
    #expect(try world.items(of: "s") == ["in/b.txt", "in/c.txt", "in/d.txt"])
    #expect(run.messages.contains("in/a.txt is gone: 404"))
    #expect(run.stage("s")?.counts.done == 1 && run.stage("s")?.counts.cached == 3)
    // Still gone is no news.
    let again = try world.run()
    #expect(!again.messages.contains { $0.contains("is gone") })
    #expect(again.stage("s")?.counts.done == 0)
  }

  @Test func whatCannotBeRefreshedStaysAsItWas() throws {
    let world = try world()
    world.answer { _ in
      .done([ItemOutput(id: .same, members: ["made": "first"], inherits: true)], Freshness(seconds: 0))
    }
    try world.run()
    let before = try world.reader().stages(of: "p")["s"]?.dataset
    world.answer { _ in .stale(ItemFailure(kind: "down", message: "no answer")) }
    let run = try world.run()
    #expect(run.result.exitCode == .quarantined)
    #expect(run.stage("s")?.counts.stale == 2)
    #expect(try world.reader().stages(of: "p")["s"]?.dataset == before)
    #expect(try quarantine(world) == ["in/a.txt: down 1", "in/b.txt: down 1"])
    #expect(run.outcome("all") == .upToDate, "nothing is missing because of it")
  }

  @Test func whatWasNeverHadCannotBeStale() throws {
    let world = try world()
    world.answer { work in
      work.item.id == "in/a.txt"
        ? .stale(ItemFailure(kind: "down", message: "no answer"))
        : .done([ItemOutput(id: .same, members: [:], inherits: true)])
    }
    let run = try world.run()
    #expect(run.stage("s")?.counts.failed == 1 && run.stage("s")?.counts.stale == 0)
    #expect(try world.items(of: "s") == ["in/b.txt"])
  }

  @Test func unchangedWithoutAFormerResultIsAMistakeOfTheStage() throws {
    let world = try world()
    world.answer { _ in .unchanged(.forever) }
    let run = try world.run()
    #expect(run.outcome("s") == .failed)
    #expect(run.stage("s")?.message.contains("was said to be unchanged, but nothing is known of it") == true)
  }

  @Test func aChangedItemIsWorkedOnAlone() throws {
    let world = try world()
    try world.run()
    try world.world.write("in/b.txt", "B")
    let run = try world.run()
    #expect(run.worked == ["in/b.txt"])
    #expect(
      try world.reader().itemRuns(ofRun: run.result.run).map { "\($0.stage) \($0.item): \($0.reason)" }
        == ["s in/b.txt: changed", "src in/b.txt: changed"])
    // What it was once is remembered.
    try world.world.write("in/b.txt", "b")
    #expect(try world.run().worked.isEmpty)
  }

  @Test func anotherKeyWorksOnAllAndTheOldOneIsRemembered() throws {
    let world = try world()
    try world.run()
    world.rewrite(
      "src: {uses: import, with: {path: 'in/*.txt'}}", "s: {uses: scripted, needs: src, with: {mark: other}}",
      "all: {uses: gathered, needs: s}")
    let run = try world.run()
    #expect(run.worked == ["in/a.txt", "in/b.txt"])
    #expect(try world.reader().itemRuns(ofRun: run.result.run).map(\.reason) == [.key, .key])
    world.rewrite(
      "src: {uses: import, with: {path: 'in/*.txt'}}", "s: {uses: scripted, needs: src}",
      "all: {uses: gathered, needs: s}")
    #expect(try world.run().worked.isEmpty)
  }
}
