import Foundations
import Store

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
  /// What failed, as a word (see `SluiceError.Code`); `nil` unless the state is `failed`.
  package var failure: SluiceError.Code?

  package init(name: String, state: State) {
    self.name = name
    self.state = state
  }

  /// How the stage stands after the run; `nil` when the run says nothing of it.
  var standing: StageRecord.Standing? {
    switch state {
    case .upToDate, .done: .complete
    case .failed: .failed
    case .blocked: .blocked
    case .guarded: .guarded
    case .interrupted: .interrupted
    case .skipped: nil
    }
  }
}
