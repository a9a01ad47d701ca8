import Foundations
import Manifest
import Planning
import StageKit
import Store

/// What is recorded when a stage has a new complete result.
enum Completion {
  /// Records a result with everything that it rests on, in one transaction.
  static func record(
    _ session: RunSession, _ prepared: PreparedStage, _ record: StageRecord, reasons: [RunReason],
    with more: [Recorder.Entry] = []
  ) throws {
    let entries =
      [
        LedgerEntries.stageKey(prepared.key, components: prepared.components.canonicalBytes),
        LedgerEntries.stage(record, pipeline: session.prepared.pipeline.name),
      ] + more
    try session.recorder.record { connection in for entry in entries { try entry(connection) } }
  }

  /// The entry for what a source knows of the world; its object is put before.
  static func sourceState(_ session: RunSession, stage: String, _ state: SourceState?) throws -> Recorder.Entry? {
    guard let state else { return nil }
    return LedgerEntries.sourceState(
      pipeline: session.prepared.pipeline.name, stage: stage, identity: state.identity,
      state: try session.store.put(state.bytes), run: session.run)
  }
}
