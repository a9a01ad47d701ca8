import Foundations
import SearchIndex

/// A chunk that statements may rest on.
struct InsightEvidence: Sendable {
  let chunkID: String
  let documentID: String
  let title: String?
  let sectionPath: String
  let page: Int?
  let url: String?
  let elementType: String
  let text: String

  init(_ chunk: IndexedChunk) {
    chunkID = chunk.id
    documentID = chunk.documentID
    title = chunk.title
    sectionPath = chunk.sectionPath
    page = chunk.page
    url = chunk.sourceURL
    elementType = chunk.elementType
    text = chunk.text
  }

  /// Where it stands, for readers.
  var json: JSONObject {
    var object: JSONObject = [
      "chunk_id": .string(chunkID), "document_id": .string(documentID), "section_path": .string(sectionPath),
    ]
    if let title { object["title"] = .string(title) }
    if let page { object["page"] = JSONValue(page) }
    if let url { object["url"] = .string(url) }
    return object
  }

  /// `Policy manual, 2.1. Scope, page 3`.
  var place: String {
    var parts = title.map { [$0] } ?? []
    if !sectionPath.isEmpty { parts.append(sectionPath) }
    if let page { parts.append("page \(page)") }
    return parts.isEmpty ? chunkID : parts.joined(separator: ", ")
  }
}
