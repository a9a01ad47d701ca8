import Foundations
import Store

/// The texts of a stage's items that changed, before and after.
package struct ChangedTexts {
  package struct Change {
    package let id: String
    /// `nil`: the words are the same, only white space or the form of letters is another.
    package let pieces: [WordChanges.Piece]?

    /// The pieces with no more than so many characters of what is the same around each change.
    package func shortened(around: Int) -> [WordChanges.Piece] {
      guard let pieces else {
        return [.same("(the words are the same; white space or the form of letters is another)")]
      }
      return pieces.enumerated().map { index, piece in
        guard case .same(let text) = piece, text.count > 2 * around + 3 else { return piece }
        let head = index == 0 ? "" : String(text.prefix(around))
        let tail = index == pieces.count - 1 ? "" : String(text.suffix(around))
        return .same("\(head) … \(tail)")
      }
    }
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
        pieces: WordAlignment.pieces(
          try ItemText.text(old.digest(a), in: diff.before), try ItemText.text(new.digest(b), in: diff.after)))
    }
  }
}
