import Foundations
import StageKit
import Store

/// A dataset as stages read it.
struct StoredDataset: DatasetReader {
  let stage: String
  let type: String
  let dataset: Dataset
  let files: [String: Digest]
  let store: ObjectStore
  var isAlwaysOne = false

  var count: Int { dataset.count }

  var entries: [DatasetEntry] {
    dataset.withEntries { entries in
      (0..<entries.count).map { index in
        DatasetEntry(
          id: String(decoding: entries.id(index), as: UTF8.self), digest: entries.digest(index))
      }
    }
  }

  func item(_ entry: DatasetEntry) throws -> Item {
    Item(id: entry.id, digest: entry.digest, record: Record(bytes: try store.get(entry.digest)))
  }

  func body(_ digest: Digest) throws -> [UInt8] { try store.get(digest) }

  func file(_ name: String) throws -> String? { try files[name].map { try store.path(of: $0) } }
}
