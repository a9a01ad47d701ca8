import Foundations
import Store

/// How a stage of a run ended, and in which numbers.
package struct StageSummary: Sendable {
  package var name: String
  /// How it ended.
  package var outcome: StageOutcome
  /// In which numbers.
  package var counts = StageCounts()
  /// How long it took.
  package var seconds: Double = 0
  /// Why it did not succeed; empty when it did.
  package var message: String
  /// What failed, as a word (see `SluiceError.Code`); `nil` unless the stage failed.
  package var failure: SluiceError.Code?

  init(name: String, outcome: StageOutcome, message: String = "") {
    self.name = name
    self.outcome = outcome
    self.message = message
  }
}
