import Foundations
import Planning
import StageKit

/// What happens in a run, for whoever watches.
package enum RunEvent: Sendable {
  case started(run: Int)
  case stageStarted(name: String, reasons: [RunReason])
  case stageFinished(StageSummary)
  /// An item failed; `wait` is given when it will be tried again after so many seconds.
  case itemFailed(stage: String, item: String, failure: ItemFailure, attempt: Int, wait: Double?)
  case log(stage: String, level: LogLevel, message: String)
}
