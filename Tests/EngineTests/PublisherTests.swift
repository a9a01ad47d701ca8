import Foundations
import Manifest
import Store
import TestSupport
import Testing

@testable import Engine

/// What readers see after a run.
@Suite struct PublisherTests {
  private static let stages = [
    "src: {uses: import, with: {path: 'in/*.txt'}}", "s: {uses: scripted, needs: src, publish: true}",
    "all: {uses: gathered, needs: s, publish: true}",
  ]
  private func world() throws -> EngineWorld {
    try EngineWorld(Self.stages[0], Self.stages[1], Self.stages[2], files: ["in/a.txt": "a", "in/b.txt": "b"])
  }

  private func published(_ world: EngineWorld, _ stage: String) throws -> String {
    try world.world.read("artifacts/published/p/\(stage)/items.jsonl")
  }

  @Test func eachStageThatIsToBePublishedHasItsFiles() throws {
    let world = try world()
    let run = try world.run()
    #expect(run.result.exitCode == .success && run.result.publication.behind.isEmpty)
    #expect(run.result.publication.verdict == .published && run.result.publication.generation == 1)
    #expect(try published(world, "all").contains("[\"in/a.txt\",\"in/b.txt\"]"))
    #expect(!world.world.exists("artifacts/published/p/src"))
    let stages = try world.reader().stages(ofGeneration: 1, of: "p")
    #expect(stages.filter { $0.value.export != nil }.keys.sorted() == ["all", "s"])
    #expect(stages.keys.sorted() == ["all", "s", "src"], "what is not published is part of it, too")
  }

  @Test func aBranchThatFailedStaysAsItWasAsAWhole() throws {
    let world = try world()
    try world.run()
    let before = try published(world, "s")
    try world.world.write("in/c.txt", "c")
    world.rewrite(
      Self.stages[0], Self.stages[1], "all: {uses: gathered, needs: s, publish: true, with: {broken: true}}")
    let run = try world.run()
    #expect(run.outcome("s") == .done && run.outcome("all") == .failed)
    #expect(run.result.publication.behind.map(\.stage) == ["src", "s"])
    #expect(try published(world, "s") == before, "what hangs together with a failure is not published")
    world.rewrite(Self.stages[0], Self.stages[1], Self.stages[2])
    try world.run()
    #expect(try published(world, "s").contains("in/c.txt"))
    #expect(try published(world, "all").contains("in/c.txt"))
  }

  @Test func whatSomebodyChangedIsPutBack() throws {
    let world = try world()
    try world.run()
    let before = try published(world, "all")
    let folder = try #require(try world.reader().stages(ofGeneration: 1, of: "p")["all"]?.export)
    let file = "artifacts/exports/\(folder)/items.jsonl"
    try FileSystem.remove(world.world.path(file))
    try world.world.write(file, "mine")
    let run = try world.run()
    #expect(run.messages.contains { $0.hasPrefix("published: 'items.jsonl'") && $0.hasSuffix("it is put back") })
    #expect(try published(world, "all") == before)
  }

  @Test func whatIsNoLongerToBePublishedIsWithdrawn() throws {
    let world = try world()
    try world.run()
    world.rewrite(Self.stages[0], Self.stages[1], "all: {uses: gathered, needs: s, publish: false}")
    try world.run()
    #expect(!world.world.exists("artifacts/published/p/all"))
    #expect(world.world.exists("artifacts/published/p/s/items.jsonl"))
    // And with a stage that the file no longer has.
    world.rewrite(Self.stages[0], "other: {uses: scripted, needs: src, publish: true}")
    try world.run()
    #expect(!world.world.exists("artifacts/published/p/s"))
    #expect(world.world.exists("artifacts/published/p/other/items.jsonl"))
  }
}
