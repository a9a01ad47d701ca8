import Foundations

/// What one item went through in one run.
package struct ItemRunRecord: Sendable {
  package var run: Int
  package var stage: String
  package var item: String
  /// Why an item was worked on.
  package enum Reason: String, Sendable {
    case new, changed, key, retry, refresh, forced
    /// It is gone from where it was fetched.
    case gone
  }

  /// Why it was worked on.
  package var reason: Reason
  /// Of the item in the last result; `nil` when it was new.
  package var before: Digest?
  /// Of the item that was worked on.
  package var after: Digest?
  /// How long that took.
  package var seconds: Double

  package init(
    run: Int, stage: String, item: String, reason: Reason, before: Digest?, after: Digest?,
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
