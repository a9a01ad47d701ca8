import Foundations

/// An item that could not be worked on.
package struct QuarantineEntry: Sendable {
  package var stage: String
  package var item: String
  /// Of the item as it failed; `nil` when its stage reads whole inputs.
  package var digest: Digest?
  /// A short stable word to count by.
  package var kind: String
  /// What a person needs to know.
  package var message: String
  /// Whether trying again can help.
  package var isTransient: Bool
  /// Tries, over all runs.
  package var attempts: Int
  /// When it failed first, in seconds since 1970.
  package var first: Double
  /// When it failed last, in seconds since 1970.
  package var last: Double
  /// The run in which it failed last.
  package var run: Int

  package init(
    stage: String, item: String, digest: Digest?, kind: String, message: String, isTransient: Bool,
    attempts: Int,
    first: Double, last: Double, run: Int
  ) {
    self.stage = stage
    self.item = item
    self.digest = digest
    self.kind = kind
    self.message = message
    self.isTransient = isTransient
    self.attempts = attempts
    self.first = first
    self.last = last
    self.run = run
  }
}
