import Foundations
import StageKit
import Store

/// What became of a stage in this run.
struct NodeResult: Sendable {
  var summary: StageSummary
  /// The stage's last complete result: of this run, or of an earlier one.
  var record: StageRecord?

  /// Whether stages that need this one may go on.
  var isUsable: Bool {
    switch summary.state {
    case .done, .upToDate, .skipped: record != nil
    case .failed, .blocked, .guarded, .interrupted: false
    }
  }
}
