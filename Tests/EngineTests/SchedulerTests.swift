import Foundations
import Manifest
import Store
import Testing

@testable import Engine

/// Which stage starts when, and what becomes of the others when one fails.
@Suite struct SchedulerTests {
  private static let source = "src: {uses: import, with: {path: 'in/*.txt'}}"
  private static let files = ["in/a.txt": "a", "in/b.txt": "b"]

  @Test func whatIsNeededEndsFirst() throws {
    let world = try EngineWorld(
      "last: {uses: gathered, needs: [left, right]}", "left: {uses: gathered, needs: src}",
      "right: {uses: gathered, needs: src}", Self.source, files: Self.files)
    let run = try world.run()
    #expect(run.result.exitCode == .success)
    #expect(run.ended.first == "src" && run.ended.last == "last")
    let began = try #require(run.began.firstIndex(of: "last"))
    #expect(began == run.began.count - 1)
    // Nothing changed: nothing begins.
    let again = try world.run()
    #expect(again.began.isEmpty)
    #expect(again.result.stages.allSatisfy { $0.outcome == .upToDate })
  }

  @Test func aFailureBlocksWhatNeedsItAndNothingElse() throws {
    let world = try EngineWorld(
      Self.source, "bad: {uses: gathered, needs: src, with: {broken: true}}", "below: {uses: gathered, needs: bad}",
      "good: {uses: gathered, needs: src}", files: Self.files)
    let run = try world.run()
    #expect(run.result.exitCode == .stageFailed)
    #expect(run.outcome("bad") == .failed && run.stage("bad")?.message == "it is broken")
    #expect(run.outcome("below") == .blocked && run.stage("below")?.message == "waits for bad")
    #expect(run.outcome("good") == .done && run.outcome("src") == .done)
  }

  @Test func aFailureEndsTheRunWhenItIsToldSo() throws {
    let world = try EngineWorld(
      Self.source, "bad: {uses: gathered, needs: src, with: {broken: true}}",
      "slow: {uses: scripted, needs: src}", "below: {uses: gathered, needs: slow}", files: Self.files)
    let run = try world.run { options, _ in options.keepsGoing = false }
    #expect(run.outcome("bad") == .failed)
    #expect(run.result.exitCode == .stageFailed, "not 'interrupted': the failure is what the run ended with")
  }

  @Test func whatWasNotChosenIsSkipped() throws {
    let world = try EngineWorld(
      Self.source, "one: {uses: gathered, needs: src}", "two: {uses: gathered, needs: one}", files: Self.files)
    let first = try world.run("two")
    #expect(first.outcome("two") == .failed)
    #expect(
      first.stage("two")?.message == "needs 'one', which was never run and was not chosen: choose it too (+two)")
    #expect(first.outcome("one") == .skipped)
    try world.run("src", "one")
    let third = try world.run("two")
    #expect(third.outcome("two") == .done, "what was made before is used")
    #expect(third.ended == ["two"])
  }

  @Test func itemsStreamThroughAChain() throws {
    let world = try EngineWorld(
      Self.source, "a: {uses: scripted, needs: src}", "b: {uses: scripted, needs: a, with: {mark: b}}",
      "c: {uses: scripted, needs: b, with: {mark: c}}", files: Self.files)
    let run = try world.run()
    #expect(run.result.exitCode == .success)
    // All of a chain begin together: none waits for the dataset of the one before.
    #expect(run.began == ["src", "a", "b", "c"])
    #expect(try world.items(of: "c") == ["in/a.txt", "in/b.txt"])
    let again = try world.run()
    #expect(again.began.isEmpty && again.worked.isEmpty)
  }

  @Test func aForcedStageRunsThoughNothingChanged() throws {
    let world = try EngineWorld(
      Self.source, "a: {uses: scripted, needs: src}", "b: {uses: gathered, needs: a}", files: Self.files)
    try world.run()
    let run = try world.run { options, graph in options.forced = Set([graph.id(of: "a")].compactMap { $0 }) }
    #expect(run.worked == ["in/a.txt", "in/b.txt"])
    #expect(run.outcome("b") == .upToDate, "the same came out")
  }
}
