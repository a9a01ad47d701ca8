import Planning
import Store

/// What became of a stage in this run.
struct NodeResult: Sendable {
  var summary: StageSummary
  /// The stage's last complete result: of this run, or of an earlier one.
  let record: StageRecord?
  /// Why it ran; empty when it had nothing to do.
  var reasons: [RunReason]
  /// Whether it ended without having begun: its numbers are those of the result that it had.
  var isSettled = false

  /// Whether stages that need this one may go on.
  var isUsable: Bool {
    switch summary.outcome {
    case .done, .upToDate, .skipped: record != nil
    case .failed, .blocked, .guarded, .interrupted: false
    }
  }
}
