import Foundations
import Manifest
import StageKit
import Store
import Synchronization

/// What of a stage's input is in quarantine: it failed, or could not be refreshed.
final class StageQuarantine: Sendable {
  private let scope: StageScope
  /// Since when items fail that were in it when the run began, and when they were last seen to.
  private let former: [ExactText: (first: Timestamp, last: Timestamp)]
  /// Those of them that nobody spoke of in this run.
  private let untouched: Mutex<Set<ExactText>>

  init(_ scope: StageScope) throws {
    self.scope = scope
    // Ten thousand stages do not ask ten thousand times for what is nearly always nothing.
    let entries =
      scope.session.quarantinedStages.contains(scope.name)
      ? try scope.session.reader.quarantine(of: scope.pipeline, stage: scope.name) : []
    former = Dictionary(
      entries.map {
        (ExactText($0.item), (first: Timestamp(seconds: $0.first), last: Timestamp(seconds: $0.last)))
      }, uniquingKeysWith: { first, _ in first })
    untouched = Mutex(Set(former.keys))
  }

  func contains(_ item: Item) -> Bool { untouched.withLock { $0.contains(ExactText(item.id)) } }

  /// Since when an item fails.
  func failingSince(_ item: Item) -> Timestamp { former[ExactText(item.id)]?.first ?? scope.session.now }

  /// Between two runs that see an item fail there are not more seconds than this, unless a clock is wrong.
  private static let longestPause = 30 * 86_400.0

  /// Whether an item fails for longer than `maxAge` seconds. A clock that is far ahead in one run must not make it so.
  func hasFailed(_ item: Item, longerThan maxAge: Double) -> Bool {
    guard let known = former[ExactText(item.id)] else { return false }
    let now = scope.session.now.seconds
    return now - known.first.seconds > maxAge && now - known.last.seconds <= max(maxAge, Self.longestPause)
  }

  // MARK: Changes

  /// The entry that takes an item out; `nil` when it is not in it.
  func release(_ item: Item) -> Recorder.Entry? {
    guard untouched.withLock({ $0.remove(ExactText(item.id)) }) != nil else { return nil }
    return LedgerEntries.release(pipeline: scope.pipeline, stage: scope.name, item: item.id)
  }

  /// The entry that puts an item in, or keeps it there.
  func entry(_ item: String, _ digest: Digest?, _ failure: ItemFailure, attempts: Int) -> Recorder.Entry {
    _ = untouched.withLock { $0.remove(ExactText(item)) }
    let now = Timestamp.now.seconds
    return LedgerEntries.quarantine(
      QuarantineEntry(
        stage: scope.name, item: item, digest: digest, kind: failure.kind, message: failure.message,
        isTransient: failure.isTransient, attempts: attempts, first: now, last: now, run: scope.session.run),
      pipeline: scope.pipeline)
  }

  /// Takes out what nobody spoke of in this run.
  /// - Parameter isKept: whether an id stays all the same.
  func releaseUntouched(unless isKept: (String) -> Bool = { _ in false }) throws {
    for item in untouched.withLock({ $0 }).map(\.text).sorted() where !isKept(item) {
      try scope.session.recorder.record(
        LedgerEntries.release(pipeline: scope.pipeline, stage: scope.name, item: item))
    }
  }

  /// Of a stage that reads its whole input at once: puts in what it could not use, and releases all else.
  /// - Throws: when more failed than the stage tolerates.
  func set(_ failures: [String: ItemFailure], stale: [String: ItemFailure] = [:], of total: Int) throws {
    let all = failures.merging(stale, uniquingKeysWith: { failure, _ in failure })
    for (item, failure) in all.sorted(by: { $0.key < $1.key }) {
      scope.count { if failures[item] == nil { $0.stale += 1 } else { $0.failed += 1 } }
      scope.failed(item, failure)
      try scope.session.recorder.record(entry(item, nil, failure, attempts: 1))
    }
    try releaseUntouched()
    try Tolerance(scope.declaration).check(unusable: failures.count, of: total)
  }
}
