import Foundations
import Planning
import StageKit
import Store

/// What differs between two results of one stage.
package struct StageDiff: Sendable {
  /// The same content under another id.
  package struct Move: Sendable, Encodable {
    package let from: String
    package let to: String
  }

  package let stage: String
  package let type: String
  /// The results; `nil` where a side has none.
  package let before: StageRecord?
  package let after: StageRecord?
  /// Ids, in their order.
  package private(set) var added: [String] = []
  package private(set) var removed: [String] = []
  package private(set) var changed: [String] = []
  /// Of those that are added and removed: what only has another id.
  package private(set) var moved: [Move] = []
  package private(set) var unchanged = 0
  /// What of the key is not what it was.
  package let keyChanges: [KeyChange]
  package var metrics: [DiffMetric] = []

  /// Contents of more items are not read to find out what moved.
  private static let mostMoves = 20_000

  package init(_ stage: String, _ before: (StageRecord, Snapshot)?, _ after: (StageRecord, Snapshot)?) throws {
    self.stage = stage
    self.before = before?.0
    self.after = after?.0
    type = after?.0.type ?? before?.0.type ?? ""
    keyChanges = try Self.keyChanges(before, after)
    if let old = before?.0.dataset, let new = after?.0.dataset, old == new {
      unchanged = after?.0.count ?? 0
      return
    }
    let old = try before.map { try $0.1.dataset($0.0) } ?? .empty
    let new = try after.map { try $0.1.dataset($0.0) } ?? .empty
    let difference = DatasetDifference(from: old, to: new)
    added = difference.added.map { new.id($0) }
    removed = difference.removed.map { old.id($0) }
    changed = difference.changed.map { new.id($0.new) }
    unchanged = difference.unchanged
    if let before, let after, difference.added.count + difference.removed.count <= Self.mostMoves {
      moved = try Self.moves(
        difference.removed.map { (old.id($0), old.digest($0)) }, before.1,
        difference.added.map { (new.id($0), new.digest($0)) }, after.1)
    }
  }

  /// Whether both sides have the same items, the same files and the same key.
  package var isSame: Bool {
    before?.combinedDigest == after?.combinedDigest && before?.stageKey == after?.stageKey
  }
  /// Whether both sides have the same items and files.
  package var hasSameContent: Bool { before?.combinedDigest == after?.combinedDigest }

  private static func keyChanges(_ before: (StageRecord, Snapshot)?, _ after: (StageRecord, Snapshot)?) throws
    -> [KeyChange]
  {
    guard let before, let after, before.0.stageKey != after.0.stageKey,
      let old = try before.1.reader.components(ofStageKey: before.0.stageKey),
      let new = try after.1.reader.components(ofStageKey: after.0.stageKey)
    else { return [] }
    return KeyChange.between(old, new)
  }

  private typealias Entry = (id: String, digest: Digest)

  private static func moves(_ removed: [Entry], _ old: Snapshot, _ added: [Entry], _ new: Snapshot) throws -> [Move] {
    guard !removed.isEmpty, !added.isEmpty else { return [] }
    // By what it says, for a record may name the document that it is of.
    func content(_ entry: Entry, _ snapshot: Snapshot) -> Digest {
      guard let record = try? Record(bytes: snapshot.store.get(entry.digest)),
        let content = try? record.content()
      else { return entry.digest }
      return content.digest
    }
    var places: [Digest: [String]] = [:]
    for entry in removed.reversed() { places[content(entry, old), default: []].append(entry.id) }
    return added.compactMap { entry in
      guard let from = places[content(entry, new)]?.popLast() else { return nil }
      return Move(from: from, to: entry.id)
    }
  }
}
