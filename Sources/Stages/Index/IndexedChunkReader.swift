import Foundations
import Models
import SearchIndex
import StageKit
import Store

/// Makes rows of an index out of chunk and vector items.
struct IndexedChunkReader {
  let objects: any ContentStore

  /// A space, and the object that describes it.
  struct Space {
    let reference: String
    let passport: VectorPassport
  }

  /// The space of an item's vector; `nil` for a chunk without one.
  func space(of item: Item) throws -> Space? {
    guard let reference = try item.record.object()["space"]?.string else { return nil }
    let members = try JSONValue(parsing: try object(reference, of: item)).object ?? [:]
    return Space(reference: reference, passport: VectorPassport(members))
  }

  /// - Parameter space: that of the index; a vector of another one is refused.
  func chunk(_ item: Item, in space: Space?) throws -> IndexedChunk {
    let record = try item.record.object()
    let metadata = record["metadata"]?.object ?? [:]
    var vector: [UInt8]?
    if let reference = record["vector"]?.string {
      if record["space"]?.string != space?.reference { try refuseOther(item, than: space) }
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

  /// Throws unless the space of an item differs only in what does not matter (see `VectorPassport`).
  private func refuseOther(_ item: Item, than space: Space?) throws {
    let own = try self.space(of: item)
    let differences = own?.passport.differences(from: space?.passport ?? VectorPassport([:])) ?? ["it names none"]
    if space != nil && differences.isEmpty { return }
    throw SluiceError(
      .vectorStoreError,
      "the vector of \(item.id) belongs to another space than the first one: \(differences.joined(separator: "; "))",
      advice: "One index holds vectors of one model. Make an index for each embed stage.")
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
