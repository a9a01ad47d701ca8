import Engine
import Foundations
import Manifest
import Planning
import StageKit
import Store

/// The ledger, opened for writing, with the leases that go with it; for commands that change what readers see without
/// a run.
struct WritingSession {
  let layout: ArtifactLayout
  let recorder: Recorder
  let store: ObjectStore
  let reader: LedgerReader
  private let leases: [Lease]

  /// - Throws: `.busy` while a run of the line goes on, `.missing` when nothing was run here yet.
  init(_ line: PipelineLine, layout: ArtifactLayout) throws {
    guard FileSystem.exists(layout.ledger) else {
      throw SluiceError(
        .missing, "there is no ledger in \(layout.root): nothing was run here yet", advice: "Run `sluice run` first.")
    }
    try layout.create()
    leases = [
      try Lease.acquire(pipeline: line.key, layout: layout), try Lease.sweeping(layout: layout, alone: false),
    ]
    self.layout = layout
    let writer = try Ledger.openForWriting(layout)
    store = try ObjectStore(layout)
    reader = try LedgerReader(layout)
    recorder = Recorder(writer, store: store)
  }

  /// Commits what was recorded.
  func close() throws {
    try recorder.close()
    withExtendedLifetime(leases) {}
  }

  /// Who shows another generation of a pipeline.
  /// - Parameter isForgiving: whether it goes on with no stages where those of the file have mistakes.
  func generationSwitch(_ project: Project, _ graph: StageGraph, _ line: PipelineLine, isForgiving: Bool) throws
    -> GenerationSwitch
  {
    let prepared: PreparedPipeline
    do { prepared = try project.prepare(graph, variant: line.variant, reader: reader, store: store) } catch let mistakes
      as Diagnostics
    {
      // A mistake that only the stages can tell stops nobody from going back, either.
      guard isForgiving else { throw mistakes }
      let bare = try StageGraph(Pipeline.named(line.pipeline, file: project.file, directory: project.directory))
      prepared = try project.prepare(bare, variant: line.variant, reader: reader, store: store)
    }
    return try GenerationSwitch(
      prepared, store: store, recorder: recorder, reader: reader, jobs: Parallel.processors,
      observe: { event in
        if case .log(let stage, .warning, let message) = event { Output.error("\(stage): \(message)") }
      })
  }
}
