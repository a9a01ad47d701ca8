import Foundations
import Manifest
import Planning
import StageKit
import Store
import Synchronization

/// One run of an item stage: takes what the stages above send, finds out what has to be done, lets
/// workers do it, sends on what comes out, and in the end assembles the new dataset.
final class ItemStageRun: Sendable {
  /// What was once made of each input, when the key is still the same.
  private struct Carry: Sendable {
    let input: Dataset
    let output: Dataset
    let derivation: Derivation
    /// Whether the times until which results hold are those of today's parameters, and of a clock that was right.
    let isFreshnessKnown: Bool

    func canCarry(_ position: Int, now: Timestamp) -> Bool {
      let validUntil = derivation.validUntil[position]
      return validUntil == .infinity || isFreshnessKnown && validUntil > now.seconds
    }
  }

  let index: Int
  let inbox = Inbox()
  /// The input of the last result, under whichever key: says whether an item is new or changed.
  private let formerInput = Mutex<Dataset?>(nil)
  private let session: RunSession
  private let stage: any ItemStage
  private let reasons: [RunReason]
  private let results: ItemResults
  private let queue: WorkQueue
  /// Where this stage's items go, and which of their needs it is.
  let consumers: [(run: ItemStageRun, need: Int)]

  init(
    session: RunSession, index: Int, stage: any ItemStage, reasons: [RunReason],
    consumers: [(run: ItemStageRun, need: Int)]
  ) {
    self.session = session
    self.index = index
    self.stage = stage
    self.reasons = reasons
    self.consumers = consumers
    let queue = WorkQueue(isStopping: { session.isStopping })
    self.queue = queue
    results = ItemResults(
      session: session, index: index, stage: stage, queue: queue, consumers: consumers)
  }

  private var prepared: PreparedStage { session.prepared.stages[index] }
  private var name: String { prepared.declaration.name }
  private var needCount: Int { session.prepared.graph.needs[index].count }

  /// Runs the stage to its end, on the calling thread, and tells the consumers.
  func run() -> NodeResult {
    let start = MonotonicClock.now
    let record = session.prepared.records[name]
    var result: NodeResult
    do {
      result = NodeResult(summary: StageSummary(name: name, state: .done), record: record)
      result = try coordinate(record)
    } catch {
      queue.abort()
      results.waitForWorkers()
      let failure = SluiceError(wrapping: error)
      result = NodeResult(
        summary: StageSummary(
          name: name,
          state: failure.code == .interrupted
            ? .interrupted : failure.code == .guarded ? .guarded : .failed),
        record: record)
      result.summary.message = Secrets.redacted(failure.description)
      if result.summary.state == .failed { result.summary.failure = failure.code }
    }
    inbox.close()
    results.removeScratch()
    result.summary.seconds = MonotonicClock.seconds(since: start)
    result.summary.counts = session.counts(index)
    result.summary.counts.queued = 0
    let dataset = result.isUsable ? results.finalDataset : nil
    for consumer in consumers { consumer.run.inbox.put(.finished(need: consumer.need, dataset)) }
    return result
  }

  private func coordinate(_ record: StageRecord?) throws -> NodeResult {
    if let input = record?.input {
      let dataset = try session.dataset(input)
      formerInput.withLock { $0 = dataset }
    }
    let carry = try loadCarry(record)
    results.prepare(former: carry.map { ($0.input, $0.output, $0.derivation) })
    var finals = [Dataset?](repeating: nil, count: needCount)
    var open = needCount
    var taken: [Dataset] = []
    while open > 0 {
      guard let message = inbox.take({ [session] in session.isStopping }) else {
        throw SluiceError(.interrupted, "the run was interrupted")
      }
      if let error = results.fatalError { throw error }
      switch message {
      case .carried(_, let dataset, let positions):
        if needCount > 1 {
          // An item that two stages have is one item: it is looked at once.
          taken.append(dataset)
          let others = taken.dropLast()
          let fresh = (positions?.map(Int.init) ?? Array(0..<dataset.count)).filter { position in
            let id = dataset.id(position)
            return !others.contains { $0.index(of: id) != nil }
          }
          try admit(dataset, fresh.map(UInt32.init), carry)
        } else {
          try admit(dataset, positions, carry)
        }
      case .items(_, let items):
        for item in items {
          if let carry, let before = carry.input.index(of: item.id),
            carry.input.digest(before) == item.digest,
            carry.canCarry(before, now: session.now)
          {
            carryOver([before], carry)
          } else {
            try results.admit(item, before: before(item.id))
          }
        }
      case .finished(let need, let dataset):
        guard let dataset else { return try stopBlocked(record) }
        finals[need] = dataset
        open -= 1
      }
    }
    queue.close()
    results.waitForWorkers()
    if let error = results.fatalError { throw error }
    if session.isStopping { throw SluiceError(.interrupted, "the run was interrupted") }
    let input = try union(finals.compactMap { $0 })
    let assembly = ItemStageAssembly(
      session: session, index: index, results: results, reasons: reasons)
    return try assembly.finish(
      input: input, inputs: finals.compactMap { $0?.digest },
      former: carry.map { ($0.input, $0.output, $0.derivation) },
      record: record)
  }

