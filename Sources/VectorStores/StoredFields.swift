import Foundations
import Models
import SearchIndex

extension VectorPassport {
  /// - Throws: `.vectorStoreError` when what a server keeps at `place` is of another space.
  func check(_ stored: VectorPassport, of place: String, otherwise: String) throws(SluiceError) {
    let differences = stored.differences(from: self)
    guard differences.isEmpty else {
      throw SluiceError(
        .vectorStoreError, "\(place) holds vectors of another space: \(differences.joined(separator: "; "))",
        advice: "Vectors of different models cannot be compared: take another name (collection), or \(otherwise).")
    }
  }
}

/// A chunk's fields as stores keep them beside text and vector.
enum StoredFields {
  /// Under this name the digest of the item stands.
  private static let digestName = "sluice_digest"
  /// For what has none, since it is not ours or half written: it fits no chunk, so the entry is replaced.
  static let noDigest = Digest(of: "an entry without a digest")

  /// The chunk's own fields, then its metadata; one of the same name as an own field stands under `metadata.NAME`.
  static func of(_ chunk: IndexedChunk) -> JSONObject {
    let own = JSONObject(present: [
      (digestName, .string(chunk.digest.hex)), ("document_id", .string(chunk.documentID)),
      ("element_type", .string(chunk.elementType)), ("title", chunk.title.map { .string($0) }),
      ("section_path", chunk.sectionPath.isEmpty ? nil : .string(chunk.sectionPath)),
      ("page", chunk.page.map { JSONValue($0) }), ("chunk_index", chunk.position.map { JSONValue($0) }),
      ("source_url", chunk.sourceURL.map { .string($0) }),
    ])
    var fields = own
    for member in chunk.metadata.members where !(member.key == "title" && member.value.string == chunk.title) {
      fields[own[member.key] == nil ? member.key : "metadata.\(member.key)"] = member.value
    }
    return fields
  }

  /// What is read back of them: what is not ours, or half written, has a digest that fits nothing, and is replaced.
  struct Known: Decodable {
    @Lenient private var found: Digest?
    var digest: Digest { found ?? StoredFields.noDigest }

    enum CodingKeys: String, CodingKey { case found = "sluice_digest" }
  }

  /// The numbers of a chunk's vector, which whoever hands chunks to a store has seen to be there.
  static func floats(_ chunk: IndexedChunk) -> [Float] {
    guard let vector = chunk.vector else { preconditionFailure("the chunk \(chunk.id) has no vector") }
    return vector.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: 4).map { bytes.loadUnaligned(fromByteOffset: $0, as: Float.self) }
    }
  }
}
