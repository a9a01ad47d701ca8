import Foundations
import Store

/// Which items leave which datasets: those that are to be forgotten, and all that was derived from them.
struct Removal {
  /// By the digest of a dataset.
  private(set) var ids: [Digest: Set<String>] = [:]
  /// All of them.
  private(set) var all: Set<String>
  /// What of the seeds is an item of a stage that works item by item, or stands in a listing.
  private(set) var found: Set<String> = []
  /// What of the seeds only stages make that read whole datasets.
  private(set) var whole: [String: String] = [:]
  private let reader: ResultReader

  /// - Parameter records: the results of all lines and generations.
  init(_ seeds: Set<String>, in records: [StageRecord], _ reader: ResultReader) throws {
    self.reader = reader
    all = seeds
    let made = records.filter { $0.result.origin != nil }
    for record in made {
      for digest in [record.dataset, record.result.origin?.input].compactMap({ $0 }) where ids[digest] == nil {
        let dataset = try reader.dataset(digest)
        let own = seeds.filter { dataset.index(of: $0) != nil }
        ids[digest] = own
        found.formUnion(own)
      }
    }
    for record in records where record.result.origin == nil {
      let dataset = try reader.dataset(record.dataset)
      for seed in seeds where !found.contains(seed) && dataset.index(of: seed) != nil { whole[seed] = record.stage }
    }
    try follow(made)
    try readOrphans(records)
    try follow(made)
  }

  subscript(dataset: Digest) -> Set<String> { ids[dataset] ?? [] }

  /// Follows derivations until nothing more leaves.
  private mutating func follow(_ made: [StageRecord]) throws {
    var seen: [Int: Int] = [:]
    var isChanged = true
    while isChanged {
      isChanged = false
      for (number, record) in made.enumerated() {
        guard let origin = record.result.origin else { continue }
        var leaving = self[origin.input]
        for input in record.inputs { leaving.formUnion(self[input]) }
        guard leaving.count > seen[number] ?? 0 else { continue }
        seen[number] = leaving.count
        ids[origin.input] = leaving
        guard let derived = try reader.derived(record) else { continue }
        var outputs = self[record.dataset]
        for id in leaving {
          guard let position = derived.input.index(of: id) else { continue }
          outputs.formUnion(derived.outputs(ofInput: position))
        }
        if outputs.count > self[record.dataset].count {
          ids[record.dataset] = outputs
          isChanged = true
        }
        all.formUnion(leaving)
        all.formUnion(outputs)
      }
    }
  }

  /// Datasets that stages read and whose makers have newer results: which of their items were made of what leaves is
  /// seen from what they say.
  private mutating func readOrphans(_ records: [StageRecord]) throws {
    let makers = Set(records.map(\.dataset))
    for record in records {
      let read = record.result.origin == nil ? try reader.readDatasets(record) : record.inputs
      for digest in read where ids[digest] == nil && !makers.contains(digest) {
        // A dataset that was swept is read by nobody.
        guard try reader.store.contains(digest) else { continue }
        let dataset = try reader.dataset(digest)
        var leaving: Set<String> = []
        for position in 0..<dataset.count {
          let id = dataset.id(position)
          let isNamed =
            try all.contains(id)
            || (reader.store.contains(dataset.digest(position)) && reader.mentions(dataset.digest(position), all))
          if isNamed { leaving.insert(id) }
        }
        ids[digest] = leaving
        all.formUnion(leaving)
      }
    }
  }
}
