import Foundations
import Store

/// A dataset as stages read it.
package struct StoredDataset: DatasetReader {
  package let stage: String
  package let type: String
  package let dataset: Dataset
  package let files: [String: Digest]
  package let store: ObjectStore
  package var isAlwaysOne = false

  package init(
    stage: String, type: String, dataset: Dataset, files: [String: Digest], store: ObjectStore,
    isAlwaysOne: Bool = false
  ) {
    self.isAlwaysOne = isAlwaysOne
    self.stage = stage
    self.type = type
    self.dataset = dataset
    self.files = files
    self.store = store
  }

  package var count: Int { dataset.count }

  package var entries: [DatasetEntry] {
    dataset.withEntries { entries in
      (0..<entries.count).map { index in
        DatasetEntry(
          id: String(decoding: entries.id(index), as: UTF8.self), digest: entries.digest(index))
      }
    }
  }

  package func item(_ entry: DatasetEntry) throws -> Item {
    Item(id: entry.id, digest: entry.digest, record: Record(bytes: try store.get(entry.digest)))
  }

  package func body(_ digest: Digest) throws -> [UInt8] { try store.get(digest) }

  package func file(_ name: String) throws -> String? { try files[name].map { try store.path(of: $0) } }
}
