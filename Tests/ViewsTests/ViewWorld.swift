import Engine
import Foundations
import Manifest
import Planning
import Stages
import Store
import TestSupport

@testable import Views

/// A small project whose pipeline is run in this process, and looked at.
struct ViewWorld {
  let world: World
  let layout: ArtifactLayout
  private let stages: [String]
  private let more: String

  /// - Parameters:
  ///   - stages: lines of the pipeline file, `name: {…}`.
  ///   - more: what stands below them.
  init(_ files: [String: String], stages: [String], more: String = "") throws {
    world = try World(files)
    layout = ArtifactLayout(root: world.path("artifacts"))
    self.stages = stages
    self.more = more
  }

  private func graph() throws -> StageGraph {
    let text = "pipeline: p\nstages:\n" + stages.map { "  \($0)\n" }.joined() + more
    return try StageGraph(
      PipelineReader(library: StageLibrary(directory: nil)).read(
        SourceText(name: "p.yaml", bytes: Array(text.utf8)), directory: world.directory))
  }

  /// As those who only look prepare it.
  func prepared() throws -> PreparedPipeline {
    let isThere = FileSystem.exists(layout.ledger)
    return try PreparedPipeline(
      graph(), registry: BuiltinStages.registry, layout: layout, files: FileDigestCache(path: world.path("cache")),
      reader: isThere ? LedgerReader(layout) : nil, store: isThere ? ObjectStore(layout) : nil)
  }

  func explanation() throws -> Explanation { Explanation(try prepared(), jobs: 2) }

  func status() throws -> PipelineStatus {
    let reader = try LedgerReader(layout)
    let store = try ObjectStore(layout)
    let records = try reader.stages(of: "p")
    let quarantine = try reader.quarantine(of: "p")
    let stale = StaleItems(records, of: Set(quarantine.map(\.stage))) { try store.get($0) }
    return PipelineStatus(
      pipeline: "p", stages: try graph().stages.map(\.name), records: records,
      lastRuns: try reader.lastStageRuns(pipeline: "p"), lastRun: try reader.runs(of: "p", limit: 1).first,
      quarantine: quarantine, isStale: stale.contains, holder: nil)
  }

  @discardableResult
  func run() throws -> ExitCode {
    world.settle()
    try layout.create()
    let lease = try Lease.acquire(pipeline: "p", layout: layout)
    defer { withExtendedLifetime(lease) {} }
    let writer = try Ledger.openForWriting(layout)
    let store = try ObjectStore(layout)
    let recorder = Recorder(writer, store: store)
    let reader = try LedgerReader(layout)
    let prepared = try PreparedPipeline(
      graph(), registry: BuiltinStages.registry, layout: layout, files: FileDigestCache(path: world.path("cache")),
      reader: reader, store: store)
    var options = RunOptions(selection: Set(prepared.graph.stages.indices), jobs: 2)
    options.allowsVanishing = true
    let run = try PipelineRun(
      prepared: prepared, options: options, store: store, recorder: recorder, reader: reader, observe: { _ in })
    let result = run.execute()
    try recorder.close()
    if let error = result.error { throw error }
    return result.exitCode
  }
}
