import Foundations
import Manifest
import Planning
import StageKit
import Store
import Synchronization

/// The items of one stage run on their way from "has to be looked at" to a result: the memo is asked,
/// workers are fed, outcomes recorded, outputs sent on.
final class ItemResults: Sendable {
  /// What one input turned into.
  struct Result: Sendable {
    var outputs: [(id: String, digest: Digest)]
    /// Seconds since 1970; infinity for ever; `Derivation.failed` when there is none.
    var validUntil: Double
  }

  /// An input whose key another one is being worked on for.
  struct Follower: Sendable {
    let item: Item
  }

  struct State: Sendable {
    var results: [ExactText: Result] = [:]
    /// In this run, by memo key: the inputs that wait for the same work, or its finished outputs.
    var followers: [Digest: [Follower]] = [:]
    var finished: [Digest: (outputs: [UInt8], validUntil: Double?)] = [:]
    var open: [Int: (key: Digest, reason: ItemRunRecord.Reason, before: Digest?)] = [:]
    var nextToken = 0
    var gone = 0
    var fatal: SluiceError?
    var finalDataset: Dataset?
  }

  let session: RunSession
  let index: Int
  let stage: any ItemStage
  let queue: WorkQueue
  let consumers: [(run: ItemStageRun, need: Int)]
  let backoff: Backoff
  let key: Digest
  let state = Mutex(State())
  let quarantined: Mutex<Set<ExactText>>
  /// Since when items fail that were in quarantine, or stale, when the run began.
  private let formerFailures: [ExactText: (first: Double, last: Double)]
  /// After so many seconds an item that cannot be refreshed is taken for gone; `nil`: never.
  let maxAge: Double?
  let former = Mutex<(input: Dataset, output: Dataset, derivation: Derivation)?>(nil)
  let threads = Mutex<[BlockingThread]>([])
  private let scratch = Mutex<String?>(nil)

  init(
    session: RunSession, index: Int, stage: any ItemStage, queue: WorkQueue,
    consumers: [(run: ItemStageRun, need: Int)]
  ) {
    self.session = session
    self.index = index
    self.stage = stage
    self.queue = queue
    self.consumers = consumers
    let prepared = session.prepared.stages[index]
    backoff = Backoff(prepared.declaration.parameters)
    key = prepared.key
    var entries: [QuarantineEntry] = []
    do {
      entries = try session.reader.quarantine(of: session.prepared.pipeline.name, stage: prepared.declaration.name)
    } catch {
      // The stage ends with it as soon as it is asked for something.
      state.withLock { $0.fatal = SluiceError(wrapping: error) }
    }
    quarantined = Mutex(Set(entries.map { ExactText($0.item) }))
    formerFailures = Dictionary(
      entries.map { (ExactText($0.item), ($0.first, $0.last)) }, uniquingKeysWith: { first, _ in first })
    maxAge = prepared.declaration.parameters["max_age"]?.double
  }

  /// Since when an item fails, in seconds since 1970.
  func failingSince(_ item: Item) -> Double { formerFailures[ExactText(item.id)]?.first ?? session.now.seconds }

  /// Between two runs that see an item fail there are not more days than this, unless a clock is wrong.
  private static let longestPause = 30 * 86_400.0

  /// Whether an item fails for longer than `max_age`. A clock that is far ahead in one run must not make it so.
  func isTooOld(_ item: Item) -> Bool {
    guard let maxAge, let known = formerFailures[ExactText(item.id)] else { return false }
    return session.now.seconds - known.first > maxAge
      && session.now.seconds - known.last <= max(maxAge, Self.longestPause)
  }

  var name: String { session.prepared.stages[index].declaration.name }
  var pipeline: String { session.prepared.pipeline.name }

  func prepare(former: (input: Dataset, output: Dataset, derivation: Derivation)?) {
    self.former.withLock { $0 = former }
  }

  /// The error that ends the stage, if there is one.
  var fatalError: SluiceError? { session.recorder.failure ?? state.withLock { $0.fatal } }
  var goneCount: Int { state.withLock { $0.gone } }
  var finalDataset: Dataset? {
    get { state.withLock { $0.finalDataset } }
    set { state.withLock { $0.finalDataset = newValue } }
  }

  /// All results, by the id of the input.
  var all: [ExactText: Result] { state.withLock { $0.results } }

  /// Ids that were in quarantine when the run began and are not part of it any more.
  func quarantinedBefore() -> [String] { quarantined.withLock { $0 }.map(\.text).sorted() }

  // MARK: In

