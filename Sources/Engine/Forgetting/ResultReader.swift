import Foundations
import Store

/// Stored datasets, each read once.
final class ResultReader {
  let store: ObjectStore
  private var datasets: [Digest: Dataset] = [:]

  init(_ store: ObjectStore) { self.store = store }

  func dataset(_ digest: Digest) throws -> Dataset {
    if let known = datasets[digest] { return known }
    let dataset = try Dataset(reading: store.get(digest), digest: digest)
    datasets[digest] = dataset
    return dataset
  }

  /// - Precondition: the result was made item by item.
  func derived(_ record: StageRecord) throws -> DerivedDataset? {
    try record.result.origin.map { origin in
      try DerivedDataset(
        input: dataset(origin.input), output: dataset(record.dataset),
        derivation: Derivation(reading: store.get(origin.derivation)))
    }
  }

  /// The datasets that a stage read whole.
  func readDatasets(_ record: StageRecord) throws -> [Digest] {
    guard case .collection(let result) = record.result else { return [] }
    return try store.get(result.datasets).withUnsafeBytes { Digest.list($0) } ?? []
  }

  /// Whether a record says one of some names, as a whole text.
  func mentions(_ digest: Digest, _ ids: Set<String>) throws -> Bool {
    Self.mentions(try JSONValue(parsing: store.get(digest)), ids)
  }

  private static func mentions(_ value: JSONValue, _ ids: Set<String>) -> Bool {
    switch value {
    case .string(let text): ids.contains(text)
    case .array(let list): list.contains { mentions($0, ids) }
    case .object(let object): object.members.contains { mentions($0.value, ids) }
    default: false
    }
  }
}
