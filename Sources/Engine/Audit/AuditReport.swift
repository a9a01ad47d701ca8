/// What came out when remembered results were made again.
package struct AuditReport: Sendable {
  /// Of one stage.
  package struct Stage: Sendable {
    package let name: String
    /// How many items were taken from what is remembered.
    package var hits = 0
    /// How many of them were made again.
    package var sampled = 0
    package var differences: [Difference] = []
    /// Why nothing of it was made again, or not all; `nil`: all that was chosen was.
    package var leftOut: String?
    /// Files of the project that were opened meanwhile and are not in the key, with those that changed first.
    package var opened: [Opened] = []
    /// What is known not to be in the key: `plan` says it, too.
    package var notes: [String] = []

    package init(name: String) { self.name = name }
  }

  /// An item that did not come out as it is remembered.
  package struct Difference: Sendable {
    package let item: String
    /// What is other than it was, in a few words.
    package let what: String
    /// Whether it came out the same when it was made once more: then something that it reads has changed. If not, it is
    /// another thing each time: the time, chance, the order of threads.
    package let isRepeatable: Bool
  }

  /// A file that was opened.
  package struct Opened: Sendable {
    /// Seen from the project.
    package let file: String
    /// Whether it was written after the result that is remembered.
    package let isNewer: Bool
  }

  /// The number by which the same sample is taken again.
  package let seed: UInt64
  package internal(set) var stages: [Stage] = []

  /// Whether all came out as it was.
  package var isSound: Bool { stages.allSatisfy { $0.differences.isEmpty } }
}
