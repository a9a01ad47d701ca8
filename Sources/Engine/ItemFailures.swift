import Foundations
import Manifest
import Planning
import StageKit
import Store
import Synchronization

/// What becomes of items that did not succeed: tried again, kept as they were, or put into quarantine.
extension ItemResults {
  func leave(_ work: WorkItem, _ reason: String, recheck: Double) throws {
    let open = close(work)
    if open.reason == .forced { try session.recorder.record(LedgerEntries.expire(stageKey: key, key: open.key)) }
    let validUntil = recheck == 0 ? 0 : Timestamp.now.seconds + recheck
    state.withLock { state in
      let left = Result(outputs: [], validUntil: validUntil)
      state.results[ExactText(work.item.id)] = left
      // Those who waited for the same work have the same answer.
      for follower in state.followers.removeValue(forKey: open.key) ?? [] {
        state.results[ExactText(follower.item.id)] = left
      }
    }
    if let release = releaseEntry(work.item.id) { try session.recorder.record(release) }
    // Still gone is no news, neither for the guard nor for the log.
    if hadLeft(work.item) { return session.count(index) { $0.cached += 1 } }
    session.observe(
      .log(
        stage: name, level: .warning,
        message: Secrets.redacted("\(work.item.id) is gone: \(reason)")))
    state.withLock { $0.gone += 1 }
    let itemRun = LedgerEntries.itemRun(
      ItemRunRecord(
        run: session.run, stage: name, item: work.item.id, reason: .gone, before: open.before,
        after: work.item.digest,
        seconds: open.seconds))
    try session.recorder.record(itemRun)
    session.count(index) { $0.done += 1 }
  }

  /// Whether an item had no outputs already before this run.
  private func hadLeft(_ item: Item) -> Bool {
    former.withLock { former in
      guard let former, let position = former.input.index(of: item.id) else { return false }
      return former.derivation.outputs(ofInput: position).isEmpty
    }
  }

  func keepStale(_ work: WorkItem, _ failure: ItemFailure) throws {
    guard work.previous != nil else { return try handle(work, failure) }
    let since = failingSince(work.item)
    if hadLeft(work.item) || isTooOld(work.item) {
      let reason = "it could not be refreshed since \(Timestamp(seconds: since).rfc3339): \(failure.message)"
      return try leave(work, reason, recheck: 0)
    }
    let memoKey = state.withLock { $0.open[work.token]?.key } ?? work.item.digest
    guard let entry = try session.reader.memo(stageKey: key, key: memoKey) else {
      return try quarantine(work, failure)
    }
    try resolve(work.item, entry.outputs, validUntil: session.now.seconds, countsAsCached: false)
    let open = close(work)
    session.count(index) { $0.stale += 1 }
    if !stage.projection.includesID { finishShared(open.key, entry.outputs, session.now.seconds) }
    try recordFailure(work, failure, wait: nil)
    session.observe(
      .itemFailed(
        stage: name, item: work.item.id, failure: redacted(failure), attempt: work.attempt,
        wait: nil))
  }

  func handle(_ work: WorkItem, _ failure: ItemFailure) throws {
    var random = SystemRandomNumberGenerator()
    guard !session.isStopping,
      let wait = backoff.wait(after: failure, attempt: work.attempt, using: &random)
    else {
      if session.isStopping && failure.isTransient {
        // Not its fault: it is begun anew in the next run.
        _ = close(work)
        return
      }
      return try quarantine(work, failure)
    }
    session.count(index) { $0.retried += 1 }
    session.observe(
      .itemFailed(
        stage: name, item: work.item.id, failure: redacted(failure), attempt: work.attempt,
        wait: wait))
    try session.recorder.record(attemptEntry(work, failure, wait: wait))
    _ = queue.finish(work, retryAfter: wait)
  }

  func redacted(_ failure: ItemFailure) -> ItemFailure {
    var failure = failure
    failure.message = Secrets.redacted(failure.message)
    return failure
  }

  func attemptEntry(_ work: WorkItem, _ failure: ItemFailure, wait: Double?)
    -> Recorder.Entry
  {
    LedgerEntries.attempt(
      run: session.run, stage: name, item: work.item.id, attempt: work.attempt,
      at: Timestamp.now.seconds,
      kind: failure.kind, message: Secrets.redacted(failure.message),
      isTransient: failure.isTransient, wait: wait)
  }

  func recordFailure(_ work: WorkItem, _ failure: ItemFailure, wait: Double?) throws {
    let now = Timestamp.now.seconds
    let attempt = attemptEntry(work, failure, wait: wait)
    let entry = LedgerEntries.quarantine(
      QuarantineEntry(
        stage: name, item: work.item.id, digest: work.item.digest, kind: failure.kind,
        message: Secrets.redacted(failure.message), isTransient: failure.isTransient,
        attempts: work.attempt, first: now,
        last: now, run: session.run), pipeline: pipeline)
    _ = quarantined.withLock { $0.remove(ExactText(work.item.id)) }
    try session.recorder.record { connection in
      try attempt(connection)
      try entry(connection)
    }
  }

  func quarantine(_ work: WorkItem, _ failure: ItemFailure) throws {
    let open = close(work)
    if open.reason == .forced { try session.recorder.record(LedgerEntries.expire(stageKey: key, key: open.key)) }
    state.withLock { $0.results[ExactText(work.item.id)] = Result(outputs: [], validUntil: Derivation.failed) }
    session.count(index) { $0.failed += 1 }
    try recordFailure(work, failure, wait: nil)
    session.observe(
      .itemFailed(
        stage: name, item: work.item.id, failure: redacted(failure), attempt: work.attempt,
        wait: nil))
    guard !stage.projection.includesID else { return }
    // Those who waited for the same work have the same failure.
    let followers = state.withLock { $0.followers.removeValue(forKey: open.key) ?? [] }
    for follower in followers {
      state.withLock {
        $0.results[ExactText(follower.item.id)] = Result(outputs: [], validUntil: Derivation.failed)
      }
      session.count(index) { $0.failed += 1 }
      try recordFailure(
        WorkItem(token: 0, item: follower.item, attempt: work.attempt), failure, wait: nil)
    }
  }
}
