import StageKit
import Store

/// What becomes of one item of a stage's input.
package enum ItemVerdict: Sendable {
  /// The stage's last result has what it became: its input at this position.
  case carried(Int)
  /// The memo has what it became before, and until when that holds.
  case remembered(MemoEntry, Validity)
  /// It has to be worked on. What the memo has is not true any more, or not to be believed; it may still be better than
  /// nothing when the work fails.
  case due(ItemRunRecord.Reason, former: MemoEntry?)
}
