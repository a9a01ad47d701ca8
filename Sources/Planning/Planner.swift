import Foundations
import Manifest
import StageKit
import Store

/// Works a plan out; never runs or writes anything.
package struct Planner {
  private let prepared: PreparedPipeline
  private let selection: Set<Int>
  private let forced: Set<Int>
  private let now: Timestamp
  private let jobs: Int

  /// What is known beforehand of a stage's output.
  private struct Forecast {
    /// The very dataset, when it is certain.
    var dataset: Digest?
    /// The result that it belongs to.
    var record: StageRecord?
    /// Items that would be new or other; `nil`: unknown.
    var changed: Int?
    /// Positions in the last dataset that would leave.
    var removed: [UInt32]
  }

  package init(
    _ prepared: PreparedPipeline, selection: Set<Int>, forced: Set<Int>, now: Timestamp = .now,
    jobs: Int
  ) {
    self.prepared = prepared
    self.selection = selection
    self.forced = forced
    self.now = now
    self.jobs = jobs
  }

  package func plan() throws -> Plan {
    let graph = prepared.graph
    var forecasts = [Forecast?](repeating: nil, count: graph.stages.count)
    var result = [Plan.Stage?](repeating: nil, count: graph.stages.count)
    for index in graph.order {
      let (stage, forecast) = try plan(
        index, graph.needs[index].map { forecasts[$0] ?? Forecast(removed: []) })
      forecasts[index] = forecast
      result[index] = stage
    }
    return Plan(pipeline: graph.pipeline.name, stages: result.compactMap { $0 })
  }

  private func plan(_ index: Int, _ needs: [Forecast]) throws -> (Plan.Stage, Forecast) {
    let stage = prepared.stages[index]
    let name = stage.declaration.name
    let record = prepared.records[name]
    var planned = Plan.Stage(
      name: name, kind: stage.declaration.definition.kind, isSelected: selection.contains(index),
      reasons: [], toRun: 0,
      reused: record?.count ?? 0, removedInputs: 0, removedOutputs: 0, outputType: stage.outputType)
    if case .success(let body) = stage.stage { planned.notes = body.stage.notes }
    guard planned.isSelected else {
      return (
        planned,
        Forecast(
          dataset: record?.dataset, record: record, changed: record == nil ? nil : 0, removed: [])
      )
    }
    guard case .success(let body) = stage.stage else {
      if case .failure(let error) = stage.stage { planned.problem = error }
      return (planned, Forecast(dataset: nil, changed: nil, removed: []))
    }
    if case .source(let source) = body {
      do { return try plan(source: source, index, planned, record) } catch {
        // Of one source that cannot be looked at the others do not hang.
        planned.problem = SluiceError(wrapping: error)
        return (planned, Forecast(dataset: nil, changed: nil, removed: []))
      }
    }
    let uncertain = zip(prepared.graph.needs[index], needs).filter { $0.1.dataset == nil }.map {
      prepared.graph.stages[$0.0].name
    }
    planned.reasons = reasons(index, needs, uncertain, record)
    if planned.reasons.isEmpty {
      return (planned, Forecast(dataset: record?.dataset, record: record, changed: 0, removed: []))
    }
    if case .collection(let collection) = body, uncertain.isEmpty {
      do { try collection.check(try inputs(index, needs)) } catch {
        planned.problem = SluiceError(wrapping: error)
        return (planned, Forecast(dataset: nil, changed: nil, removed: []))
      }
    }
    guard case .item(let item) = body else {
      planned.toRun = uncertain.isEmpty ? 1 : nil
      planned.reused = 0
      planned.isRemovalKnown = record?.count ?? 0 == 0
      return (planned, Forecast(dataset: nil, changed: nil, removed: []))
    }
    let changed = try count(item, index, &planned, needs, record)
    let leaving = try removed(index, &planned, needs, record)
    // It is due, and a look shows that there is nothing to do: what it made stands, and all below it.
    if planned.toRun == 0, planned.reasons == [.refreshDue], let record, needs.count == 1,
      needs[0].dataset == record.input
    {
      planned.reasons = []
      return (planned, Forecast(dataset: record.dataset, record: record, changed: 0, removed: []))
    }
    planned.isRemovalKnown = planned.toRun == 0 || record?.count ?? 0 == 0
    if let record, record.recipe == prepared.recipe(index) {
      planned.isGuarded = prepared.pipeline.vanishGuard.forbids(planned.removedOutputs, of: record.count)
    }
    return (planned, Forecast(dataset: nil, changed: changed, removed: leaving))
  }

  /// - Parameter uncertain: the stages that it needs of whose results only a run can tell.
  private func reasons(_ index: Int, _ needs: [Forecast], _ uncertain: [String], _ record: StageRecord?) -> [RunReason]
  {
    let isForced = forced.contains(index)
    guard uncertain.isEmpty else {
      return prepared.reasons(index, inputs: record?.inputs ?? [], now: now, isForced: isForced) + [
        .upstreamRuns(uncertain)
      ]
    }
    let inputs = needs.compactMap { $0.record.map { prepared.inputDigest($0, for: index) } }
    return prepared.reasons(index, inputs: inputs, now: now, isForced: isForced)
  }

  /// What a collection stage would be given, where all that it needs is certain.
  private func inputs(_ index: Int, _ needs: [Forecast]) throws -> CollectionInputs {
    guard let store = prepared.store else { return CollectionInputs(datasets: []) }
    return CollectionInputs(
      datasets: try needs.compactMap(\.record).map { record in
        StoredDataset(
          stage: record.stage, type: record.type, dataset: try Dataset(reading: prepared.object(record.dataset)),
          files: record.files, store: store)
      })
  }

  private func plan(
    source: any SourceStage, _ index: Int, _ planned: Plan.Stage, _ record: StageRecord?
  ) throws -> (Plan.Stage, Forecast) {
    var planned = planned
    let view = try source.look(prepared.sourceContext(index, jobs: jobs))
    planned.reasons = prepared.reasons(
      index, inputs: [], fingerprint: view.fingerprint, now: now, isForced: forced.contains(index))
    if planned.reasons.isEmpty {
      return (planned, Forecast(dataset: record?.dataset, record: record, changed: 0, removed: []))
    }
    if view.isDue {
      // Only the network knows what is there now, and a plan does not ask it.
      planned.reasons = planned.reasons.filter { $0 != .sourceChanged } + [.refreshDue]
      planned.toRun = nil
      planned.isRemovalKnown = record?.count ?? 0 == 0
      return (planned, Forecast(dataset: nil, changed: nil, removed: []))
    }
    let listing = try view.list()
    guard let record, let input = record.input, let old = try dataset(input), let derivation = try derivation(record)
    else {
      planned.toRun = listing.contents.count
      planned.reused = 0
      return (planned, Forecast(dataset: nil, changed: listing.contents.count, removed: []))
    }
    let isSameKey = record.stageKey == prepared.stages[index].key
    let difference = DatasetDifference(from: old, to: listing.contents)
    planned.toRun = isSameKey ? difference.added.count + difference.changed.count : listing.contents.count
    planned.reused = isSameKey ? difference.unchanged : 0
    planned.removedInputs = difference.removed.count
    let removed = difference.removed.flatMap { Array(derivation.outputs(ofInput: $0)) }
    planned.removedOutputs = removed.count
    planned.leaving = difference.removed.prefix(Plan.mostNames).map { old.id($0) }
    planned.isGuarded = prepared.pipeline.vanishGuard.forbids(difference.removed.count, of: old.count)
    if isSameKey && difference.isEmpty && listing.failures.isEmpty && record.failed == 0
      && !forced.contains(index)
    {
      // Touched, but the same: no work, and what follows stays as it is.
      planned.reasons = []
      return (planned, Forecast(dataset: record.dataset, record: record, changed: 0, removed: []))
    }
    return (planned, Forecast(dataset: nil, changed: planned.toRun, removed: removed))
  }

  /// How many items of a stage would be worked on, if that can be told; sets `toRun` and `reused`.
  private func count(
    _ stage: any ItemStage, _ index: Int, _ planned: inout Plan.Stage, _ needs: [Forecast],
    _ record: StageRecord?
  ) throws -> Int? {
    let key = prepared.stages[index].key
    let isSameKey = record?.stageKey == key && !forced.contains(index)
    if needs.allSatisfy({ $0.dataset != nil }) {
      var missing = 0
      var reused = 0
      let old = isSameKey ? try record?.input.flatMap(dataset) : nil
      let derivation = isSameKey ? try record.flatMap(derivation) : nil
      let isFreshnessKnown =
        record.map {
          $0.fingerprint == prepared.freshnessPolicy(index) && $0.isTimely(now)
        } ?? false
      for digest in needs.compactMap(\.dataset) {
        guard let current = try dataset(digest) else { return nil }
        try current.withEntries { entries in
          for position in 0..<entries.count {
            if let old, let derivation,
              let before = old.withEntries({ $0.index(of: entries.id(position)) }),
              old.digest(before) == entries.digest(position), !derivation.isFailed(before),
              derivation.validUntil[before] == .infinity
                || isFreshnessKnown && derivation.validUntil[before] > now.seconds
            {
              reused += 1
            } else if forced.contains(index) {
              missing += 1
            } else if try isRemembered(
              stage, key, String(decoding: entries.id(position), as: UTF8.self),
              entries.digest(position))
            {
              reused += 1
            } else {
              missing += 1
            }
          }
        }
      }
      planned.toRun = missing
      planned.reused = reused
      // What an item becomes is not known before it ran, nor how much follows from it; and under another key it may
      // be remembered as something else.
      return missing == 0 && isSameKey ? 0 : nil
    }
    let changes = needs.map(\.changed)
    guard isSameKey, !changes.contains(where: { $0 == nil }) else {
      planned.toRun = nil
      planned.reused = 0
      return nil
    }
    let total = changes.compactMap { $0 }.reduce(0, +)
    planned.toRun = total
    planned.reused = max(0, ((record?.input).flatMap { try? dataset($0)?.count } ?? 0) - total)
    // What a changed item becomes is not known before it ran: how much follows from it, neither.
    return total == 0 ? 0 : nil
  }

  private func isRemembered(_ stage: any ItemStage, _ key: Digest, _ id: String, _ digest: Digest)
    throws -> Bool
  {
    guard let reader = prepared.reader, let bytes = try? prepared.object(digest) else {
      return false
    }
    let item = Item(id: id, digest: digest, record: Record(bytes: bytes))
    guard let entry = try reader.memo(stageKey: key, key: stage.projection.digest(of: item)) else {
      return false
    }
    let validUntil = stage.validUntil(entry.validUntil, of: item, validators: entry.validators)
    guard let validUntil, validUntil <= now.seconds else { return true }
    return stage.stillHolds(item, validators: entry.validators)
  }

  /// What would leave because its origin left; sets the counts.
  private func removed(
    _ index: Int, _ planned: inout Plan.Stage, _ needs: [Forecast], _ record: StageRecord?
  ) throws -> [UInt32] {
    guard let record, let derivation = try derivation(record),
      let input = try record.input.flatMap(dataset)
    else { return [] }
    var removed: [UInt32] = []
    for place in try leavingInputs(index, needs, input) {
      planned.removedInputs += 1
      removed.append(contentsOf: derivation.outputs(ofInput: place))
    }
    planned.removedOutputs = removed.count
    if let output = try dataset(record.dataset) {
      planned.leaving = removed.prefix(Plan.mostNames).map { output.id(Int($0)) }
    }
    return removed
  }

  /// The positions in a stage's last input of what would be in it no longer, as far as that is certain.
  private func leavingInputs(_ index: Int, _ needs: [Forecast], _ input: Dataset) throws -> [Int] {
    if needs.allSatisfy({ $0.dataset != nil }) {
      let now = try needs.compactMap(\.dataset).compactMap(dataset)
      if now.count == 1, now[0].digest == input.digest { return [] }
      return (0..<input.count).filter { position in
        let id = input.id(position)
        return !now.contains { $0.index(of: id) != nil }
      }
    }
    var places: [Int] = []
    for (need, forecast) in zip(prepared.graph.needs[index], needs) where !forecast.removed.isEmpty {
      guard let upstream = prepared.records[prepared.graph.stages[need].name],
        let old = try dataset(upstream.dataset)
      else { continue }
      places += forecast.removed.compactMap { input.index(of: old.id(Int($0))) }
    }
    return places
  }

  private func dataset(_ digest: Digest) throws -> Dataset? {
    try Dataset(reading: prepared.object(digest))
  }

  private func derivation(_ record: StageRecord) throws -> Derivation? {
    try record.derivation.map { try Derivation(reading: prepared.object($0)) }
  }
}
