import Foundations
import Manifest
import Planning
import StageKit
import Stages
import Store
import Synchronization
import TestSupport

@testable import Engine

/// A pipeline that runs in this process, with stage kinds that a test scripts.
final class EngineWorld: Sendable {
  let world: World
  let layout: ArtifactLayout
  private let script: Script
  private let text: Mutex<String>

  init(_ stages: String..., files: [String: String] = [:]) throws {
    world = try World(files)
    layout = ArtifactLayout(root: world.path("artifacts"))
    script = Script()
    text = Mutex("pipeline: p\nstages:\n" + stages.map { "  \($0)\n" }.joined())
    try world.write("stages/scripted.yaml", ScriptedStage.definition)
    try world.write("stages/gathered.yaml", GatheredStage.definition)
  }

  /// What the scripted stage answers from now on.
  func answer(_ body: @escaping @Sendable (WorkItem) -> ItemOutcome) { script.answer.withLock { $0 = body } }

  /// The versions of the scripted stage's parts from now on; what they made carries `part` and `version`.
  func setParts(_ versions: [String: Int]) { script.parts.withLock { $0 = versions } }

  /// Rewrites the pipeline.
  func rewrite(_ stages: String...) {
    text.withLock { $0 = "pipeline: p\nstages:\n" + stages.map { "  \($0)\n" }.joined() }
  }

  func prepare(reader: LedgerReader?, store: ObjectStore?) throws -> PreparedPipeline {
    let pipeline = try PipelineReader(library: StageLibrary(directory: world.path("stages"))).read(
      SourceText(name: "p.yaml", bytes: Array(text.withLock { $0 }.utf8)), directory: world.directory)
    let script = script
    let registry = StageRegistry([
      "import": { try BuiltinStages.registry.make($0) },
      "scripted": { _ in .item(ScriptedStage(script: script)) },
      "gathered": { .collection(GatheredStage(isBroken: $0.parameters.values["broken"]?.bool ?? false)) },
    ])
    return try PreparedPipeline(
      StageGraph(pipeline), registry: registry, layout: layout,
      files: FileDigestCache(path: world.path("artifacts/files")), reader: reader, store: store)
  }

  struct Outcome {
    let result: RunResult
    /// Names of stages as they began, and as they ended, in order.
    let began: [String]
    let ended: [String]
    let messages: [String]
    let worked: [String]

    func stage(_ name: String) -> StageSummary? { result.stages.first { $0.name == name } }
    func outcome(_ name: String) -> StageOutcome? { stage(name)?.outcome }
  }

  /// - Parameter select: names of stages; all when there are none.
  @discardableResult
  func run(_ select: String..., options change: (inout RunOptions, StageGraph) -> Void = { _, _ in }) throws -> Outcome
  {
    world.settle()
    try layout.create()
    let ledger = try Ledger.openForWriting(layout)
    let store = try ObjectStore(layout)
    let recorder = Recorder(ledger, store: store)
    let reader = try LedgerReader(layout)
    let prepared = try prepare(reader: reader, store: store)
    var options = RunOptions(
      selection: select.isEmpty
        ? Set(prepared.graph.stages.indices) : Set(select.compactMap { prepared.graph.id(of: $0) }), jobs: 2)
    change(&options, prepared.graph)
    let events = Mutex([RunEvent]())
    script.worked.withLock { $0 = [] }
    let run = try PipelineRun(
      prepared: prepared, options: options, store: store, recorder: recorder, reader: reader,
      observe: { event in events.withLock { $0.append(event) } })
    let result = run.execute()
    try recorder.close()
    let seen = events.withLock { $0 }
    return Outcome(
      result: result,
      began: seen.compactMap { if case .stageStarted(let name, _) = $0 { name } else { nil } },
      ended: seen.compactMap { if case .stageFinished(let summary) = $0 { summary.name } else { nil } },
      messages: seen.compactMap { if case .log(_, _, let message) = $0 { message } else { nil } },
      worked: script.worked.withLock { $0 }.sorted())
  }

  func reader() throws -> LedgerReader { try LedgerReader(layout) }

  /// Ids of what a stage's last result has.
  func items(of stage: String) throws -> [String] {
    let record = try reader().stages(of: "p")[stage]
    let dataset = try record.map { try Dataset(reading: ObjectStore(layout).get($0.dataset)) } ?? .empty
    return (0..<dataset.count).map { dataset.id($0) }
  }
}

/// What the scripted stages of one world share.
final class Script: Sendable {
  let answer = Mutex<@Sendable (WorkItem) -> ItemOutcome>({ work in
    .done([ItemOutput(id: .same, members: ["made": .string(work.item.id)], inherits: true)])
  })
  let worked = Mutex([String]())
  let parts = Mutex([String: Int]())
}

/// An item stage that answers what a test says. It reads the text and not the id, so that equal texts are the same work.
private struct ScriptedStage: ItemStage {
  static let definition = """
    kind: scripted
    summary: Answers what the test says.
    version: 1
    input: any
    output: any
    parameters:
      max_attempts: {type: int, default: 1, affects_output: false, doc: Tries.}
      backoff: {type: duration, default: 0s, affects_output: false, doc: The pause.}
      mark: {type: string, default: "", doc: Makes another key.}
      max_age: {type: duration, default: 1d, affects_output: false, doc: When an item counts as gone.}
    """

  let script: Script
  var implementationVersion: Int { 1 }
  var keyComponents: JSONObject { [:] }
  var projection: Projection { .fields(["body"], includesID: false) }
  var parallelism: Parallelism { .threads(2) }
  var partVersions: String? {
    let parts = script.parts.withLock { $0 }
    return parts.isEmpty ? nil : parts.sorted { $0.key < $1.key }.map { "\($0) \($1)" }.joined(separator: ", ")
  }
  func isCurrent(_ validators: JSONObject) -> Bool {
    guard let part = validators["part"]?.string else { return true }
    return script.parts.withLock { $0[part] } == validators["version"]?.int
  }
  func makeWorker(_ context: StageContext) -> any ItemWorker { Worker(script: script) }

  private final class Worker: BatchWorker {
    let script: Script
    let batchSize = 1
    init(script: Script) { self.script = script }

    func process(_ batch: [WorkItem]) -> [ItemOutcome] {
      batch.map { work in
        script.worked.withLock { $0.append(work.item.id) }
        return script.answer.withLock { $0 }(work)
      }
    }
  }
}

/// A collection stage that makes one item of all.
private struct GatheredStage: CollectionStage {
  static let definition = """
    kind: gathered
    summary: Lists the ids of all that it reads.
    version: 1
    input: any
    output: any
    parameters:
      broken: {type: bool, default: false, affects_output: false, doc: Whether it fails.}
    """

  let isBroken: Bool
  var implementationVersion: Int { 1 }
  var keyComponents: JSONObject { [:] }
  var projection: Projection { .whole }

  func run(_ inputs: CollectionInputs, _ context: StageContext) throws -> CollectionOutput {
    if isBroken { throw SluiceError(.badInput, "it is broken") }
    let ids = inputs.datasets.flatMap { $0.entries.map(\.id) }
    return CollectionOutput(
      items: [Item(id: "all", record: Record(["ids": JSONValue(ids)]))], summary: "\(ids.count) ids")
  }
}
