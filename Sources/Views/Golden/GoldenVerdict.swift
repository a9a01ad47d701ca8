import Foundations
import Manifest

/// What became of holding one stage against its golden file.
package struct GoldenVerdict: Sendable {
  package enum Outcome: Sendable {
    case compared(GoldenDifference)
    /// There was nothing to compare: what is missing, and what to do.
    case impossible(String, advice: String)
  }

  package let stage: String
  package let comparator: GoldenComparator
  /// The golden file.
  package let file: String
  package let outcome: Outcome
  /// What it took.
  package let seconds: Double

  package var isMatch: Bool {
    if case .compared(let difference) = outcome { difference.isMatch } else { false }
  }

  /// The line of the golden file that a person should look at first.
  package var line: Int? {
    if case .compared(let difference) = outcome { difference.entries.lazy.compactMap(\.line).first } else { nil }
  }
}

/// What was accepted of one stage.
package struct GoldenAcceptance: Sendable {
  package let stage: String
  package let comparator: GoldenComparator
  package let file: String
  package let entries: Int
  package let bytes: Int
  /// How it differs from the former golden file; `nil` when there was none that it could be held against.
  package let difference: GoldenDifference?
  /// Whether the file has other bytes than before.
  package let isWritten: Bool
}
