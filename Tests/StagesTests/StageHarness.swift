import Foundations
import StageKit
import Store
import Synchronization

@testable import Stages

/// Runs an item stage over items without an engine: retries are for the test to make.
final class StageHarness: Sendable {
  let objects = MemoryStore()
  let directory: String

  init(directory: String = ".") { self.directory = directory }

  func context(isFrozen: Bool = false) -> StageContext {
    StageContext(
      stage: "test", pipeline: "test", directory: directory, objects: objects, cache: MemoryCache(),
      scratch: "/tmp",
      jobs: 2, isFrozen: isFrozen)
  }

  /// The outcomes by item id.
  func run(_ worker: any ItemWorker, _ items: [WorkItem]) throws -> [String: ItemOutcome] {
    let feed = ListFeed(items)
    try worker.run(feed)
    return feed.outcomes
  }

  static func configuration(_ kind: String, _ parameters: JSONObject, directory: String = ".")
    -> StageConfiguration
  {
    StageConfiguration(
      name: kind, kind: kind, parameters: Parameters(parameters), prompts: [:],
      directory: directory,
      files: FileDigestCache(path: "/tmp/sluice-test-files.cache"))
  }
}

/// A feed of a fixed list.
final class ListFeed: ItemFeed {
  private struct State {
    var waiting: [WorkItem]
    var outcomes: [String: ItemOutcome] = [:]
  }
  private let state: Mutex<State>

  init(_ items: [WorkItem]) { state = Mutex(State(waiting: items.reversed())) }

  func next(max: Int, waiting: Bool) -> [WorkItem] {
    state.withLock { state in
      let taken = Array(state.waiting.suffix(max).reversed())
      state.waiting.removeLast(taken.count)
      return taken
    }
  }

  func report(_ item: WorkItem, _ outcome: ItemOutcome) {
    state.withLock { state in
      precondition(state.outcomes[item.item.id] == nil, "reported twice: \(item.item.id)")
      state.outcomes[item.item.id] = outcome
    }
  }

  var isFinished: Bool { state.withLock { $0.waiting.isEmpty } }
  var outcomes: [String: ItemOutcome] { state.withLock { $0.outcomes } }
}

final class MemoryStore: ContentStore {
  private let objects = Mutex<[Digest: [UInt8]]>([:])

  func put(_ bytes: [UInt8]) -> Digest {
    let digest = Digest(of: bytes)
    objects.withLock { $0[digest] = bytes }
    return digest
  }

  func get(_ digest: Digest) throws -> [UInt8] {
    guard let bytes = objects.withLock({ $0[digest] }) else {
      throw SluiceError(.corrupt, "no object \(digest)")
    }
    return bytes
  }
}

final class MemoryCache: KeyedCache {
  func get(_ key: Digest) -> [UInt8]? { nil }
  func put(_ key: Digest, _ value: [UInt8]) {}
}

extension ItemOutcome {
  var failure: ItemFailure? { if case .failed(let failure) = self { failure } else { nil } }
  var staleFailure: ItemFailure? { if case .stale(let failure) = self { failure } else { nil } }
  var members: JSONObject? {
    if case .done(let outputs, _) = self { outputs.first?.members } else { nil }
  }
  var validators: JSONObject? {
    switch self {
    case .done(_, let freshness), .unchanged(let freshness): freshness.validators
    default: nil
    }
  }
  var isUnchanged: Bool { if case .unchanged = self { true } else { false } }
  var isGone: Bool { if case .gone = self { true } else { false } }

  /// What the engine would hand back when the item is asked for again.
  func asPrevious(of id: String) -> WorkItem.Previous? {
    guard case .done(let outputs, let freshness) = self else { return nil }
    return WorkItem.Previous(
      outputs: outputs.map { Item(id: id, record: Record($0.members)) },
      validators: freshness.validators)
  }
}
