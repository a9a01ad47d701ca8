import Foundations
import SearchIndex
import StageKit

/// Makes rows of an index out of chunk and vector items.
struct IndexedChunkReader {
  let vectors: VectorReader

  /// - Parameter space: that of the index; a vector of another one is refused.
  func chunk(_ item: Item, in space: VectorReader.Space?) throws -> IndexedChunk {
    let record = try item.record.object()
    var chunk = Self.chunk(item, record)
    chunk.vector = try vectors.vector(of: item, record, in: space)
    return chunk
  }

  /// The chunk without its vector.
  static func chunk(_ item: Item, _ record: JSONObject) -> IndexedChunk {
    let metadata = record["metadata"]?.object ?? [:]
    return IndexedChunk(
      id: item.id, digest: item.digest, documentID: record["document_id"]?.string ?? item.id,
      sectionPath: record["section_path"]?.string ?? "", page: record["page_number"]?.int,
      elementType: record["element_type"]?.string ?? "text",
      position: record["chunk_index"]?.int, sourceURL: record["source_url"]?.string,
      title: metadata["title"]?.string, text: record["text"]?.string ?? "", metadata: metadata)
  }
}
