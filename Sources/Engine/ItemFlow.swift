import Foundations
import Manifest
import Planning
import StageKit
import Store
import Synchronization

/// The items of one stage run on their way from "has to be looked at" to what they turn into: verdicts are asked for,
/// workers are fed, outcomes recorded, outputs sent on.
final class ItemFlow: Sendable {
  let scope: StageScope
  let stage: any ItemStage
  let consumers: [StreamConsumer]
  let verdicts: ItemVerdicts
  let quarantine: StageQuarantine
  let table = ItemTable()
  let queue: WorkQueue
  let backoff: Backoff
  /// After so many seconds an item that cannot be refreshed is taken for gone; `nil`: never.
  let maxAge: Double?
  private let workers: StageWorkers
  private let failure = Mutex<SluiceError?>(nil)

  init(_ scope: StageScope, _ stage: any ItemStage, consumers: [StreamConsumer]) throws {
    self.scope = scope
    self.stage = stage
    self.consumers = consumers
    verdicts = try scope.verdicts()
    quarantine = try StageQuarantine(scope)
    queue = WorkQueue(isStopping: { [session = scope.session] in session.isStopping })
    backoff = Backoff(scope.declaration.parameters)
    maxAge = scope.declaration.parameters["max_age"]?.double
    workers = StageWorkers(scope, stage)
  }

  var session: RunSession { scope.session }
  var stageKey: Digest { scope.prepared.key }

  // MARK: Ends

  /// - Throws: the error that ends the stage, if there is one.
  func check() throws(SluiceError) {
    if let failure = session.recorder.failure { throw failure }
    if let failure = failure.withLock({ $0 }) { throw failure }
    try scope.checkStopping()
  }

  func fail(_ error: any Error) {
    failure.withLock { $0 = $0 ?? SluiceError(wrapping: error) }
    queue.abort()
  }

  private func attempt(_ body: () throws -> Void) {
    do { try body() } catch { fail(error) }
  }

  /// Nothing more comes in: waits until all that is there has been worked on.
  func drain() {
    queue.close()
    workers.wait()
  }

  /// Forgets what waits; what was begun is finished and remembered.
  func abort() {
    queue.abort()
    workers.wait()
  }

  func removeScratch() { workers.removeScratch() }

  // MARK: In

  /// Takes over what the last result has of these of its inputs.
  func carryOver(_ inputs: [Int]) {
    guard let former = verdicts.former, !inputs.isEmpty else { return }
    scope.count { $0.cached += inputs.count }
    guard !consumers.isEmpty else { return }
    var positions: [UInt32]?
    if inputs.count != former.input.count {
      positions = inputs.flatMap { former.derivation.outputs(ofInput: $0) }
    }
    for consumer in consumers { consumer.put(.carried(need: consumer.need, former.output, positions)) }
  }

  /// Finds out what becomes of an item that the last result does not have, and gives it to the workers when there is
  /// work.
  func admit(_ item: Item, before: Digest?) throws {
    let memoKey = try stage.projection.digest(of: item)
    if !scope.isForced, !stage.projection.includesID {
      switch table.turn(memoKey, item) {
      case .first: break
      case .waits: return
      case .answered(let answer): return try resolve(item, answer, countsAsCached: true)
      }
    }
    let verdict = try verdicts.verdict(
      of: item, stage, memoKey: memoKey, before: before, isQuarantined: quarantine.contains(item),
      reader: session.reader)
    switch verdict {
    case .carried(let position): carryOver([position])
    case .remembered(let entry, let validity):
      let answer = ItemTable.Answer(outputs: entry.outputs, validity: validity)
      try resolve(item, answer, countsAsCached: true)
      share(memoKey, answer)
    case .due(let reason, let former):
      let previous = try former.map { try self.previous($0, of: item) }
      let token = table.begin(ItemTable.Open(memoKey: memoKey, reason: reason, before: before))
      scope.count { $0.queued += 1 }
      try workers.start(
        feed: { [self] slots in WorkerFeed(flow: self, queue: queue, slots: slots) }, fail: { [self] in fail($0) })
      queue.add(
        WorkItem(token: token, item: item, attempt: 1, previous: previous), isUrgent: reason == .retry)
    }
  }

  private func previous(_ entry: MemoEntry, of item: Item) throws -> WorkItem.Previous {
    let outputs = try MemoOutputs(reading: entry.outputs).items(
      of: item, store: session.store, loading: true, without: session.prepared.tombstones)
    return WorkItem.Previous(outputs: outputs.compactMap(\.item), validators: entry.validators)
  }

  /// Gives an answer to those who wait for the same work.
  func share(_ memoKey: Digest, _ answer: ItemTable.Answer) {
    guard !stage.projection.includesID else { return }
    for item in table.answer(memoKey, answer) {
      // Without waiting for room: a worker holds a job slot here, which those who make room may need.
      attempt { try resolve(item, answer, countsAsCached: true, waits: false) }
    }
  }

  /// Blocks while the stages below have not enough room.
  func waitForRoom() {
    for consumer in consumers { consumer.waitForRoom { [session] in session.isStopping } }
  }