  /// Looks an item up in the memo and gives it to the workers when it is not there.
  func admit(_ item: Item, before: Digest?) throws {
    let memoKey = try stage.projection.digest(of: item)
    let isForced = session.options.forced.contains(index)
    var previous: WorkItem.Previous?
    var reason: ItemRunRecord.Reason =
      quarantined.withLock({ $0.contains(ExactText(item.id)) })
      ? .retry : before == nil ? .new : before == item.digest ? .key : .changed
    if !isForced {
      if !stage.projection.includesID, let known = try shared(memoKey, item) {
        if let outputs = known {
          try resolve(item, outputs.outputs, validUntil: outputs.validUntil, countsAsCached: true)
        }
        return
      }
      if let entry = try session.reader.memo(stageKey: key, key: memoKey) {
        let validUntil = stage.validUntil(entry.validUntil, of: item, validators: entry.validators)
        if validUntil.map({ $0 > session.now.seconds }) ?? true {
          try resolve(item, entry.outputs, validUntil: validUntil, countsAsCached: true)
          if !stage.projection.includesID { finishShared(memoKey, entry.outputs, validUntil) }
          return
        }
        reason = .refresh
        previous = try self.previous(entry, of: item, validators: entry.validators)
      }
    } else {
      reason = .forced
      // It is asked for as if nothing were known of it; what is known stays when it cannot be had.
      if let entry = try session.reader.memo(stageKey: key, key: memoKey) {
        previous = try self.previous(entry, of: item, validators: [:])
      }
    }
    let token = state.withLock { state in
      state.nextToken += 1
      state.open[state.nextToken] = (memoKey, reason, before)
      return state.nextToken
    }
    session.count(index) { $0.queued += 1 }
    try startWorkers()
    queue.add(
      WorkItem(token: token, item: item, attempt: 1, previous: previous),
      isUrgent: reason == .retry)
  }

  private func previous(_ entry: MemoEntry, of item: Item, validators: JSONObject) throws -> WorkItem.Previous {
    let outputs = try MemoOutputs(reading: entry.outputs).items(of: item, store: session.store, loading: true)
    return WorkItem.Previous(
      outputs: outputs.compactMap { output in
        output.record.map { Item(id: output.id, digest: output.digest, record: $0) }
      }, validators: validators)
  }

  /// Work that does not depend on the id is done once for all items that ask for it. Returns the
  /// finished outputs, `.some(nil)` when the item was put behind another, `nil` when it is the first.
  func shared(_ memoKey: Digest, _ item: Item) throws -> (
    outputs: [UInt8], validUntil: Double?
  )?? {
    state.withLock { state in
      if let finished = state.finished[memoKey] { return .some(.some(finished)) }
      if state.followers[memoKey] != nil {
        state.followers[memoKey]?.append(Follower(item: item))
        return .some(nil)
      }
      state.followers[memoKey] = []
      return nil
    }
  }

  func finishShared(_ memoKey: Digest, _ outputs: [UInt8], _ validUntil: Double?) {
    let followers = state.withLock { state in
      state.finished[memoKey] = (outputs, validUntil)
      return state.followers.removeValue(forKey: memoKey) ?? []
    }
    for follower in followers {
      // Without waiting for room: a worker holds a job slot here, which those who make room may need.
      attempt { try resolve(follower.item, outputs, validUntil: validUntil, countsAsCached: true, waits: false) }
    }
  }

  func attempt(_ body: () throws -> Void) {
    do { try body() } catch { fail(error) }
  }

  func fail(_ error: any Error) {
    state.withLock { $0.fatal = $0.fatal ?? SluiceError(wrapping: error) }
    queue.abort()
  }

  // MARK: Workers

  func startWorkers() throws {
    try threads.withLock { threads in
      guard threads.isEmpty else { return }
      let count: Int
      switch stage.parallelism {
      case .jobs: count = session.options.jobs
      case .threads(let number): count = max(1, number)
      }
      let folder = try session.scratch.make()
      scratch.withLock { $0 = folder }
      let context = session.context(index, scratch: folder)
      let worker = try stage.makeWorker(context)
      let takesSlot = stage.parallelism == .jobs
      for number in 0..<count {
        threads.append(
          BlockingThread("\(name)-\(number)", stackSize: 16 << 20) { [self] in
            let feed = WorkerFeed(
              results: self, queue: queue, slots: takesSlot ? session.slots : nil)
            attempt { try worker.run(feed) }
            feed.end()
          })
      }
    }
  }

  func waitForWorkers() {
    for thread in threads.withLock({ $0 }) { thread.join() }
  }

  func removeScratch() {
    if let folder = scratch.withLock({ $0 }) { session.scratch.release(folder) }
  }

  /// Blocks while the stages below have not enough room.
  func waitForRoom() {
    for consumer in consumers { consumer.run.inbox.waitForRoom { [session] in session.isStopping } }
  }

  func addWorkSeconds(_ seconds: Double) { session.count(index) { $0.workSeconds += seconds } }

  // MARK: Out

