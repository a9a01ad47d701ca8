import Foundations
import Planning
import StageKit
import Store

/// One run of an item stage: takes what the stages above send, finds out what has to be done, lets
/// workers do it, sends on what comes out, and in the end assembles the new dataset.
final class ItemStageRun: Sendable {
  let inbox = Inbox()
  private let scope: StageScope
  private let stage: any ItemStage
  /// Where this stage's items go.
  private let consumers: [StreamConsumer]

  init(_ scope: StageScope, _ stage: any ItemStage, consumers: [StreamConsumer]) {
    self.scope = scope
    self.stage = stage
    self.consumers = consumers
  }

  /// Runs the stage to its end, on the calling thread, and tells the consumers.
  func run() throws -> NodeResult {
    var final: Dataset?
    defer {
      inbox.close()
      for consumer in consumers { consumer.put(.finished(need: consumer.need, final)) }
    }
    let flow = try ItemFlow(scope, stage, consumers: consumers)
    defer { flow.removeScratch() }
    do {
      guard let inputs = try takeAll(flow) else {
        // A stage above failed: what was begun is finished and remembered, the dataset stays as it was.
        flow.abort()
        return scope.ended(
          scope.session.isStopping ? .interrupted : .blocked, "waits for a stage that did not succeed")
      }
      flow.drain()
      try flow.check()
      let result = try finish(flow, inputs)
      final = result.dataset
      return result.node
    } catch {
      flow.abort()
      throw error
    }
  }

  /// Takes all that comes in, until the stages above have ended; returns their datasets, or `nil` when one of them did
  /// not succeed.
  private func takeAll(_ flow: ItemFlow) throws -> [Dataset]? {
    var finals = [Dataset?](repeating: nil, count: scope.needs.count)
    var open = finals.count
    var taken: [Dataset] = []
    while open > 0 {
      guard let message = inbox.take({ [session = scope.session] in session.isStopping }) else {
        throw SluiceError(.interrupted, "the run was interrupted")
      }
      try flow.check()
      switch message {
      case .carried(_, let dataset, let positions):
        try admit(dataset, finals.count > 1 ? others(dataset, positions, besides: taken) : positions, flow)
        if finals.count > 1 { taken.append(dataset) }
      case .items(_, let items):
        for item in items {
          if let position = flow.verdicts.carried(item) {
            flow.carryOver([position])
          } else {
            try flow.admit(item, before: flow.verdicts.before(item.id))
          }
        }
      case .finished(let need, let dataset):
        guard let dataset else { return nil }
        finals[need] = dataset
        open -= 1
      }
    }
    return finals.compactMap { $0 }
  }

  /// An item that two stages have is one item: it is looked at once.
  private func others(_ dataset: Dataset, _ positions: [UInt32]?, besides taken: [Dataset]) -> [UInt32] {
    (positions ?? Array(0..<UInt32(dataset.count))).filter { position in
      let id = dataset.id(Int(position))
      return !taken.contains { $0.index(of: id) != nil }
    }
  }

  /// Takes in entries of a dataset whose records are in the store.
  private func admit(_ dataset: Dataset, _ positions: [UInt32]?, _ flow: ItemFlow) throws {
    let (carried, open) = flow.verdicts.part(dataset, positions)
    flow.carryOver(carried)
    for (position, before) in open {
      try flow.check()
      let digest = dataset.digest(position)
      let record = Record(bytes: try scope.session.store.get(digest))
      try flow.admit(Item(id: dataset.id(position), digest: digest, record: record), before: before)
    }
  }

  // MARK: The end

  /// Old and new results become the new dataset, if the rules of the stage allow.
  private func finish(_ flow: ItemFlow, _ inputs: [Dataset]) throws -> (node: NodeResult, dataset: Dataset) {
    let session = scope.session
    let input = try union(inputs)
    let counts = scope.counts
    let former = flow.verdicts.former
    let rule = Guard(scope)
    try Tolerance(scope.declaration).check(failed: counts.failed, stale: counts.stale, of: input.count)
    try rule.check(
      vanishing: flow.table.goneCount, of: former?.input.count ?? 0,
      what: "items are gone from where they were fetched")
    var made = [ResultAssembly.Made?](repeating: nil, count: input.count)
    for (id, result) in flow.table.made { if let position = input.index(of: id.text) { made[position] = result } }
    let derived = try ResultAssembly(stage: scope.name, input: input, former: former, made: made).assemble()
    let before = try scope.lastDataset()
    try rule.check(from: before, to: derived.output, failed: lost(in: derived, since: former))
    try session.keep(derived.output)
    scope.count {
      $0.removed = DatasetDifference.removedCount(from: before, to: derived.output)
      $0.outputs = derived.output.count
    }
    let record = StageRecord(
      stage: scope.name, stageKey: scope.prepared.key, dataset: derived.output.digest, count: derived.output.count,
      type: scope.prepared.outputType, failed: derived.derivation.failedCount, run: session.run, recipe: scope.recipe,
      result: .items(
        ItemsResult(
          inputs: inputs.map(\.digest),
          origin: ItemOrigin(input: input.digest, derivation: try session.keep(derived.derivation)),
          freshnessPolicy: session.prepared.freshnessPolicy(scope.id), validity: derived.derivation.validity)))
    try flow.quarantine.releaseUntouched(unless: { input.index(of: $0) != nil })
    if counts.done == 0, let last = scope.last, record.saysTheSame(as: last) {
      return (scope.ended(.upToDate), derived.output)
    }
    return (try scope.completed(record), derived.output)
  }

  /// How many items are not in the result because what they came from failed.
  private func lost(in result: DerivedDataset, since former: DerivedDataset?) -> Int {
    guard let former, result.derivation.failedCount > 0 else { return 0 }
    return (0..<result.input.count).reduce(0) { lost, position in
      guard result.derivation.isFailed(position), let old = former.input.index(of: result.input.id(position)) else {
        return lost
      }
      return lost + former.derivation.outputs(ofInput: old).count
    }
  }

  /// The one dataset that the stage reads.
  private func union(_ datasets: [Dataset]) throws -> Dataset {
    guard datasets.count > 1 else { return datasets.first ?? .empty }
    var builder = DatasetBuilder()
    for dataset in datasets {
      dataset.withEntries { entries in
        for position in 0..<entries.count {
          builder.append(id: entries.id(position), digest: entries.digestBytes(position))
        }
      }
    }
    let union = builder.build()
    for dataset in datasets {
      var conflict: Int?
      DatasetDifference.merge(dataset, union) { old, _, isEqual in
        if let old, !isEqual { conflict = conflict ?? old }
      }
      if let conflict {
        throw SluiceError(
          .badInput,
          "\(scope.name): two of the stages it needs have an item '\(dataset.id(conflict))' with different content",
          advice: "Give the items ids that differ, or read the two in stages of their own.")
      }
    }
    try scope.session.keep(union)
    return union
  }
}
