import Foundations
import Manifest
import StageKit
import Store

/// Works a plan out; never runs or writes anything.
package struct Planner {
  let prepared: PreparedPipeline
  private let selection: Set<StageID>
  private let forced: Set<StageID>
  private let now: Timestamp
  private let jobs: Int

  /// Plans a run of these stages.
  /// - Parameters:
  ///   - forced: those whose results are not taken from the memo.
  ///   - now: against which due times are held.
  package init(
    _ prepared: PreparedPipeline, selection: Set<StageID>, forced: Set<StageID>, now: Timestamp = .now, jobs: Int
  ) {
    self.prepared = prepared
    self.selection = selection
    self.forced = forced
    self.now = now
    self.jobs = jobs
  }

  /// Looks at the sources and at what is stored.
  /// - Throws: what keeps a plan from being made at all; what keeps one stage from running stands in the plan.
  package func plan() throws -> Plan {
    let graph = prepared.graph
    var forecasts = StageTable<Forecast?>(repeating: nil, for: graph.stages)
    for id in graph.order {
      let needs = graph.needs[id].map { need in
        guard let forecast = forecasts[need] else { preconditionFailure("the order of the graph puts needs first") }
        return forecast
      }
      forecasts[id] = try forecast(id, needs)
    }
    return Plan(pipeline: graph.pipeline.name, stages: forecasts.compactMap { $0?.stage })
  }

  private func forecast(_ id: StageID, _ needs: [Forecast]) throws -> Forecast {
    let stage = prepared.stages[id]
    let record = prepared.records[stage.declaration.name]
    var planned = Plan.Stage(
      name: stage.declaration.name, kind: stage.declaration.definition.kind, isSelected: selection.contains(id),
      reasons: [], toRun: 0, reused: record?.count ?? 0, removedInputs: 0, removedOutputs: 0,
      outputType: stage.outputType)
    if case .success(let body) = stage.stage { planned.notes = body.stage.notes }
    guard planned.isSelected else { return .unchanged(planned, record) }
    switch stage.stage {
    case .failure(let error): return .problem(planned, error)
    case .success(.source(let source)):
      // Of one source that cannot be looked at the others do not hang.
      do { return try forecast(source, id, planned, record) } catch { return .problem(planned, error) }
    case .success(.item(let body)):
      planned.reasons = reasons(id, needs, record)
      return planned.reasons.isEmpty ? .unchanged(planned, record) : try forecast(body, id, planned, needs, record)
    case .success(.collection(let body)):
      planned.reasons = reasons(id, needs, record)
      return planned.reasons.isEmpty ? .unchanged(planned, record) : forecast(body, planned, needs, record)
    }
  }

  /// The stages that a stage needs of whose results only a run can tell.
  private func uncertain(_ needs: [Forecast]) -> [String] { needs.filter { $0.record == nil }.map(\.stage.name) }

  private func reasons(_ id: StageID, _ needs: [Forecast], _ record: StageRecord?) -> [RunReason] {
    let isForced = forced.contains(id)
    let uncertain = uncertain(needs)
    guard uncertain.isEmpty else {
      return prepared.reasons(id, inputs: record?.inputs ?? [], now: now, isForced: isForced) + [
        .upstreamRuns(uncertain)
      ]
    }
    let inputs = needs.compactMap(\.record).map { prepared.inputDigest($0, for: id) }
    return prepared.reasons(id, inputs: inputs, now: now, isForced: isForced)
  }

  private func forecast(
    _ source: any SourceStage, _ id: StageID, _ planned: Plan.Stage, _ record: StageRecord?
  ) throws -> Forecast {
    var planned = planned
    let isForced = forced.contains(id)
    let view = try source.look(prepared.sourceContext(id, jobs: jobs))
    planned.reasons = prepared.reasons(
      id, inputs: [], fingerprint: view.fingerprint, now: now, isForced: isForced)
    if planned.reasons.isEmpty { return .unchanged(planned, record) }
    if view.isDue {
      // Only the network knows what is there now, and a plan does not ask it.
      planned.reasons = planned.reasons.filter { $0 != .sourceChanged } + [.refreshDue]
      planned.toRun = nil
      planned.isRemovalKnown = record?.count ?? 0 == 0
      return .unknown(planned)
    }
    let listing = try view.list().without(prepared.tombstones).listing
    let verdicts = try ItemVerdicts(prepared, id, isForced: isForced, now: now, load: prepared.dataset)
    let (carried, open) = verdicts.part(listing.contents)
    planned.toRun = open.count
    planned.reused = carried.count
    guard let record, let last = try prepared.derived(record, load: prepared.dataset) else {
      return Forecast(stage: planned, changed: open.count)
    }
    let difference = DatasetDifference(from: last.input, to: listing.contents)
    planned.removedInputs = difference.removed.count
    let removed = difference.removed.flatMap { last.derivation.outputs(ofInput: $0) }
    planned.removedOutputs = removed.count
    planned.leaving = difference.removed.prefix(Plan.mostNames).map { last.input.id($0) }
    planned.isGuarded = prepared.pipeline.vanishGuard.forbids(difference.removed.count, of: last.input.count)
    if verdicts.former != nil && open.isEmpty && difference.isEmpty && listing.failures.isEmpty && record.failed == 0 {
      // Touched, but the same: no work, and what follows stays as it is.
      planned.reasons = []
      return .unchanged(planned, record)
    }
    return Forecast(stage: planned, changed: open.count, removed: removed)
  }

  private func forecast(
    _ stage: any CollectionStage, _ planned: Plan.Stage, _ needs: [Forecast], _ record: StageRecord?
  ) -> Forecast {
    var planned = planned
    let isCertain = uncertain(needs).isEmpty
    if isCertain, let store = prepared.store {
      do {
        let inputs = try needs.compactMap(\.record).map { record in
          StoredDataset(
            stage: record.stage, type: record.type, dataset: try prepared.dataset(record.dataset), files: record.files,
            store: store)
        }
        try stage.check(CollectionInputs(datasets: inputs))
      } catch {
        return .problem(planned, error)
      }
    }
    planned.toRun = isCertain ? 1 : nil
    planned.reused = 0
    planned.isRemovalKnown = record?.count ?? 0 == 0
    return .unknown(planned)
  }

  private func forecast(
    _ stage: any ItemStage, _ id: StageID, _ planned: Plan.Stage, _ needs: [Forecast], _ record: StageRecord?
  ) throws -> Forecast {
    let items = ItemForecast(
      prepared: prepared, id: id, stage: stage, needs: needs, record: record, now: now,
      isForced: forced.contains(id))
    let counts = try items.counts()
    var planned = planned
    planned.toRun = counts.toRun
    planned.reused = counts.reused
    let leaving = try items.leaving()
    planned.removedInputs = leaving.inputs
    planned.removedOutputs = leaving.outputs.count
    planned.leaving = leaving.names
    // It is due, and a look shows that there is nothing to do: what it made stands, and all below it.
    if planned.toRun == 0, planned.reasons == [.refreshDue], let record, needs.count == 1,
      needs[0].dataset == record.result.origin?.input
    {
      planned.reasons = []
      return .unchanged(planned, record)
    }
    planned.isRemovalKnown = planned.toRun == 0 || record?.count ?? 0 == 0
    if let record, record.recipe == prepared.recipe(id) {
      planned.isGuarded = prepared.pipeline.vanishGuard.forbids(planned.removedOutputs, of: record.count)
    }
    return Forecast(stage: planned, changed: counts.changed, removed: leaving.outputs)
  }
}
