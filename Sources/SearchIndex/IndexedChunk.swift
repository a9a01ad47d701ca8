import Foundations

/// A chunk as an index holds it.
package struct IndexedChunk: Sendable, Hashable {
  package var id: String
  /// The digest of the item that it was made from: says whether it changed.
  package var digest: Digest
  package var documentID: String
  package var sectionPath: String
  /// From 1; `nil` where documents have no pages.
  package var page: Int?
  package var elementType: String
  /// Its place in its document, from 0; `nil` where that is not known.
  package var position: Int?
  package var sourceURL: String?
  package var title: String?
  package var text: String
  package var metadata: JSONObject
  /// Little-endian float32 of length 1; `nil` in an index without vectors.
  package var vector: [UInt8]?

  package init(
    id: String, digest: Digest, documentID: String, sectionPath: String = "", page: Int? = nil,
    elementType: String = "text", position: Int? = nil, sourceURL: String? = nil, title: String? = nil, text: String,
    metadata: JSONObject = [:], vector: [UInt8]? = nil
  ) {
    self.id = id
    self.digest = digest
    self.documentID = documentID
    self.sectionPath = sectionPath
    self.page = page
    self.elementType = elementType
    self.position = position
    self.sourceURL = sourceURL
    self.title = title
    self.text = text
    self.metadata = metadata
    self.vector = vector
  }
}

extension IndexedChunk {
  /// A field as text: one of the chunk's own or, by dotted path, of its metadata; `nil` when there is none, or no scalar.
  package func value(of field: String) -> String? {
    switch field {
    case "document_id": documentID
    case "element_type": elementType
    case "section_path": sectionPath
    case "page": page.map(String.init)
    case "source_url": sourceURL
    default:
      (metadata[field] ?? JSONValue.object(metadata)[path: field.split(separator: ".").map(String.init)])
        .flatMap { FieldValue($0) }?.shown
    }
  }
}
