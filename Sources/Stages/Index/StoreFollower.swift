import Foundations
import Models
import SearchIndex
import StageKit
import Store
import VectorStores

/// Brings the collections of a vector store to what is published.
struct StoreFollower: PublicationFollower {
  let address: VectorStoreAddress
  let collection: CollectionName?

  /// What a follower remembers.
  private struct State: Codable {
    var url: String
    var collections: [String]
  }

  func follow(_ inputs: CollectionInputs, former: JSONValue?, _ context: StageContext) throws -> JSONValue {
    let sources = try IndexSources(inputs, context)
    let wanted = try StoreCollections(address, collection, sources, context)
    let before: State? = try? former?.decoded()
    let store = try address.connect()
    var done = 0
    for (name, group) in wanted.groups.sorted(by: { $0.key < $1.key }) {
      try update(store, name, group, wanted, done, context)
      done += group.count
    }
    let names = wanted.groups.keys.sorted()
    if let before, before.url == address.url {
      for name in before.collections where !names.contains(name) { try store.drop(name) }
    }
    return JSONValue(encoding: State(url: address.url, collections: names))
  }

  private func update(
    _ store: any VectorStore, _ name: String, _ group: [IndexSources.Source], _ wanted: StoreCollections, _ done: Int,
    _ context: StageContext
  ) throws {
    let passport = wanted.passport
    try store.open(name, passport)
    let existing = try store.existing()
    let difference = IndexDifference(group) { body in for entry in existing { body(entry.id, entry.digest) } }
    for start in stride(from: 0, to: difference.removed.count, by: store.batch) {
      try context.checkStopping()
      try store.remove(Array(difference.removed[start..<min(start + store.batch, difference.removed.count)]))
    }
    for start in stride(from: 0, to: difference.wanted.count, by: store.batch) {
      try context.checkStopping()
      context.progress(done + start, wanted.count)
      let batch = difference.wanted[start..<min(start + store.batch, difference.wanted.count)]
      try store.add(
        try batch.map { source in
          let chunk = try wanted.sources.chunk(source)
          guard let vector = chunk.vector, vector.count == passport.dimensions * 4 else {
            throw SluiceError(
              .vectorStoreError,
              "the chunk \(chunk.id) has no vector of \(Units.counted(passport.dimensions, "dimension"))",
              advice: "Embed all chunks with one model.")
          }
          return chunk
        })
    }
    try store.commit()
    context.log(
      .info,
      "\(name) of \(address.kind.rawValue): \(Units.counted(difference.count - difference.changed, "chunk")) added, changed or removed"
    )
  }
}

/// Which chunks belong into which collections of a store.
struct StoreCollections {
  /// By the names of collections; none without any chunk.
  let groups: [String: [IndexSources.Source]]
  let passport: VectorPassport
  let sources: IndexSources
  private let failures: [String: ItemFailure]
  private let address: VectorStoreAddress
  private let context: StageContext

  var count: Int { sources.all.count }

  /// - Throws: `.badInput` when the chunks have no vectors.
  init(
    _ address: VectorStoreAddress, _ collection: CollectionName?, _ sources: IndexSources, _ context: StageContext
  ) throws {
    guard let passport = sources.space?.passport ?? (sources.all.isEmpty ? VectorPassport(["dim": 1]) : nil) else {
      throw SluiceError(
        .badInput, "the chunks have no vectors, which \(address.kind.rawValue) needs",
        advice: "Put an embed stage before the index.")
    }
    self.passport = passport
    self.address = address
    self.sources = sources
    self.context = context
    guard !sources.all.isEmpty else {
      (groups, failures) = ([:], [:])
      return
    }
    guard let collection else {
      groups = ["\(context.pipeline)_\(context.stage)".replacing(/[^A-Za-z0-9._-]/, with: "_"): sources.all]
      failures = [:]
      return
    }
    let made = try CollectionGroups(collection, sources, nil)
    (groups, failures) = (made.groups, made.failures)
  }

  /// What the stage leaves: where its chunks are kept, once they are published.
  func output() throws -> CollectionOutput {
    let names = groups.keys.sorted()
    let path = Path.join(context.scratch, PublishedFile.store)
    var hasher = DigestHasher()
    for source in sources.all {
      hasher.field(source.entry.id)
      hasher.update(source.entry.digest)
    }
    let kept = KeptIndex(
      store: address.kind.rawValue, url: address.url, collections: names, chunks: count, content: hasher.finalize().hex)
    try FileSystem.writeAtomically(JSONValue(encoding: kept).canonicalBytes + [0x0A], to: path)
    let place = names.count == 1 ? names[0] : "\(Units.counted(names.count, "collection"))"
    return CollectionOutput(
      files: [PublishedFile.store: path],
      summary: "\(Units.counted(count, "chunk")) in \(place) of \(address.kind.rawValue)", failures: failures)
  }
}
