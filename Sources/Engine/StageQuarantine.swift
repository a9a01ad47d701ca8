import Foundations
import Manifest
import Planning
import StageKit
import Store

/// What a stage that reads its whole input at once (a source, a collection stage) could not use of it.
struct StageQuarantine {
  let session: RunSession
  let index: Int

  private var name: String { session.prepared.graph.stages[index].name }
  private var pipeline: String { session.prepared.pipeline.name }

  /// Puts what failed into quarantine and releases all else.
  /// - Throws: when more failed than the stage tolerates.
  func set(_ failures: [String: ItemFailure], stale: [String: ItemFailure] = [:], of total: Int) throws {
    let now = Timestamp.now.seconds
    for (item, failure) in failures.merging(stale, uniquingKeysWith: { failure, _ in failure }).sorted(by: {
      $0.key < $1.key
    }) {
      session.count(index) { if failures[item] == nil { $0.stale += 1 } else { $0.failed += 1 } }
      session.observe(.itemFailed(stage: name, item: item, failure: failure, attempt: 1, wait: nil))
      try session.recorder.record(
        LedgerEntries.quarantine(
          QuarantineEntry(
            stage: name, item: item, digest: nil, kind: failure.kind, message: failure.message,
            isTransient: failure.isTransient, attempts: 1, first: now, last: now, run: session.run),
          pipeline: pipeline))
    }
    // Ten thousand stages do not ask ten thousand times for what is nearly always nothing.
    guard !failures.isEmpty || session.quarantinedStages.contains(name) else { return }
    for entry in try session.reader.quarantine(of: pipeline, stage: name)
    where failures[entry.item] == nil && stale[entry.item] == nil {
      try session.recorder.record(LedgerEntries.release(pipeline: pipeline, stage: name, item: entry.item))
    }
    let share = session.prepared.graph.stages[index].tolerate ?? Pipeline.defaultTolerate
    if !failures.isEmpty, Double(failures.count) > share * Double(total) {
      throw SluiceError(
        .badInput,
        "\(failures.count) of \(total) entries cannot be used, more than tolerate allows (\(Units.decimal(share * 100, 1)) %)",
        advice: "`sluice status` lists them with their reasons.")
    }
  }
}
