import Foundations
import Models
import SearchIndex
import StageKit
import Store

/// Puts chunks and their vectors into files that can be searched: one index, or one for each collection.
///
/// With former files in the same space it copies these and does the difference only.
struct IndexStage: CollectionStage {
  let implementationVersion = 3
  var keyComponents: JSONObject {
    // What a server holds is told by the chunks alone.
    parameters.store != nil
      ? ["kept": 2] : ["sqlite": .string(IndexWriter.libraryVersion), "hnswlib": "0.8.0"]
  }
  let projection = Projection.fields([
    "text", "vector", "space", "document_id", "section_path", "page_number", "element_type",
    "source_url", "metadata", "chunk_index",
  ])

  private let parameters: IndexParameters
  var gateMeasures: (any GateMeasures)? { IndexMeasures() }

  init(_ configuration: StageConfiguration) throws {
    parameters = try IndexParameters(configuration.parameters)
  }

  var follower: (any PublicationFollower)? {
    parameters.store.map { StoreFollower(address: $0, collection: parameters.collection) }
  }

  func run(_ inputs: CollectionInputs, _ context: StageContext) throws -> CollectionOutput {
    let sources = try IndexSources(inputs, context)
    if let store = parameters.store {
      return try StoreCollections(store, parameters.collection, sources, context).output()
    }
    var build = IndexBuild(parameters.settings, sources, inputs.previous, context)
    if let collection = parameters.collection {
      let made = try CollectionGroups(collection, sources, inputs.previous)
      for (name, group) in made.groups.sorted(by: { $0.key < $1.key }) { try build.make(name, group) }
      return try build.output(collections: made.groups.keys.sorted(), failures: made.failures)
    }
    try build.make(PublishedFile.index, sources.all)
    return try build.output(collections: nil, failures: [:])
  }
}

/// Makes the indexes of one stage run.
private struct IndexBuild {
  let settings: IndexSettings
  let sources: IndexSources
  let previous: CollectionInputs.Previous?
  let context: StageContext
  private var files: [String: String] = [:]
  private var done = 0
  private var chunks = 0
  private var documents = 0
  private var changes = 0
  private var isUpdate = false
  private var search: [String] = []

  init(
    _ settings: IndexSettings, _ sources: IndexSources, _ previous: CollectionInputs.Previous?, _ context: StageContext
  ) {
    self.settings = settings
    self.sources = sources
    self.previous = previous
    self.context = context
  }

  /// Makes one index under a name.
  mutating func make(_ name: String, _ wanted: [IndexSources.Source]) throws {
    let made = IndexFiles(besides: Path.join(context.scratch, name + IndexFiles.databaseEnding))
    let passport = sources.space?.passport
    let found = try previous?.output.indexFiles(name)
    let former = found.flatMap { IndexWriter.canContinue($0, passport: passport) ? $0 : nil }
    let writer = try IndexWriter(
      files: made, passport: passport, settings: settings, former: former, expected: wanted.count)
    let difference =
      former == nil
      ? IndexDifference(all: wanted)
      : try IndexDifference(wanted) { body in try writer.forEachExisting(body) }
    for (position, id) in difference.removed.enumerated() {
      if position % 256 == 0 { try context.checkStopping() }
      try writer.remove(id: id)
    }
    for (position, source) in difference.wanted.enumerated() {
      if position % 256 == 0 {
        try context.checkStopping()
        context.progress(done + position, sources.all.count)
      }
      try writer.insert(try sources.chunk(source))
    }
    let info = try writer.finish(isStopping: context.isStopping)
    done += wanted.count
    context.progress(done, sources.all.count)
    chunks += info.chunks
    documents += info.documents
    if former != nil {
      isUpdate = true
      changes += difference.count - difference.changed
    } else {
      changes += wanted.count
    }
    if info.ef > 0 { search.append("hnsw") }
    for file in made.made { files[name + file.ending] = file.path }
  }

  mutating func output(collections: [String]?, failures: [String: ItemFailure]) throws -> CollectionOutput {
    if let collections {
      let path = Path.join(context.scratch, PublishedFile.collections)
      try FileSystem.writeAtomically(JSONValue(collections).canonicalBytes + [0x0A], to: path)
      files[PublishedFile.collections] = path
    }
    // A document can have chunks in several collections.
    var text =
      "\(Units.counted(chunks, "chunk")) "
      + (collections.map { "in \(Units.counted($0.count, "collection"))" }
        ?? "of \(Units.counted(documents, "document"))")
    text +=
      sources.space.map { ", \(Units.counted($0.passport.dimensions, "dimension")) by \($0.passport.model)" }
      ?? ", words only"
    if !search.isEmpty { text += ", hnsw" }
    if isUpdate { text += "; \(Units.show(changes)) added, changed or removed" }
    return CollectionOutput(files: files, summary: text, failures: failures)
  }
}
