import Foundations
import StageKit
import Store
import Synchronization
import TestSupport

@testable import Stages

/// A cache in memory that counts.
final class RecordingCache: KeyedCache {
  private let values = Mutex<[Digest: [UInt8]]>([:])
  func get(_ key: Digest) throws -> [UInt8]? { values.withLock { $0[key] } }
  func put(_ key: Digest, _ value: [UInt8]) throws { values.withLock { $0[key] = value } }
  var count: Int { values.withLock { $0.count } }
}

/// A dataset in memory, with files.
struct MemoryDataset: DatasetReader {
  let stage: String
  let type: String
  let items: [Item]
  var files: [String: String] = [:]
  init(stage: String = "s", type: String, items: [Item], files: [String: String] = [:]) {
    self.stage = stage
    self.type = type
    self.items = items.sorted { $0.id < $1.id }
    self.files = files
  }
  var count: Int { items.count }
  var entries: [DatasetEntry] { items.map { DatasetEntry(id: $0.id, digest: $0.digest) } }
  func item(_ entry: DatasetEntry) throws -> Item { items.first { $0.id == entry.id }! }
  func body(_ digest: Digest) throws -> [UInt8] { throw SluiceError(.corrupt, "no object \(digest)") }
  func file(_ name: String) -> String? { files[name] }
}

/// Runs the stages that give meaning, without an engine, with a cache that remembers and a real scratch folder.
final class MeaningHarness: Sendable {
  let store = MemoryStore()
  let cache = RecordingCache()
  let scratch: Scratch
  private let log = Mutex<[String]>([])
  private let runs = Mutex(0)

  init() throws { scratch = try Scratch() }

  /// What stages wrote into the log.
  var lines: [String] { log.withLock { $0 } }

  func context(isFrozen: Bool = false) throws -> StageContext {
    let number = runs.withLock { number -> Int in
      number += 1
      return number
    }
    let folder = scratch.path("run\(number)")
    try FileSystem.makeDirectory(folder)
    return StageContext(
      stage: "test", pipeline: "test", directory: ProjectFiles.root, objects: store, cache: cache,
      scratch: folder, jobs: 2,
      isFrozen: isFrozen, log: { [weak self] _, line in self?.log.withLock { $0.append(line) } })
  }

  func configuration(_ kind: String, _ parameters: JSONObject, prompts: [String: String] = [:])
    -> StageConfiguration
  {
    StageConfiguration(
      name: kind, kind: kind, parameters: Parameters(parameters), prompts: prompts,
      directory: ProjectFiles.root, files: FileDigestCache(path: scratch.path("digests")))
  }

  /// The members that an item stage gave each item (put over the item's when it inherits), or why it failed.
  func run(_ stage: some ItemStage, _ items: [Item]) throws -> [Result<JSONObject, ItemFailure>] {
    let feed = ListFeed(items.enumerated().map { WorkItem(token: $0, item: $1, attempt: 1) })
    try stage.makeWorker(try context()).run(feed)
    return try items.map { item in
      switch feed.outcomes[item.id] {
      case .done(let outputs, _):
        guard outputs.count == 1, outputs[0].id == .same else {
          throw SluiceError(.badInput, "not one output")
        }
        return .success(
          outputs[0].inherits
            ? try item.record.object().merging(outputs[0].members) : outputs[0].members)
      case .failed(let failure): return .failure(failure)
      default: throw SluiceError(.badInput, "no outcome for \(item.id)")
      }
    }
  }

  /// As `run`, with the results as items that another stage can take; failures are left out.
  func items(_ stage: some ItemStage, _ items: [Item]) throws -> [Item] {
    try zip(items, run(stage, items)).compactMap { item, result in
      guard case .success(let members) = result else { return nil }
      return Item(id: item.id, record: Record(members))
    }
  }
}

/// A chunk as the chunk stage makes them.
func chunkItem(
  _ id: String, _ text: String, section: String = "1. Intro", page: Int? = nil,
  more: JSONObject = [:]
) -> Item {
  let document = String(id.prefix { $0 != "#" })
  var record: JSONObject = [
    "id": .string(id), "document_id": .string(document), "section_path": .string(section),
    "element_type": "text",
    "has_summary": false, "text": .string("Section: \(section)\n\(text)"),
    "source_url": .string("https://example.org/\(document)"),
    "metadata": ["title": .string(document)],
  ]
  if let page { record["page_number"] = JSONValue(page) }
  return Item(id: id, record: Record(record.merging(more)))
}