  /// A stage above failed: what was begun is finished and remembered, the dataset stays as it was.
  private func stopBlocked(_ record: StageRecord?) throws -> NodeResult {
    queue.abort()
    results.waitForWorkers()
    var summary = StageSummary(name: name, state: session.isStopping ? .interrupted : .blocked)
    summary.message = "waits for a stage that did not succeed"
    return NodeResult(summary: summary, record: record)
  }

  private func before(_ id: String) -> Digest? {
    formerInput.withLock { former in former.flatMap { former in former.index(of: id).map { former.digest($0) } } }
  }

  private func loadCarry(_ record: StageRecord?) throws -> Carry? {
    guard let record, record.stageKey == prepared.key, !session.options.forced.contains(index),
      let input = record.input,
      let derivation = record.derivation
    else { return nil }
    let carry = Carry(
      input: try formerInput.withLock { $0 } ?? session.dataset(input), output: try session.dataset(record.dataset),
      derivation: try Derivation(reading: session.store.get(derivation)),
      isFreshnessKnown: record.fingerprint == stage.freshnessPolicy.map { Digest(of: $0) }
        && record.isTimely(session.now))
    guard carry.derivation.inputCount == carry.input.count,
      carry.derivation.output == carry.output.digest
    else {
      throw SluiceError(
        .corrupt, "\(name): its stored derivation does not fit its datasets",
        advice: "Run `sluice fsck --repair`.")
    }
    return carry
  }

  /// Takes in entries of a dataset whose records are in the store.
  private func admit(_ dataset: Dataset, _ positions: [UInt32]?, _ carry: Carry?) throws {
    var carried: [Int] = []
    var missing: [(position: Int, before: Digest?)] = []
    if let carry, carry.input.digest == dataset.digest {
      for position in positions?.map(Int.init) ?? Array(0..<dataset.count) {
        if carry.canCarry(position, now: session.now) {
          carried.append(position)
        } else {
          missing.append((position, carry.input.digest(position)))
        }
      }
    } else if let carry {
      let wanted = positions.map { Set($0) }
      DatasetDifference.merge(carry.input, dataset) { old, new, isEqual in
        guard let new, wanted?.contains(UInt32(new)) ?? true else { return }
        if let old, isEqual, carry.canCarry(old, now: session.now) {
          carried.append(old)
        } else {
          missing.append((new, old.map { carry.input.digest($0) }))
        }
      }
    } else {
      missing = (positions?.map(Int.init) ?? Array(0..<dataset.count)).map { ($0, before(dataset.id($0))) }
    }
    if let carry, !carried.isEmpty { carryOver(carried, carry) }
    for (position, before) in missing {
      if session.isStopping { return }
      let digest = dataset.digest(position)
      let item = Item(
        id: dataset.id(position), digest: digest,
        record: Record(bytes: try session.store.get(digest)))
      try results.admit(item, before: before)
      if let error = results.fatalError { throw error }
    }
  }

  private func carryOver(_ inputs: [Int], _ carry: Carry) {
    session.count(index) { $0.cached += inputs.count }
    guard !consumers.isEmpty else { return }
    var positions: [UInt32]?
    if inputs.count != carry.input.count {
      var some: [UInt32] = []
      some.reserveCapacity(inputs.count)
      for input in inputs { some.append(contentsOf: carry.derivation.outputs(ofInput: input)) }
      positions = some
    }
    for consumer in consumers {
      consumer.run.inbox.put(.carried(need: consumer.need, carry.output, positions))
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
          "\(name): two of the stages it needs have an item '\(dataset.id(conflict))' with different content",
          advice: "Give the items ids that differ, or read the two in stages of their own.")
      }
    }
    try session.keep(union)
    return union
  }
}
