import Foundations
import Manifest
import StageKit
import Store

/// Decides what becomes of the items of one stage: the one place where that is decided, for plans and for runs.
package struct ItemVerdicts: Sendable {
  /// What was once made of each input, when the key is still the same.
  package let former: DerivedDataset?
  /// The input of the last result, under whichever key: says whether an item is new or changed.
  private let lastInput: Dataset?
  private let stageKey: Digest
  private let isForced: Bool
  private let now: Timestamp
  /// Whether the times until which results hold are those of today's parameters, and of a clock that was right.
  private let isFreshnessKnown: Bool
  /// Whether all that the stage consists of is as it was when it made the last result.
  private let hasSameParts: Bool

  /// - Parameter load: reads a stored dataset.
  /// - Throws: `.corrupt` when the last result cannot be read.
  package init(
    _ prepared: PreparedPipeline, _ id: StageID, isForced: Bool, now: Timestamp, load: (Digest) throws -> Dataset
  ) throws {
    let stage = prepared.stages[id]
    stageKey = stage.key
    self.isForced = isForced
    self.now = now
    let record = prepared.records[stage.declaration.name]
    lastInput = try record?.result.origin.map { try load($0.input) }
    guard let record, record.stageKey == stage.key, !isForced else {
      former = nil
      isFreshnessKnown = false
      hasSameParts = false
      return
    }
    former = try prepared.derived(record, load: load)
    if case .items(let result) = record.result {
      let isSame = result.freshnessPolicy == prepared.freshnessPolicy(id)
      isFreshnessKnown = isSame && record.isTimely(now)
      if case .success(.item(let body)) = stage.stage, body.partVersions != nil {
        hasSameParts = isSame
      } else {
        hasSameParts = true
      }
    } else {
      isFreshnessKnown = true
      hasSameParts = true
    }
  }

  /// Whether the last result still says what an input, by its position there, becomes.
  package func carries(_ position: Int) -> Bool {
    switch former?.derivation.validity(position) {
    case nil: false
    case .forever?: hasSameParts
    case let validity?: isFreshnessKnown && validity.holds(at: now)
    }
  }

  /// Where the last result has an item, with the same content and as something that still holds.
  package func carried(_ item: Item) -> Int? {
    guard let former, let position = former.input.index(of: item.id), former.input.digest(position) == item.digest,
      carries(position)
    else { return nil }
    return position
  }

  /// What the last input had under an id.
  package func before(_ id: String) -> Digest? {
    lastInput.flatMap { last in last.index(of: id).map { last.digest($0) } }
  }

  /// Parts the entries of a dataset: those that the last result has, by their positions there, and the others.
  /// - Parameter positions: the entries that are meant; `nil`: all.
  package func part(_ dataset: Dataset, _ positions: [UInt32]? = nil) -> (
    carried: [Int], open: [(position: Int, before: Digest?)]
  ) {
    var carried: [Int] = []
    var open: [(position: Int, before: Digest?)] = []
    func all() -> [Int] { positions?.map(Int.init) ?? Array(0..<dataset.count) }
    guard let former else { return ([], all().map { ($0, before(dataset.id($0))) }) }
    if former.input.digest == dataset.digest {
      for position in all() {
        if carries(position) { carried.append(position) } else { open.append((position, dataset.digest(position))) }
      }
      return (carried, open)
    }
    let wanted = positions.map(Set.init)
    DatasetDifference.merge(former.input, dataset) { old, new, isEqual in
      guard let new, wanted?.contains(UInt32(new)) ?? true else { return }
      if let old, isEqual, carries(old) {
        carried.append(old)
      } else {
        open.append((new, old.map { former.input.digest($0) }))
      }
    }
    return (carried, open)
  }

  /// What becomes of an item that the last result does not have.
  /// - Parameters:
  ///   - memoKey: names what the stage reads of it.
  ///   - before: the digest that it had in the last input, if it was there.
  ///   - isQuarantined: whether it failed the last time.
  package func verdict(
    of item: Item, _ stage: any ItemStage, memoKey: Digest, before: Digest?, isQuarantined: Bool, reader: LedgerReader
  ) throws -> ItemVerdict {
    let entry = try reader.memo(stageKey: stageKey, key: memoKey)
    // It is asked for as if nothing were known of it; what is known stays when it cannot be had.
    if isForced { return .due(.forced, former: entry.map { MemoEntry($0, validators: [:]) }) }
    guard let entry, stage.isCurrent(entry.validators) else {
      return .due(isQuarantined ? .retry : before == nil ? .new : before == item.digest ? .key : .changed, former: nil)
    }
    let validity = stage.validity(entry.validity, of: item, validators: entry.validators)
    return validity.holds(at: now) ? .remembered(entry, validity) : .due(.refresh, former: entry)
  }
}