  /// Takes an outcome from a worker.
  func report(_ work: WorkItem, _ outcome: ItemOutcome) {
    attempt {
      switch outcome {
      case .done(let outputs, let freshness): try succeed(work, memo(outputs), freshness)
      case .unchanged(let freshness): try refresh(work, freshness)
      case .gone(let reason, let recheck): try leave(work, reason, recheck: recheck)
      case .stale(let failure): try keepStale(work, failure)
      case .failed(let failure): try handle(work, failure)
      }
    }
  }

  func memo(_ outputs: [ItemOutput]) throws -> MemoOutputs {
    MemoOutputs(
      try outputs.map { output in
        if output.inherits { return (output.id, .members(output.members)) }
        return (output.id, .record(try session.store.put(output.members.canonicalBytes)))
      })
  }

  func close(_ work: WorkItem) -> (
    key: Digest, reason: ItemRunRecord.Reason, before: Digest?, seconds: Double
  ) {
    let seconds = queue.finish(work)
    let open = state.withLock { $0.open.removeValue(forKey: work.token) }
    session.count(index) { $0.queued -= 1 }
    return (open?.key ?? work.item.digest, open?.reason ?? .new, open?.before, seconds)
  }

  func succeed(
    _ work: WorkItem, _ outputs: MemoOutputs, _ freshness: Freshness, isUnchanged: Bool = false
  ) throws {
    let bytes = outputs.bytes
    // "Ask in each run" is one moment in the past, so that an unchanged answer changes nothing in the ledger.
    let validUntil = freshness.seconds.map { $0 == 0 ? 0 : Timestamp.now.seconds + $0 }
    try resolve(work.item, outputs, validUntil: validUntil, countsAsCached: false)
    let open = close(work)
    let entry = MemoEntry(
      outputs: bytes, validUntil: validUntil, validators: freshness.validators, run: session.run)
    let memo = LedgerEntries.memo(stageKey: key, key: open.key, entry)
    let itemRun = LedgerEntries.itemRun(
      ItemRunRecord(
        run: session.run, stage: name, item: work.item.id, reason: open.reason, before: open.before,
        after: work.item.digest, seconds: open.seconds))
    let release = releaseEntry(work.item.id)
    try session.recorder.record { connection in
      try memo(connection)
      if !isUnchanged { try itemRun(connection) }
      try release?(connection)
    }
    session.count(index) {
      if isUnchanged { $0.cached += 1 } else { $0.done += 1 }
    }
    if !stage.projection.includesID { finishShared(open.key, bytes, validUntil) }
  }

  func releaseEntry(_ item: String) -> Recorder.Entry? {
    guard quarantined.withLock({ $0.remove(ExactText(item)) }) != nil else { return nil }
    return LedgerEntries.release(pipeline: pipeline, stage: name, item: item)
  }

  /// The outside world says that nothing changed: the memo entry gets a new time.
  func refresh(_ work: WorkItem, _ freshness: Freshness) throws {
    let memoKey = state.withLock { $0.open[work.token]?.key } ?? work.item.digest
    guard let entry = try session.reader.memo(stageKey: key, key: memoKey) else {
      throw SluiceError(
        .corrupt, "\(name): '\(work.item.id)' was said to be unchanged, but nothing is known of it",
        advice:
          "This is a mistake in the stage: it must answer 'unchanged' only when it was given a former result."
      )
    }
    try succeed(work, MemoOutputs(reading: entry.outputs), freshness, isUnchanged: true)
  }

  /// An input has its outputs: makes the items, keeps them, sends them on.
  func resolve(
    _ item: Item, _ memo: [UInt8], validUntil: Double?, countsAsCached: Bool, waits: Bool = true
  ) throws {
    try resolve(
      item, MemoOutputs(reading: memo), validUntil: validUntil, countsAsCached: countsAsCached, waits: waits)
  }

  private func resolve(
    _ item: Item, _ memo: MemoOutputs, validUntil: Double?, countsAsCached: Bool, waits: Bool = true
  ) throws {
    let outputs = try memo.items(of: item, store: session.store, loading: !consumers.isEmpty)
    let result = Result(
      outputs: outputs.map { ($0.id, $0.digest) }, validUntil: validUntil ?? .infinity)
    state.withLock { $0.results[ExactText(item.id)] = result }
    if countsAsCached {
      session.count(index) { $0.cached += 1 }
      if let release = releaseEntry(item.id) { try session.recorder.record(release) }
    }
    guard !consumers.isEmpty, !outputs.isEmpty else { return }
    let items = outputs.compactMap { output in
      output.record.map { Item(id: output.id, digest: output.digest, record: $0) }
    }
    for consumer in consumers { consumer.run.inbox.put(.items(need: consumer.need, items)) }
    if countsAsCached && waits { waitForRoom() }
  }
}
