import Foundations
import Store

/// What a gate measures: a stage's result that is to be published, beside the one that is.
package struct GateSubject: Sendable {
  /// What is to be published.
  package let candidate: StoredDataset
  /// What is published; `nil`: nothing is.
  package let former: StoredDataset?
  /// The folder of the candidate's published files; `nil`: it has none.
  package let folder: String?
  /// The folder of what is published; `nil`: there is none.
  package let formerFolder: String?
  /// What of the stage's input is in quarantine.
  package let quarantine: [QuarantineEntry]
  /// What of the result came from what; `nil` of a stage that reads whole datasets.
  package let derived: DerivedDataset?
  /// What the gate says besides limits, by name.
  package let settings: [String: String]
  /// The project.
  package let directory: String
  /// Whether the network is forbidden.
  package let isFrozen: Bool
  package let now: Timestamp

  package init(
    candidate: StoredDataset, former: StoredDataset?, folder: String?, formerFolder: String?,
    quarantine: [QuarantineEntry], derived: DerivedDataset?, settings: [String: String], directory: String,
    isFrozen: Bool, now: Timestamp
  ) {
    self.candidate = candidate
    self.former = former
    self.folder = folder
    self.formerFolder = formerFolder
    self.quarantine = quarantine
    self.derived = derived
    self.settings = settings
    self.directory = directory
    self.isFrozen = isFrozen
    self.now = now
  }

  /// How many items the stage read; of one that reads whole datasets, how many it made.
  package var inputCount: Int { derived?.input.count ?? candidate.count }

  /// Items in quarantine of which the last good result stands.
  package var stale: [QuarantineEntry] { quarantine.filter { hasResult($0.item) } }
  /// Items in quarantine that have no result.
  package var failed: [QuarantineEntry] { quarantine.filter { !hasResult($0.item) } }

  private func hasResult(_ item: String) -> Bool {
    guard let derived, let position = derived.input.index(of: item) else { return false }
    return !derived.derivation.outputs(ofInput: position).isEmpty
  }
}

/// What a gate measured.
package struct Measurement: Sendable {
  /// A share from 0 to 1, a count, seconds.
  package var value: Double
  /// The items that it is about, the worst first, with what is wrong with each.
  package var worst: [String]
  /// What else there is to say.
  package var note: String?

  package init(_ value: Double, worst: [String] = [], note: String? = nil) {
    self.value = value
    self.worst = worst
    self.note = note
  }

  /// So many of all; nothing of nothing is none.
  package static func share(_ count: Int, of total: Int, worst: [String] = []) -> Measurement {
    Measurement(total == 0 ? 0 : Double(count) / Double(total), worst: worst)
  }
}

/// How a measure's values are written.
package enum MeasureUnit: Sendable {
  case count
  /// From 0 to 1, as `5%` or `0.05`.
  case share
  /// A duration.
  case seconds
}

/// Measures that a stage kind adds to those that every stage has.
package protocol GateMeasures: Sendable {
  /// Their names, for messages: `recall@K` stands for all of its kind.
  var names: [String] { get }
  /// Names of what a gate may say besides limits: `queries`.
  var settings: [String] { get }
  /// How the values of a measure are written.
  func unit(of name: String) -> MeasureUnit
  /// Whether there is such a measure.
  func knows(_ name: String) -> Bool
  /// Whether it is told by what is in quarantine alone, so that it may change though the result does not.
  func isAboutQuarantine(_ name: String) -> Bool
  /// Limits that hold without anyone writing them: at most this share.
  var standard: [(name: String, most: Double)] { get }
  /// - Returns: `nil` where there is nothing to hold it against yet.
  func measure(_ name: String, of subject: GateSubject) throws -> Measurement?
}

extension GateMeasures {
  package var settings: [String] { [] }
  package func knows(_ name: String) -> Bool { names.contains(name) }
  package func unit(of name: String) -> MeasureUnit { .share }
  package func isAboutQuarantine(_ name: String) -> Bool { false }
  package var standard: [(name: String, most: Double)] { [] }
}

/// Runs the program of a gate. Throws an `ItemFailure` when it does not end with 0.
/// Arguments: the command line, what `{input}` stands for, the project, a folder for what it writes.
package typealias GateProgram = @Sendable (String, String, String, String, () -> Bool) throws -> Void
