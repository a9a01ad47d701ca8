import Foundations
import StageKit
import Store
import Synchronization

/// Objects that stages make in an audit: they are there for who reads them, and nowhere afterwards.
final class AuditObjects: ContentStore {
  private let stored: ObjectStore
  private let made = Mutex<[Digest: [UInt8]]>([:])

  init(_ stored: ObjectStore) { self.stored = stored }

  func put(_ bytes: [UInt8]) throws -> Digest {
    let digest = Digest(of: bytes)
    made.withLock { $0[digest] = bytes }
    return digest
  }

  func get(_ digest: Digest) throws -> [UInt8] {
    if let bytes = made.withLock({ $0[digest] }) { return bytes }
    return try stored.get(digest)
  }
}

/// What stages keep inside themselves, as it is; what they add in an audit is forgotten.
final class AuditCache: KeyedCache, Sendable {
  private let reader: LedgerReader
  private let fresh = Mutex<[Digest: [UInt8]]>([:])

  init(_ reader: LedgerReader) { self.reader = reader }

  func get(_ key: Digest) throws -> [UInt8]? {
    if let value = fresh.withLock({ $0[key] }) { return value }
    return try reader.cached(key)
  }

  func put(_ key: Digest, _ value: [UInt8]) throws { fresh.withLock { $0[key] = value } }
}

/// Gives a worker the items of a sample and takes what becomes of them.
final class AuditFeed: ItemFeed {
  private struct State: Sendable {
    var waiting: [WorkItem]
    var outcomes: [Int: ItemOutcome] = [:]
  }

  private let state: Mutex<State>

  /// - Parameter items: their tokens are their positions here.
  init(_ items: [Item]) {
    state = Mutex(State(waiting: items.enumerated().reversed().map { WorkItem(token: $0, item: $1, attempt: 1) }))
  }

  func next(max: Int, waiting: Bool) -> [WorkItem] {
    state.withLock { state in
      let taken = Array(state.waiting.suffix(max).reversed())
      state.waiting.removeLast(taken.count)
      return taken
    }
  }

  func report(_ item: WorkItem, _ outcome: ItemOutcome) { state.withLock { $0.outcomes[item.token] = outcome } }
  var isFinished: Bool { state.withLock { $0.waiting.isEmpty } }

  /// What became of the item with a token; `nil`: the worker gave no answer.
  func outcome(_ token: Int) -> ItemOutcome? { state.withLock { $0.outcomes[token] } }
}
