import Foundations

/// An item that could not be worked on.
package struct QuarantineEntry: Sendable {
  package var stage: String
  package var item: String
  package var digest: Digest?
  package var kind: String
  package var message: String
  package var isTransient: Bool
  package var attempts: Int
  package var first: Double
  package var last: Double
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
