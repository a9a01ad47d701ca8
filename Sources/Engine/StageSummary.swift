import Foundations
import Store

/// How a stage of a run ended, and in which numbers.
package struct StageSummary: Sendable {
  package var name: String
  package var outcome: StageOutcome
  package var counts = StageCounts()
  package var seconds: Double = 0
  package var message: String
  /// What failed, as a word (see `SluiceError.Code`); `nil` unless the stage failed.
  package var failure: SluiceError.Code?

  init(name: String, outcome: StageOutcome, message: String = "") {
    self.name = name
    self.outcome = outcome
    self.message = message
  }
}
