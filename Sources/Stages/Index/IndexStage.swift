import Foundations
import Models
import SearchIndex
import StageKit
import Store

/// Puts chunks and their vectors into one file that can be searched.
///
/// With a former file in the same space it copies that and does the difference only.
struct IndexStage: CollectionStage {
  let implementationVersion = 1
  let keyComponents: JSONObject = ["sqlite": .string(IndexWriter.libraryVersion)]
  let projection = Projection.fields([
    "text", "vector", "space", "document_id", "section_path", "page_number", "element_type",
    "source_url", "metadata",
  ])

  static let fileName = "index.sqlite"

  init(_ configuration: StageConfiguration) throws {}

  func run(_ inputs: CollectionInputs, _ context: StageContext) throws -> CollectionOutput {
    let sources = try Self.entries(inputs)
    let vectors = VectorReader(objects: context.objects)
    let reader = IndexedChunkReader(vectors: vectors)
    let first = sources.first { $0.dataset.type == "vector" } ?? sources.first
    let space = try first.flatMap { try vectors.space(of: $0.dataset.item($0.entry)) }
    let former = try inputs.previous?.output.file(Self.fileName).flatMap {
      IndexWriter.canContinue($0, passport: space?.passport) ? $0 : nil
    }
    let path = Path.join(context.scratch, Self.fileName)
    let writer = try IndexWriter(path: path, passport: space?.passport, former: former)

    var gone = try writer.existing()
    let wanted = sources.filter { gone.removeValue(forKey: $0.entry.id) != $0.entry.digest }
    // What changed was taken out of `gone` above: its old row goes, too.
    let changed = former == nil ? [] : wanted.map(\.entry.id)
    let work = gone.count + wanted.count
    for (done, id) in (gone.keys.sorted() + changed).enumerated() {
      if done % 256 == 0 { try context.checkStopping() }
      try writer.remove(id: id)
    }
    for (done, source) in wanted.enumerated() {
      if done % 256 == 0 {
        try context.checkStopping()
        context.progress(gone.count + done, work)
      }
      try writer.insert(try reader.chunk(source.dataset.item(source.entry), in: space))
    }
    let info = try writer.finish()
    context.progress(work, work)
    return CollectionOutput(
      files: [Self.fileName: path], summary: Self.summary(info, former == nil ? nil : work))
  }

  private static func summary(_ info: IndexInfo, _ difference: Int?) -> String {
    let size = "\(Units.show(info.chunks)) chunks of \(Units.show(info.documents)) documents"
    let vectors =
      info.passport.map { ", \($0.dimensions) dimensions by \($0.model)" } ?? ", words only"
    return size + vectors
      + (difference.map { "; \(Units.show($0)) added, changed or removed" } ?? "")
  }

  private struct Source {
    let dataset: any DatasetReader
    let entry: DatasetEntry
  }

  /// The entries of all inputs in the order of ids.
  private static func entries(_ inputs: CollectionInputs) throws -> [Source] {
    var all: [Source] = []
    for dataset in inputs.datasets {
      all += dataset.entries.map { Source(dataset: dataset, entry: $0) }
    }
    if inputs.datasets.count > 1 {
      all.sort { $0.entry.id < $1.entry.id }
      for (a, b) in zip(all, all.dropFirst()) where a.entry.id == b.entry.id {
        throw SluiceError(
          .badInput,
          "the chunk \(a.entry.id) comes from both \(a.dataset.stage) and \(b.dataset.stage)",
          advice: "An index needs one source for each chunk: take one of the two out of `needs`.")
      }
    }
    return all
  }
}
