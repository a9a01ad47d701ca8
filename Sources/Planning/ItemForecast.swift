import Foundations
import Manifest
import StageKit
import Store

/// What a run would do with the items of one stage.
struct ItemForecast {
  let prepared: PreparedPipeline
  let id: StageID
  let stage: any ItemStage
  let needs: [Forecast]
  let record: StageRecord?
  let now: Timestamp
  let isForced: Bool

  struct Counts {
    /// How many items would be worked on; `nil` when only a run can tell.
    var toRun: Int?
    var reused: Int
    /// Items of the output that would be new or other; `nil`: unknown.
    var changed: Int?
  }

  func counts() throws -> Counts {
    let isSameKey = record?.stageKey == prepared.stages[id].key && !isForced
    let datasets = needs.compactMap(\.dataset)
    guard datasets.count == needs.count else { return try countsBelowUncertainty(isSameKey) }
    let verdicts = try ItemVerdicts(prepared, id, isForced: isForced, now: now, load: prepared.dataset)
    var counts = Counts(toRun: 0, reused: 0)
    var toRun = 0
    for dataset in try datasets.map(prepared.dataset) {
      let (carried, open) = verdicts.part(dataset)
      let again = try open.count { try isReused(dataset, $0.position, before: $0.before, verdicts) }
      counts.reused += carried.count + again
      toRun += open.count - again
    }
    counts.toRun = toRun
    // What an item becomes is not known before it ran, nor how much follows from it; and under another key it may
    // be remembered as something else.
    counts.changed = toRun == 0 && isSameKey ? 0 : nil
    return counts
  }

  /// Stages above would run first: as many items would be worked on as they change, if they can tell, and as are open
  /// in what they made last (a stage above ran alone, items are due).
  private func countsBelowUncertainty(_ isSameKey: Bool) throws -> Counts {
    let changes = needs.compactMap(\.changed)
    // What cannot be read would be found out by a run.
    let standing = needs.compactMap { need in
      (need.dataset ?? prepared.records[need.stage.name]?.dataset).flatMap { try? prepared.dataset($0) }
    }
    guard isSameKey, changes.count == needs.count, standing.count == needs.count else { return Counts(reused: 0) }
    let verdicts = try ItemVerdicts(prepared, id, isForced: isForced, now: now, load: prepared.dataset)
    var total = changes.reduce(0, +)
    for dataset in standing {
      total += try verdicts.part(dataset).open.count {
        try !isReused(dataset, $0.position, before: $0.before, verdicts)
      }
    }
    let known = standing.reduce(0) { $0 + $1.count }
    // What a changed item becomes is not known before it ran: how much follows from it, neither.
    return Counts(toRun: total, reused: max(0, known - total), changed: total == 0 ? 0 : nil)
  }

  /// Whether an item that the last result does not have needs no work.
  private func isReused(_ dataset: Dataset, _ position: Int, before: Digest?, _ verdicts: ItemVerdicts) throws -> Bool {
    let digest = dataset.digest(position)
    // What cannot be read would be found out by a run; a plan only counts it.
    guard !isForced, let reader = prepared.reader, let bytes = try? prepared.object(digest) else { return false }
    let item = Item(id: dataset.id(position), digest: digest, record: Record(bytes: bytes))
    let verdict = try verdicts.verdict(
      of: item, stage, memoKey: stage.projection.digest(of: item), before: before, isQuarantined: false, reader: reader)
    switch verdict {
    case .carried, .remembered: return true
    // A run looks for itself; a plan takes what a look at this machine shows.
    case .due(.refresh, let entry?): return stage.stillHolds(item, validators: entry.validators)
    case .due: return false
    }
  }

  struct Leaving {
    /// How many items of the input.
    var inputs = 0
    /// Positions in the last dataset.
    var outputs: [UInt32] = []
    /// Ids of the outputs, up to `Plan.mostNames`.
    var names: [String] = []
  }

  /// What would leave because its origin left.
  func leaving() throws -> Leaving {
    guard let record, let last = try prepared.derived(record, load: prepared.dataset) else { return Leaving() }
    let places = try leavingInputs(last.input)
    let outputs = places.flatMap { last.derivation.outputs(ofInput: $0) }
    return Leaving(
      inputs: places.count, outputs: outputs, names: outputs.prefix(Plan.mostNames).map { last.output.id(Int($0)) })
  }

  /// The positions in the last input of what would be in it no longer, as far as that is certain.
  private func leavingInputs(_ input: Dataset) throws -> [Int] {
    let datasets = needs.compactMap(\.dataset)
    if datasets.count == needs.count {
      let now = try datasets.map(prepared.dataset)
      if now.count == 1, now[0].digest == input.digest { return [] }
      return (0..<input.count).filter { position in
        let name = input.id(position)
        return !now.contains { $0.index(of: name) != nil }
      }
    }
    var places: [Int] = []
    for need in needs where !need.removed.isEmpty {
      guard let above = prepared.records[need.stage.name] else { continue }
      let old = try prepared.dataset(above.dataset)
      places += need.removed.compactMap { input.index(of: old.id(Int($0))) }
    }
    return places
  }
}
