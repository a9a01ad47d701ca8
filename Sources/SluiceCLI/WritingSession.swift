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
  func generationSwitch(_ project: Project, _ graph: StageGraph, _ line: PipelineLine) throws -> GenerationSwitch {
    let prepared = try project.prepare(graph, variant: line.variant, reader: reader, store: store)
    return try GenerationSwitch(
      prepared, store: store, recorder: recorder, reader: reader, jobs: Parallel.processors,
      observe: { event in
        if case .log(let stage, .warning, let message) = event { Output.error("\(stage): \(message)") }
      })
  }
}
