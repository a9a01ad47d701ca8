import Clustering
import Foundations
import StageKit
import Store

/// The chunks that are to be clustered, in the order of their ids.
struct ClusterChunks {
  struct Chunk {
    let id: String
    let documentID: String
    let sectionPath: String
    let page: Int?
    let url: String?
    /// Without its breadcrumb.
    let text: String
  }

  let chunks: [Chunk]
  let points: Points
  var count: Int { chunks.count }

  /// - Throws: `.badInput` when vectors are of several spaces.
  init(_ inputs: CollectionInputs, _ context: StageContext) throws {
    var sources: [(dataset: any DatasetReader, entry: DatasetEntry)] = []
    for dataset in inputs.datasets { sources += dataset.entries.map { (dataset, $0) } }
    if inputs.datasets.count > 1 { sources.sort { $0.entry.id < $1.entry.id } }
    var chunks: [Chunk] = []
    chunks.reserveCapacity(sources.count)
    var points = Points(count: 0, dimensions: 0)
    var space: JSONValue?
    for (number, source) in sources.enumerated() {
      if number % 256 == 0 { try context.checkStopping() }
      let record = try source.dataset.item(source.entry).record.object()
      guard let digest = record["vector"]?.string.flatMap({ Digest(reference: $0) }) else {
        throw SluiceError(
          .badInput, "\(source.entry.id) has no vector", advice: "Put an embed stage before the cluster stage.")
      }
      let bytes = try context.objects.get(digest)
      if number == 0 {
        space = record["space"]
        points = Points(count: sources.count, dimensions: bytes.count / 4)
      }
      guard record["space"] == space, bytes.count == points.dimensions * 4 else {
        throw SluiceError(
          .badInput,
          "the vector of \(source.entry.id) belongs to another space than that of \(chunks.first?.id ?? "?")",
          advice: "Cluster the vectors of one model: a cluster stage for each embed stage.")
      }
      bytes.withUnsafeBytes { points.append(little: $0) }
      chunks.append(
        Chunk(
          id: source.entry.id, documentID: record["document_id"]?.string ?? source.entry.id,
          sectionPath: record["section_path"]?.string ?? "", page: record["page_number"]?.int,
          url: record["source_url"]?.string, text: String(ChunkText.withoutBreadcrumb(record["text"]?.string ?? ""))))
    }
    self.chunks = chunks
    self.points = points
  }
}
