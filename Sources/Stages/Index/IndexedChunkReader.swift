import Foundations
import Models
import SearchIndex
import StageKit
import Store

/// Makes rows of an index out of chunk and vector items.
struct IndexedChunkReader {
  let objects: any ContentStore

  /// The space of an item's vector; `nil` for a chunk without one.
  func passport(of item: Item) throws -> VectorPassport? {
    guard let reference = try item.record.object()["space"]?.string else { return nil }
    return VectorPassport(try JSONValue(parsing: try object(reference, of: item)).object ?? [:])
  }

  /// - Parameter passport: the space of the index; a vector of another one is refused.
  func chunk(_ item: Item, in passport: VectorPassport?) throws -> IndexedChunk {
    let record = try item.record.object()
    let metadata = record["metadata"]?.object ?? [:]
    var vector: [UInt8]?
    if let reference = record["vector"]?.string {
      guard let own = try self.passport(of: item), let passport, own == passport else {
        throw SluiceError(
          .vectorStoreError,
          "the vector of \(item.id) belongs to another space than the first one: "
            + (try self.passport(of: item)?.differences(from: passport ?? VectorPassport([:]))
              .joined(separator: "; ") ?? "none"),
          advice: "One index holds vectors of one model. Make an index for each embed stage.")
      }
      vector = try object(reference, of: item)
    }
    return IndexedChunk(
      id: item.id, digest: item.digest, documentID: record["document_id"]?.string ?? item.id,
      sectionPath: record["section_path"]?.string ?? "", page: record["page_number"]?.int,
      elementType: record["element_type"]?.string ?? "text",
      sourceURL: record["source_url"]?.string,
      title: metadata["title"]?.string, text: record["text"]?.string ?? "", metadata: metadata,
      vector: vector)
  }

  private func object(_ reference: String, of item: Item) throws -> [UInt8] {
    guard let digest = Digest(reference: reference) else {
      throw SluiceError(
        .corrupt, "the record of \(item.id) refers to '\(reference)', which is no object",
        advice: "Run `sluice fsck`.")
    }
    return try objects.get(digest)
  }
}
