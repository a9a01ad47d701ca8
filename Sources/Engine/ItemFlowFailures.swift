import Foundations
import Planning
import StageKit
import Store

/// What becomes of items that did not succeed: tried again, kept as they were, or put into quarantine.
extension ItemFlow {
  func leave(_ work: WorkItem, _ reason: String, recheck: Double) throws {
    let left = ItemTable.Made(
      outputs: [], validity: recheck == 0 ? .asksAlways : .until(Timestamp(seconds: Timestamp.now.seconds + recheck)))
    table.set(left, for: work.item)
    let (open, seconds) = try end(work)
    if open.reason == .forced { try expire(open) }
    // Those who waited for the same work have the same answer.
    for item in table.abandon(open.memoKey) { table.set(left, for: item) }
    if let release = quarantine.release(work.item) { try session.recorder.record(release) }
    // Still gone is no news, neither for the guard nor for the log.
    if hadLeft(work.item) { return scope.count { $0.cached += 1 } }
    scope.log(.warning, "\(work.item.id) is gone: \(reason)")
    table.countGone()
    try session.recorder.record(itemRun(work, open, .gone, seconds))
    scope.count { $0.done += 1 }
  }

  /// What is known of it is no longer to be taken for true without asking.
  private func expire(_ open: ItemTable.Open) throws {
    try session.recorder.record(LedgerEntries.expire(stageKey: stageKey, key: open.memoKey))
  }

  /// Whether an item had no outputs already before this run.
  private func hadLeft(_ item: Item) -> Bool {
    guard let former = verdicts.former, let position = former.input.index(of: item.id) else { return false }
    return former.derivation.outputs(ofInput: position).isEmpty
  }

  func keepStale(_ work: WorkItem, _ failure: ItemFailure) throws {
    guard work.previous != nil else { return try handle(work, failure) }
    let isTooOld = maxAge.map { quarantine.hasFailed(work.item, longerThan: $0) } ?? false
    if hadLeft(work.item) || isTooOld {
      let since = quarantine.failingSince(work.item)
      return try leave(
        work, "it could not be refreshed since \(since.rfc3339): \(failure.message)", recheck: 0)
    }
    guard let entry = try session.reader.memo(stageKey: stageKey, key: table.open(work).memoKey) else {
      return try putIntoQuarantine(work, failure)
    }
    let answer = ItemTable.Answer(outputs: entry.outputs, validity: .until(session.now))
    try resolve(work.item, answer, countsAsCached: false)
    let (open, _) = try end(work)
    scope.count { $0.stale += 1 }
    share(open.memoKey, answer)
    try recordFailure(of: work.item, failure, attempts: work.attempt)
    scope.failed(work.item.id, failure, attempt: work.attempt)
  }

  func handle(_ work: WorkItem, _ failure: ItemFailure) throws {
    var random = SystemRandomNumberGenerator()
    guard !session.isStopping, let wait = backoff.wait(after: failure, attempt: work.attempt, using: &random) else {
      if session.isStopping && failure.isTransient {
        // Not its fault: it is begun anew in the next run.
        _ = try end(work)
        return
      }
      return try putIntoQuarantine(work, failure)
    }
    scope.count { $0.retried += 1 }
    scope.failed(work.item.id, failure, attempt: work.attempt, wait: wait)
    try session.recorder.record(attempt(work.item, failure, number: work.attempt, wait: wait))
    _ = queue.finish(work, retryAfter: wait)
  }

  private func attempt(_ item: Item, _ failure: ItemFailure, number: Int, wait: Double?) -> Recorder.Entry {
    LedgerEntries.attempt(
      run: session.run, stage: scope.name, item: item.id, attempt: number, at: Timestamp.now.seconds,
      kind: failure.kind, message: failure.message, isTransient: failure.isTransient, wait: wait)
  }

  private func recordFailure(of item: Item, _ failure: ItemFailure, attempts: Int) throws {
    let attempt = attempt(item, failure, number: attempts, wait: nil)
    let entry = quarantine.entry(item.id, item.digest, failure, attempts: attempts)
    try session.recorder.record { connection in
      try attempt(connection)
      try entry(connection)
    }
  }

  private func putIntoQuarantine(_ work: WorkItem, _ failure: ItemFailure) throws {
    table.set(.failed, for: work.item)
    let (open, _) = try end(work)
    if open.reason == .forced { try expire(open) }
    scope.count { $0.failed += 1 }
    try recordFailure(of: work.item, failure, attempts: work.attempt)
    scope.failed(work.item.id, failure, attempt: work.attempt)
    // Those who waited for the same work have the same failure.
    for item in table.abandon(open.memoKey) {
      table.set(.failed, for: item)
      scope.count { $0.failed += 1 }
      try recordFailure(of: item, failure, attempts: work.attempt)
    }
  }
}
