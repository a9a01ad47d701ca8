/// How a stage of a run ended.
package enum StageOutcome: String, Sendable {
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

  /// How the stage stands after the run; `nil` when the run says nothing of it.
  package var standing: StageRecord.Standing? {
    switch self {
    case .upToDate, .done: .complete
    case .failed: .failed
    case .blocked: .blocked
    case .guarded: .guarded
    case .interrupted: .interrupted
    case .skipped: nil
    }
  }
}
