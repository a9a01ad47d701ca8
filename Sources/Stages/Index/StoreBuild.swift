import Foundations
import Models
import SearchIndex
import StageKit
import Store
import VectorStores

/// Brings the collections of a vector store to what the sources are.
struct StoreBuild {
  private let address: VectorStoreAddress
  private let collection: CollectionName?
  private let sources: IndexSources
  private let context: StageContext

  init(
    _ address: VectorStoreAddress, _ collection: CollectionName?, _ sources: IndexSources, _ context: StageContext
  ) {
    self.address = address
    self.collection = collection
    self.sources = sources
    self.context = context
  }

  func run(_ inputs: CollectionInputs) throws -> CollectionOutput {
    if context.isFrozen {
      throw SluiceError(.frozen, "the index is kept at \(address.url), and --frozen forbids the network")
    }
    guard let passport = sources.space?.passport ?? (sources.all.isEmpty ? VectorPassport(["dim": 1]) : nil) else {
      throw SluiceError(
        .badInput, "the chunks have no vectors, which \(address.kind.rawValue) needs",
        advice: "Put an embed stage before the index.")
    }
    var groups: [String: [IndexSources.Source]] = [:]
    var failures: [String: ItemFailure] = [:]
    if let collection {
      let made = try CollectionGroups(collection, sources, nil)
      (groups, failures) = (made.groups, made.failures)
    } else {
      groups[Self.plainName(context)] = sources.all
    }
    let before = try collections(inputs)
    let store = try address.connect()
    var done = 0
    var changes = 0
    if !sources.all.isEmpty {
      for (name, group) in groups.sorted(by: { $0.key < $1.key }) {
        changes += try update(store, name, group, passport, done)
        done += group.count
      }
    }
    // Without any chunk there is no collection either.
    let names = sources.all.isEmpty ? [] : groups.keys.sorted()
    for name in before where !names.contains(name) { try store.drop(name) }
    var output = try output(names, changes: changes, isUpdate: !before.isEmpty)
    output.failures = failures
    return output
  }

  private static func plainName(_ context: StageContext) -> String {
    "\(context.pipeline)_\(context.stage)".replacing(/[^A-Za-z0-9._-]/, with: "_")
  }

  /// The collections of the run before.
  private func collections(_ inputs: CollectionInputs) throws -> [String] {
    guard let path = try (inputs.previous?.output ?? inputs.history)?.file(PublishedFile.store) else {
      return []
    }
    return try KeptIndex(file: path).collections
  }

  private func update(
    _ store: any VectorStore, _ name: String, _ wanted: [IndexSources.Source], _ passport: VectorPassport, _ done: Int
  ) throws -> Int {
    try store.open(name, passport)
    let existing = try store.existing()
    let difference = IndexDifference(wanted) { body in for entry in existing { body(entry.id, entry.digest) } }
    for start in stride(from: 0, to: difference.removed.count, by: store.batch) {
      try context.checkStopping()
      try store.remove(Array(difference.removed[start..<min(start + store.batch, difference.removed.count)]))
    }
    for start in stride(from: 0, to: difference.wanted.count, by: store.batch) {
      try context.checkStopping()
      context.progress(done + start, sources.all.count)
      let batch = difference.wanted[start..<min(start + store.batch, difference.wanted.count)]
      try store.add(
        try batch.map { source in
          let chunk = try sources.chunk(source)
          guard let vector = chunk.vector, vector.count == passport.dimensions * 4 else {
            throw SluiceError(
              .vectorStoreError, "the chunk \(chunk.id) has no vector of \(passport.dimensions) dimensions",
              advice: "Embed all chunks with one model.")
          }
          return chunk
        })
    }
    try store.commit()
    return difference.count - difference.changed
  }

  private func output(_ names: [String], changes: Int, isUpdate: Bool) throws -> CollectionOutput {
    let path = Path.join(context.scratch, PublishedFile.store)
    let kept = KeptIndex(
      store: address.kind.rawValue, url: address.url, collections: names, chunks: sources.all.count,
      update: Digest(of: "\(Timestamp.now.seconds) \(UInt64.random(in: .min ... .max))").short)
    try FileSystem.writeAtomically(JSONValue(encoding: kept).canonicalBytes + [0x0A], to: path)
    let place = names.count == 1 ? names[0] : "\(Units.show(names.count)) collections"
    return CollectionOutput(
      files: [PublishedFile.store: path],
      summary: "\(Units.show(sources.all.count)) chunks in \(place) of \(address.kind.rawValue)"
        + (isUpdate ? "; \(Units.show(changes)) added, changed or removed" : ""))
  }
}
