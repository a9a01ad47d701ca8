import Foundations

/// What one item went through in one run.
package struct ItemRunRecord: Sendable {
  package var run: Int
  package var stage: String
  package var item: String
  /// `new`, `changed`, `key`, `retry`, `refresh` or `forced`.
  package var reason: String
  package var before: Digest?
  package var after: Digest?
  package var seconds: Double

  package init(
    run: Int, stage: String, item: String, reason: String, before: Digest?, after: Digest?,
    seconds: Double
  ) {
    self.run = run
    self.stage = stage
    self.item = item
    self.reason = reason
    self.before = before
    self.after = after
    self.seconds = seconds
  }
}
