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

/// How a stage of a run ended.
package struct StageSummary: Sendable {
  package enum State: String, Sendable {
    /// Nothing had to be done.
    case upToDate = "up_to_date"
    /// It ran, or its items were found in the memo.
    case done
    case failed
    /// Something that it needs did not succeed.
    case blocked
    /// It would have lost more than the guard allows.
    case guarded
    case interrupted
    /// Not chosen by the selectors.
    case skipped
  }

  package var name: String
  package var state: State
  package var counts = StageCounts()
  package var seconds: Double = 0
  package var message: String = ""

  package init(name: String, state: State) {
    self.name = name
    self.state = state
  }
}

/// The numbers of a stage run.
package struct StageCounts: Sendable, Equatable {
  /// Items worked on in this run.
  package var done = 0
  /// Items whose former results were used.
  package var cached = 0
  /// Items put into quarantine.
  package var failed = 0
  /// Items that keep a former result because they could not be refreshed.
  package var stale = 0
  /// Items on their way.
  package var queued = 0
  /// Tries that will be repeated.
  package var retried = 0
  /// Items of the former dataset that left.
  package var removed = 0
  /// Items of the new dataset.
  package var outputs = 0
  /// Seconds in the stage's own code, summed over threads.
  package var workSeconds = 0.0
  /// Of a collection stage: units done, of how many.
  package var progress: (done: Int, total: Int) = (0, 0)

  package static func == (a: Self, b: Self) -> Bool {
    (a.done, a.cached, a.failed, a.stale, a.removed, a.outputs) == (
      b.done, b.cached, b.failed, b.stale, b.removed, b.outputs
    )
  }
}

/// How a whole run ended.
package struct RunResult: Sendable {
  package var run: Int
  package var stages: [StageSummary]
  package var exitCode: ExitCode
  package var seconds: Double
  /// The error that ended the run before its time.
  package var error: SluiceError?
}

/// The documented exit codes.
package enum ExitCode: Int32, Sendable {
  case success = 0
  case stageFailed = 1
  case usage = 2
  case quarantined = 3
  case goldenMismatch = 4
  case busy = 5
  case budget = 6
  case guarded = 7
  case interrupted = 130
}
