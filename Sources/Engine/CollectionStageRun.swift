import Foundations
import Glibc
import Manifest
import Planning
import StageKit
import Store

/// One run of a collection stage: asks the memo for the projected input, runs the stage, keeps what
/// it made.
struct CollectionStageRun {
  let scope: StageScope
  let stage: any CollectionStage
  /// The results of the stages it needs, in the order of `needs`.
  let needs: [StageRecord]

  private var session: RunSession { scope.session }
  private var prepared: PreparedStage { scope.prepared }
  private var name: String { scope.name }

  func run() throws -> NodeResult {
    let inputs = try zip(scope.needs, needs).map { id, need in
      StoredDataset(
        stage: need.stage, type: need.type, dataset: try session.dataset(need.dataset), files: need.files,
        store: session.store, isAlwaysOne: isAlwaysOne(session.prepared.stages[id]))
    }
    let history = stage.readsHistory ? session.prepared.histories[name] : nil
    // Digests of whole datasets are known; others are work like that of a stage.
    let projected =
      try stage.projection == .whole
      ? projectedDigest(inputs) : session.slots.whileHeld { try projectedDigest(inputs) }
    let memoKey = memoKey(projected, history)
    if !scope.isForced, let entry = try session.reader.memo(stageKey: prepared.key, key: memoKey),
      let output = try remembered(entry)
    {
      session.observe(.stageStarted(name: name, reasons: scope.reasons))
      scope.count { $0.cached = 1 }
      return try finish(session.dataset(output.dataset), output, inputs, .known)
    }
    let scratch = try session.scratch.make()
    defer { session.scratch.release(scratch) }
    // The slot is for the stage's own work: what is kept of it is kept while the next one works.
    let output = try session.slots.whileHeld { try work(inputs, history, scratch) }
    var builder = DatasetBuilder(capacity: output.items.count)
    for item in output.items {
      _ = try session.store.put(item.record.bytes)
      builder.append(id: item.id, digest: item.digest)
    }
    let dataset = builder.build()
    guard dataset.count == output.items.count else {
      throw SluiceError(
        .badInput, "\(name): two of the items it made have the same id",
        advice: "Ids must be unique in a dataset.")
    }
    try session.keep(dataset)
    var files: [String: Digest] = [:]
    for (file, path) in output.files.sorted(by: { $0.key < $1.key }) {
      files[file] = try session.store.adopt(file: path)
    }
    if let shortfall = output.shortfall { scope.log(.warning, "\(shortfall): made anew in the next run") }
    let made = CollectionMemo(
      dataset: dataset.digest, files: files, summary: output.summary,
      failures: output.failures.mapValues { CollectionMemo.Failure(kind: $0.kind, message: $0.message) })
    return try finish(dataset, made, inputs, output.shortfall == nil ? .remembered(as: memoKey) : .provisional)
  }

  private func work(
    _ inputs: [StoredDataset], _ history: HistoryRecord?, _ scratch: String
  ) throws -> CollectionOutput {
    // The run may have been stopped while it waited for its turn.
    try scope.checkStopping()
    session.observe(.stageStarted(name: name, reasons: scope.reasons))
    let started = MonotonicClock.now
    let inputs = try CollectionInputs(
      datasets: inputs, previous: previous(),
      history: history.map { history in
        StoredDataset(
          stage: name, type: history.type, dataset: try session.dataset(history.dataset), files: history.files,
          store: session.store)
      })
    try stage.check(inputs)
    let output = try stage.run(inputs, session.context(scope.id, scratch: scratch))
    // A stage that was stopped throws; one that came to its end is kept, however late.
    scope.count {
      $0.done = 1
      $0.workSeconds = MonotonicClock.seconds(since: started)
    }
    return output
  }

  /// Whether a stage that is needed makes one item, whatever happens. One of a family is one of as many as `foreach` has.
  private func isAlwaysOne(_ need: PreparedStage) -> Bool {
    guard case .success(let body) = need.stage else { return false }
    return body.stage.makesOneItem && scope.declaration.needs.contains { $0.stage == need.declaration.name }
  }

