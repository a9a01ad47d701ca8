import Documents
import Foundations

/// A chunk before it has a number.
struct Chunk: Equatable {
  enum Kind: String { case text, table, code }

  var kind: Kind
  var sectionPath: [String]
  /// The final text, breadcrumb included.
  var text: String
  var tokens: Int
  var page: Int?
  var table: DocumentTable?

  static let pathSeparator = " -> "

  /// The members of its record. A table's says what it must not exceed, for the stage that puts a summary in.
  func record(id: String, index: Int, limit: Int, document: ChunkDocument) -> JSONObject {
    var record = JSONObject()
    record["chunk_index"] = JSONValue(index)
    record["document_id"] = .string(document.id)
    record["element_type"] = .string(kind.rawValue)
    record["has_summary"] = .bool(false)
    record["id"] = .string(id)
    if kind == .table { record["max_tokens"] = JSONValue(limit) }
    var metadata = document.metadata
    if let language = document.language { metadata["language"] = .string(language) }
    if let title = document.title { metadata["title"] = .string(title) }
    if !metadata.isEmpty { record["metadata"] = .object(metadata) }
    if let page { record["page_number"] = JSONValue(page) }
    if sectionPath.count > 1 {
      record["parent_section"] = .string(
        sectionPath.dropLast().joined(separator: Self.pathSeparator))
    }
    record["section_path"] = .string(sectionPath.joined(separator: Self.pathSeparator))
    if let url = document.url { record["source_url"] = .string(url) }
    if let table { record["table"] = .object(table.json) }
    record["text"] = .string(text)
    record["token_count"] = JSONValue(tokens)
    return record
  }
}

/// What every chunk of a document says of it.
struct ChunkDocument {
  let id: String
  let title: String?
  let language: String?
  let url: String?
  /// What the source says of it (see the parse stage's `metadata`); the document's own title and language stand before it.
  var metadata: JSONObject = [:]
}
