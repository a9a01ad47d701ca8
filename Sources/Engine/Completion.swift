import Foundations
import Manifest
import Planning
import Store

/// What is recorded when a stage has a new complete result.
enum Completion {
  static func record(
    _ session: RunSession, _ prepared: PreparedStage, _ record: StageRecord, reasons: [RunReason]
  ) throws {
    let key = LedgerEntries.stageKey(prepared.key, components: prepared.components.canonicalBytes)
    let stage = LedgerEntries.stage(record, pipeline: session.prepared.pipeline.name)
    try session.recorder.record { connection in
      try key(connection)
      try stage(connection)
    }
  }
}
