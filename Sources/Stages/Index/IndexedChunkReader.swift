import Foundations
import SearchIndex
import StageKit

/// Makes rows of an index out of chunk and vector items.
struct IndexedChunkReader {
  let vectors: VectorReader

  /// - Parameter space: that of the index; a vector of another one is refused.
  func chunk(_ item: Item, in space: VectorReader.Space?) throws -> IndexedChunk {
    let record = try Chunk(item)
    var chunk = Self.chunk(item, record)
    chunk.vector = try vectors.vector(of: item, ChunkVector(members: record.members), in: space)
    return chunk
  }

  /// The chunk without its vector.
  static func chunk(_ item: Item, _ record: Chunk) -> IndexedChunk {
    IndexedChunk(
      id: item.id, digest: item.digest, documentID: record.documentID ?? item.id,
      sectionPath: record.sectionPath ?? "", page: record.page,
      elementType: record.elementType ?? Chunk.Kind.text.rawValue, position: record.index,
      sourceURL: record.sourceURL, title: record.documentTitle, text: record.text ?? "",
      metadata: record.metadata ?? [:])
  }
}
