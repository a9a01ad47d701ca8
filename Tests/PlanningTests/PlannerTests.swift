import Foundations
import Manifest
import StageKit
import Stages
import Store
import TestSupport
import Testing

@testable import Planning

/// Graph and reasons; nothing is run.
@Suite struct PlannerTests {
  private func prepare(_ world: World, _ stages: String...) throws -> PreparedPipeline {
    let text = "pipeline: p\nstages:\n" + stages.map { "  \($0)\n" }.joined()
    let pipeline = try PipelineReader(library: StageLibrary(directory: nil)).read(
      SourceText(name: "p.yaml", bytes: Array(text.utf8)), directory: world.directory)
    return try PreparedPipeline(
      StageGraph(pipeline), registry: BuiltinStages.registry, layout: ArtifactLayout(root: world.path("artifacts")),
      files: FileDigestCache(path: world.path("cache")), reader: nil, store: nil)
  }

  private func problems(_ stages: String...) throws -> [String] {
    let world = try World()
    do {
      let text = "pipeline: p\nstages:\n" + stages.map { "  \($0)\n" }.joined()
      let pipeline = try PipelineReader(library: StageLibrary(directory: nil)).read(
        SourceText(name: "p.yaml", bytes: Array(text.utf8)), directory: world.directory)
      _ = try PreparedPipeline(
        StageGraph(pipeline), registry: BuiltinStages.registry, layout: ArtifactLayout(root: world.path("artifacts")),
        files: FileDigestCache(path: world.path("cache")), reader: nil, store: nil)
      return []
    } catch let error as Diagnostics {
      return error.all.map { "\($0.position.line):\($0.position.column): \($0.message) [\($0.hint)]" }
    }
  }

  @Test func typesThatDoNotFit() throws {
    #expect(
      try problems(
        "src: {uses: import, with: {path: a.csv}}", "parse: {uses: parse, needs: src}",
        "index: {uses: index, needs: parse}"
      )
      .last
        == "5:31: 'index' reads vector or chunk, but 'parse' makes parsed_document [Put a stage between the two that makes vector or chunk.]"
    )
    #expect(
      try problems(
        "src: {uses: import, with: {path: a.csv}}", "parse: {uses: parse, needs: src}",
        "chunk: {uses: chunk, needs: src}"
      )
      .contains {
        $0.contains("'chunk' reads parsed_document") && $0.contains("'parse' makes parsed_document: needs: parse")
      })
  }

  @Test func aFirstPlan() throws {
    let world = try World(["in/a.txt": "a", "in/b.txt": "b"])
    let prepared = try prepare(
      world, "src: {uses: import, with: {path: 'in/*.txt'}}", "up: {run: cat, needs: src, with: {mode: item}}",
      "all: {run: cat, needs: up}",
      "more: {run: cat, needs: all, with: {mode: item}}")
    let plan = try Planner(prepared, selection: Set(prepared.graph.stages.indices.prefix(3)), forced: [], jobs: 1)
      .plan()
    #expect(plan.stages.map(\.name) == ["src", "up", "all", "more"])
    #expect(plan.stages.map(\.isSelected) == [true, true, true, false])
    #expect(plan.stages[0].reasons == [.neverRun] && plan.stages[0].toRun == 2)
    #expect(plan.stages[1].reasons == [.neverRun, .upstreamRuns(["src"])])
    #expect(plan.stages[2].reasons == [.neverRun, .upstreamRuns(["up"])] && plan.stages[2].toRun == nil)
    #expect(!plan.isUpToDate && plan.vanishing == nil)
    #expect(!world.exists("artifacts"), "a plan writes nothing")
  }

  @Test func keysHoldWhatCountsAndNothingElse() throws {
    let world = try World()
    func key(_ parameters: String) throws -> Digest {
      try prepare(world, "a: {run: 'true', with: {\(parameters)}}").stages[StageID(0)].key
    }
    let base = try key("")
    #expect(try key("timeout: 5s, max_attempts: 3, backoff: 2s") == base)
    #expect(try key("output: jsonl") != base)
    // Two stages with equal keys share what they remember; the name is not part of it.
    let twins = try prepare(world, "a: {run: 'true'}", "b: {run: 'true'}")
    #expect(twins.stages[StageID(0)].key == twins.stages[StageID(1)].key)
  }

  @Test func changesOfKeys() {
    let changes = KeyChange.between(
      ["parameters": ["max": 1000, "same": 1, "gone": true], "kind": "a"],
      ["parameters": ["max": 600, "same": 1, "new": "x"], "kind": "a"])
    #expect(
      changes.map(\.text) == [
        "parameters.gone: true → (none)", "parameters.max: 1000 → 600", "parameters.new: (none) → x",
      ])
    #expect(KeyChange.between(["a": 1], ["a": 1]).isEmpty)
  }

  /// What the ledger and `why` read is what was written, for every reason.
  @Test func reasonsComeBackFromTheLedger() throws {
    let change = KeyChange(name: "parameters.max_tokens", before: 100, after: nil)
    let all: [RunReason] = [
      .neverRun, .keyChanged([change]), .keyChanged([]), .inputChanged(["a", "b"]), .sourceChanged, .quarantined(3),
      .refreshDue, .provisional, .freshnessChanged, .partsChanged, .forced, .upstreamRuns(["x"]),
    ]
    for reason in all {
      #expect(try RunReason.list(RunReason.text([reason])) == [reason], "\(RunReason.text([reason])) \(reason)")
    }
    #expect(throws: SluiceError.self) { try RunReason.list("[{\"reason\":\"because\"}]") }
    #expect(throws: (any Error).self) { try RunReason.list("nonsense") }
  }
}
