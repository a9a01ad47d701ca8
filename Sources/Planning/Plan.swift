import Foundations
import StageKit
import Store

/// What a run would do.
package struct Plan: Sendable {
  /// What a run would do with one stage.
  package struct Stage: Sendable {
    /// In the pipeline.
    package var name: String
    /// As its definition names it.
    package var kind: String
    /// Whether it was chosen by the selectors.
    package var isSelected: Bool
    /// Why it would run; empty: it is up to date.
    package var reasons: [RunReason]
    /// How many items it would work on; `nil` when only a run can tell.
    package var toRun: Int?
    /// Items whose former results are used again.
    package var reused: Int
    /// Items of its input that left.
    package var removedInputs: Int
    /// Items of its last dataset that would leave with them; where items are worked on anew, at least so many.
    package var removedOutputs: Int
    /// Whether just so many leave: what is worked on anew may turn into fewer items than before, or into others.
    package var isRemovalKnown = true
    /// Whether the guard would stop it, as far as can be told beforehand.
    package var isGuarded = false
    /// The ids of what would leave, up to `Plan.mostNames`.
    package var leaving: [String] = []
    /// The type of the items that it makes.
    package var outputType: String
    /// Why it cannot run here.
    package var problem: SluiceError?
    /// What a person should know before a run.
    package var notes: [String] = []

    /// Whether a run would leave it as it is.
    package var isUpToDate: Bool { reasons.isEmpty && problem == nil }
  }

  /// So many ids of what would leave are named.
  package static let mostNames = 1_000_000

  /// The name of the pipeline.
  package var pipeline: String
  /// In the order of the file.
  package var stages: [Stage]

  /// Whether a run would do nothing.
  package var isUpToDate: Bool { stages.allSatisfy { !$0.isSelected || $0.isUpToDate } }

  /// "−37 document → −412 chunk", or `nil` when nothing would leave.
  package var vanishing: String? {
    let parts = stages.filter { $0.removedOutputs > 0 }.map {
      "−\(Units.show($0.removedOutputs)) \($0.outputType)"
    }
    return parts.isEmpty ? nil : parts.joined(separator: " → ")
  }
}