  /// What depends on the last result has it in its key: the same input after another night is another question.
  private func memoKey(_ input: Digest, _ history: HistoryRecord?) -> Digest {
    guard let history else { return input }
    var hasher = DigestHasher()
    hasher.field("history")
    hasher.update(history.combinedDigest)
    hasher.update(input)
    return hasher.finalize()
  }

  private func projectedDigest(_ inputs: [StoredDataset]) throws -> Digest {
    var hasher = DigestHasher()
    for input in inputs {
      hasher.field(input.stage)
      hasher.field(input.type)
      if input.isAlwaysOne { hasher.field("one") }
      if stage.projection == .whole {
        hasher.update(input.dataset.digest)
      } else {
        for position in 0..<input.dataset.count {
          let digest = input.dataset.digest(position)
          let item = Item(
            id: input.dataset.id(position), digest: digest,
            record: Record(bytes: try session.store.get(digest)))
          hasher.update(try stage.projection.digest(of: item))
          try scope.checkStopping()
        }
      }
      for (name, digest) in input.files.sorted(by: { $0.key < $1.key }) {
        hasher.field(name)
        hasher.update(digest)
      }
    }
    return hasher.finalize()
  }

  /// What the memo has, when all of it is still there.
  private func remembered(_ entry: MemoEntry) throws -> CollectionMemo? {
    guard let memo = try? CollectionMemo(reading: entry.outputs),
      try memo.files.values.allSatisfy({ try session.store.contains($0) })
    else { return nil }
    return memo
  }

  private func previous() throws -> CollectionInputs.Previous? {
    guard let last = scope.last, last.stageKey == prepared.key, case .collection(let result) = last.result,
      !scope.isForced, let digests = try session.store.get(result.datasets).withUnsafeBytes({ Digest.list($0) }),
      digests.count == needs.count
    else { return nil }
    let inputs = try zip(digests, needs).map { digest, need in
      StoredDataset(
        stage: need.stage, type: need.type, dataset: try session.dataset(digest), files: [:], store: session.store
      ).entries
    }
    return CollectionInputs.Previous(
      inputs: inputs,
      output: StoredDataset(
        stage: name, type: last.type, dataset: try session.dataset(last.dataset), files: result.files,
        store: session.store))
  }

  /// What the memo has to do with a result.
  private enum Memory {
    /// It came from there.
    case known
    /// It is put there, once the result is accepted.
    case remembered(as: Digest)
    /// It is less than it should be, and made anew in the next run.
    case provisional
  }

  private func finish(
    _ dataset: Dataset, _ made: CollectionMemo, _ inputs: [StoredDataset], _ memory: Memory
  ) throws -> NodeResult {
    try StageQuarantine(scope).set(
      made.failures.mapValues { ItemFailure(kind: $0.kind, message: $0.message) },
      of: needs.reduce(0) { $0 + $1.count })
    let before = try scope.lastDataset()
    try Guard(scope).check(from: before, to: dataset, countsOnly: !stage.hasStableIDs)
    scope.count {
      $0.outputs = dataset.count
      $0.removed = DatasetDifference.removedCount(from: before, to: dataset)
    }
    var isProvisional = false
    var more: [Recorder.Entry] = []
    switch memory {
    case .known: break
    case .provisional: isProvisional = true
    case .remembered(let key):
      let entry = MemoEntry(outputs: made.bytes, validity: .forever, validators: [:], run: session.run)
      more.append(LedgerEntries.memo(stageKey: prepared.key, key: key, entry))
    }
    let record = StageRecord(
      stage: name, stageKey: prepared.key, dataset: dataset.digest, count: dataset.count, type: prepared.outputType,
      failed: made.failures.count, run: session.run, recipe: scope.recipe,
      result: .collection(
        CollectionResult(
          inputs: needs.map(\.inputDigest), datasets: try session.store.put(inputs.flatMap(\.dataset.digest.bytes)),
          files: made.files, summary: made.summary, isProvisional: isProvisional)))
    if stage.readsHistory {
      let history = HistoryRecord(dataset: dataset.digest, files: made.files, type: record.type, run: session.run)
      more.append(LedgerEntries.history(history, pipeline: scope.pipeline, stage: name))
    }
    return try scope.completed(record, with: more)
  }
}
