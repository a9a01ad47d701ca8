import Foundations
import Planning
import StageKit
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

  /// Where the words are the same: the other members that differ; `nil` when it is in the text after all.
  private func members(_ was: Digest, _ now: Digest) throws -> [WordChanges.Piece]? {
    let old = try Record(bytes: diff.before.store.get(was)).object()
    let new = try Record(bytes: diff.after.store.get(now)).object()
    let changes = KeyChange.between(old, new).filter { !["text", "body"].contains($0.name) }
    if changes.isEmpty { return nil }
    func shown(_ value: JSONValue?) -> String { value.map { $0.string ?? $0.canonicalText } ?? "(none)" }
    let shown = changes.prefix(5).enumerated().flatMap { index, change -> [WordChanges.Piece] in
      let lead = index == 0 ? "(the words are the same) " : "; "
      let texts = FirstDifference.shown(shown(change.before), shown(change.after), width: 80)
      return [.same("\(lead)\(change.name): "), .old(texts.before), .same(" "), .new(texts.after)]
    }
    return shown + (changes.count > 5 ? [.same("; and \(changes.count - 5) more members")] : [])
  }

  /// - Parameter limit: of how many items.
  package func texts(limit: Int) throws -> [Change] {
    guard let before = stage.before, let after = stage.after else { return [] }
    let (old, new) = (try diff.before.dataset(before), try diff.after.dataset(after))
    return try stage.changed.prefix(limit).map { id in
      guard let a = old.index(of: id), let b = new.index(of: id) else {
        preconditionFailure("what changed is on both sides")
      }
      let (was, now) = (old.digest(a), new.digest(b))
      let words = WordAlignment.pieces(try ItemText.text(was, in: diff.before), try ItemText.text(now, in: diff.after))
      return Change(id: id, pieces: try words ?? members(was, now))
    }
  }
}
