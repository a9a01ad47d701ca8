import Foundations
import Glibc
import Manifest
import Planning
import StageKit
import Store

/// One run of a collection stage: asks the memo for the projected input, runs the stage, keeps what
/// it made.
struct CollectionStageRun {
  let session: RunSession
  let index: Int
  let stage: any CollectionStage
  let reasons: [RunReason]
  /// The results of the stages it needs, in the order of `needs`.
  let needs: [StageRecord]

  private var prepared: PreparedStage { session.prepared.stages[index] }
  private var name: String { prepared.declaration.name }

  func run() throws -> NodeResult {
    let record = session.prepared.records[name]
    let inputs = try zip(session.prepared.graph.needs[index], needs).map { position, need in
      StoredDataset(
        stage: need.stage, type: need.type, dataset: try session.dataset(need.dataset),
        files: need.files,
        store: session.store, isAlwaysOne: isAlwaysOne(session.prepared.stages[position]))
    }
    let history = stage.readsHistory ? session.prepared.histories[name] : nil
    // Digests of whole datasets are known; others are work like that of a stage.
    let projected =
      try stage.projection == .whole
      ? projectedDigest(inputs) : session.slots.whileHeld { try projectedDigest(inputs) }
    let memoKey = memoKey(projected, history)
    if !session.options.forced.contains(index),
      let entry = try session.reader.memo(stageKey: prepared.key, key: memoKey),
      let output = try remembered(entry)
    {
      session.observe(.stageStarted(name: name, reasons: reasons))
      session.count(index) { $0.cached = 1 }
      return try finish(session.dataset(output.dataset), output, record, memoKey: nil)
    }
    let scratch = try session.scratch.make()
    defer { session.scratch.release(scratch) }
    // The slot is for the stage's own work: what is kept of it is kept while the next one works.
    let output = try session.slots.whileHeld { try work(inputs, history, record, scratch) }
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
    if let shortfall = output.shortfall {
      session.observe(.log(stage: name, level: .warning, message: "\(shortfall): made anew in the next run"))
    }
    let made = CollectionMemo(
      dataset: dataset.digest, files: files, summary: output.summary,
      failures: output.failures.mapValues { CollectionMemo.Failure(kind: $0.kind, message: $0.message) })
    return try finish(
      dataset, made, record, memoKey: output.shortfall == nil ? memoKey : nil, isProvisional: output.shortfall != nil)
  }

  private func work(
    _ inputs: [StoredDataset], _ history: HistoryRecord?, _ record: StageRecord?, _ scratch: String
  ) throws -> CollectionOutput {
    // The run may have been stopped while it waited for its turn.
    if session.isStopping { throw SluiceError(.interrupted, "the run was interrupted") }
    session.observe(.stageStarted(name: name, reasons: reasons))
    let started = MonotonicClock.now
    let inputs = try CollectionInputs(
      datasets: inputs, previous: previous(record),
      history: history.map { history in
        StoredDataset(
          stage: name, type: history.type, dataset: try session.dataset(history.dataset), files: history.files,
          store: session.store)
      })
    try stage.check(inputs)
    let output = try stage.run(inputs, session.context(index, scratch: scratch))
    // A stage that was stopped throws; one that came to its end is kept, however late.
    session.count(index) {
      $0.done = 1
      $0.workSeconds = MonotonicClock.seconds(since: started)
    }
    return output
  }

  /// Whether a stage that is needed makes one item, whatever happens. One of a family is one of as many as `foreach` has.
  private func isAlwaysOne(_ need: PreparedStage) -> Bool {
    guard case .success(let body) = need.stage else { return false }
    return body.stage.makesOneItem && prepared.declaration.needs.contains { $0.stage == need.declaration.name }
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
          if session.isStopping { throw SluiceError(.interrupted, "the run was interrupted") }
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

  private func previous(_ record: StageRecord?) throws -> CollectionInputs.Previous? {
    guard let record, record.stageKey == prepared.key, let list = record.derivation,
      !session.options.forced.contains(index)
    else { return nil }
    let digests = try session.store.get(list).withUnsafeBytes { raw in
      stride(from: 0, to: raw.count - 31, by: Digest.byteCount).compactMap {
        Digest(bytes: UnsafeRawBufferPointer(rebasing: raw[$0..<($0 + Digest.byteCount)]))
      }
    }
    guard digests.count == needs.count else { return nil }
    let inputs = try digests.map { digest in
      StoredDataset(
        stage: "", type: "", dataset: try session.dataset(digest), files: [:], store: session.store
      ).entries
    }
    return CollectionInputs.Previous(
      inputs: inputs,
      output: StoredDataset(
        stage: name, type: record.type, dataset: try session.dataset(record.dataset),
        files: record.files,
        store: session.store))
  }

  private func finish(
    _ dataset: Dataset, _ made: CollectionMemo, _ record: StageRecord?, memoKey: Digest?, isProvisional: Bool = false
  ) throws -> NodeResult {
    try StageQuarantine(session: session, index: index).set(
      made.failures.mapValues { ItemFailure(kind: $0.kind, message: $0.message) },
      of: needs.reduce(0) { $0 + $1.count })
    let before = try record.map { try session.dataset($0.dataset) } ?? .empty
    try Guard.check(
      session, stage: index, from: before, to: dataset, record: record, countsOnly: !stage.hasStableIDs)
    if stage.hasStableIDs {
      try Guard.checkCollapse(session, stage: index, from: before, to: dataset, record: record)
    }
    session.count(index) {
      $0.outputs = dataset.count
      $0.removed =
        before.digest == dataset.digest
        ? 0 : DatasetDifference(from: before, to: dataset).removed.count
    }
    let new = StageRecord(
      stage: name, stageKey: prepared.key, inputs: needs.map(\.inputDigest), input: nil,
      dataset: dataset.digest,
      derivation: try session.store.put(needs.flatMap { $0.dataset.bytes }), files: made.files,
      validUntil: isProvisional ? 0 : nil, failed: made.failures.count, count: dataset.count, type: prepared.outputType,
      run: session.run, summary: made.summary, recipe: session.prepared.recipe(index))
    if let memoKey {
      try session.recorder.record(
        LedgerEntries.memo(
          stageKey: prepared.key, key: memoKey,
          MemoEntry(outputs: made.bytes, validUntil: nil, validators: [:], run: session.run)))
    }
    var more: [Recorder.Entry] = []
    // What a trial makes is nothing that later runs build upon.
    if stage.readsHistory, !session.options.isTrial {
      let made = HistoryRecord(dataset: new.dataset, files: made.files, type: new.type, run: session.run)
      more.append(LedgerEntries.history(made, pipeline: session.prepared.pipeline.name, stage: name))
    }
    try Completion.record(session, prepared, new, reasons: reasons, with: more)
    return NodeResult(summary: StageSummary(name: name, state: .done), record: new)
  }
}
