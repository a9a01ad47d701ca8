import Foundations
import Store

/// The texts of a stage's items that changed, before and after.
package struct ChangedTexts {
  package struct Change {
    package let id: String
    package let words: WordDiff
  }

  private let diff: SnapshotDiff
  private let stage: StageDiff

  package init(_ diff: SnapshotDiff, _ stage: StageDiff) {
    self.diff = diff
    self.stage = stage
  }

  /// - Parameter limit: of how many items.
  package func texts(limit: Int) throws -> [Change] {
    guard let before = stage.before, let after = stage.after else { return [] }
    let (old, new) = (try diff.before.dataset(before), try diff.after.dataset(after))
    return try stage.changed.prefix(limit).map { id in
      guard let a = old.index(of: id), let b = new.index(of: id) else {
        preconditionFailure("what changed is on both sides")
      }
      return Change(
        id: id,
        words: WordDiff(
          try ItemText.text(old.digest(a), in: diff.before), try ItemText.text(new.digest(b), in: diff.after)))
    }
  }
}