  func addWorkSeconds(_ seconds: Double) { scope.count { $0.workSeconds += seconds } }

  // MARK: Out

  /// Takes an outcome from a worker.
  func report(_ work: WorkItem, _ outcome: ItemOutcome) {
    attempt {
      switch outcome {
      case .done(let outputs, let freshness): try succeed(work, memo(remaining(outputs, of: work.item)), freshness)
      case .unchanged(let freshness): try refresh(work, freshness)
      case .gone(let reason, let recheck): try leave(work, reason, recheck: recheck)
      case .stale(let failure): try keepStale(work, failure)
      case .failed(let failure): try handle(work, failure)
      }
    }
  }

  /// What was forgotten does not come back: nothing of it is kept.
  private func remaining(_ outputs: [ItemOutput], of item: Item) -> [ItemOutput] {
    let tombstones = session.prepared.tombstones
    if tombstones.isEmpty { return outputs }
    let left = outputs.filter { !tombstones.contains($0.id(ofInput: item.id)) }
    if left.count < outputs.count { scope.log(.info, Tombstones.note(outputs.count - left.count)) }
    return left
  }

  private func memo(_ outputs: [ItemOutput]) throws -> MemoOutputs {
    MemoOutputs(
      try outputs.map { output in
        if output.inherits { return (output.id, .members(output.members)) }
        return (output.id, .record(try session.store.put(output.members.canonicalBytes)))
      })
  }

  /// The work on an item has ended.
  func end(_ work: WorkItem) throws -> (open: ItemTable.Open, seconds: Double) {
    let open = try table.end(work)
    scope.count { $0.queued -= 1 }
    return (open, queue.finish(work))
  }

  func itemRun(_ work: WorkItem, _ open: ItemTable.Open, _ reason: ItemRunRecord.Reason, _ seconds: Double)
    -> Recorder.Entry
  {
    LedgerEntries.itemRun(
      ItemRunRecord(
        run: session.run, stage: scope.name, item: work.item.id, reason: reason, before: open.before,
        after: work.item.digest, seconds: seconds))
  }

  private func succeed(_ work: WorkItem, _ outputs: MemoOutputs, _ freshness: Freshness, isUnchanged: Bool = false)
    throws
  {
    let validity: Validity =
      switch freshness.seconds {
      case nil: .forever
      case 0?: .asksAlways
      case let seconds?: .until(Timestamp(seconds: Timestamp.now.seconds + seconds))
      }
    let answer = ItemTable.Answer(outputs: outputs.bytes, validity: validity)
    try resolve(work.item, outputs, validity, countsAsCached: false)
    let (open, seconds) = try end(work)
    let memo = LedgerEntries.memo(
      stageKey: stageKey, key: open.memoKey,
      MemoEntry(outputs: answer.outputs, validity: validity, validators: freshness.validators, run: session.run))
    let itemRun = isUnchanged ? nil : itemRun(work, open, open.reason, seconds)
    let release = quarantine.release(work.item)
    try session.recorder.record { connection in
      try memo(connection)
      try itemRun?(connection)
      try release?(connection)
    }
    scope.count {
      if isUnchanged { $0.cached += 1 } else { $0.done += 1 }
    }
    share(open.memoKey, answer)
  }

  /// The outside world says that nothing changed: the memo entry gets a new time.
  private func refresh(_ work: WorkItem, _ freshness: Freshness) throws {
    guard let entry = try session.reader.memo(stageKey: stageKey, key: table.open(work).memoKey) else {
      throw SluiceError(
        .corrupt, "\(scope.name): '\(work.item.id)' was said to be unchanged, but nothing is known of it",
        advice:
          "This is a mistake in the stage: it must answer 'unchanged' only when it was given a former result.")
    }
    try succeed(work, MemoOutputs(reading: entry.outputs), freshness, isUnchanged: true)
  }

  /// An input has its outputs: makes the items, keeps them, sends them on.
  func resolve(_ item: Item, _ answer: ItemTable.Answer, countsAsCached: Bool, waits: Bool = true) throws {
    try resolve(
      item, MemoOutputs(reading: answer.outputs), answer.validity, countsAsCached: countsAsCached, waits: waits)
  }

  private func resolve(
    _ item: Item, _ memo: MemoOutputs, _ validity: Validity, countsAsCached: Bool, waits: Bool = true
  ) throws {
    let outputs = try memo.items(
      of: item, store: session.store, loading: !consumers.isEmpty, without: session.prepared.tombstones)
    table.set(.init(outputs: outputs.map { ($0.id, $0.digest) }, validity: validity), for: item)
    if countsAsCached {
      scope.count { $0.cached += 1 }
      if let release = quarantine.release(item) { try session.recorder.record(release) }
    }
    guard !consumers.isEmpty, !outputs.isEmpty else { return }
    let items = outputs.compactMap(\.item)
    for consumer in consumers { consumer.put(.items(need: consumer.need, items)) }
    if countsAsCached && waits { waitForRoom() }
  }
}
