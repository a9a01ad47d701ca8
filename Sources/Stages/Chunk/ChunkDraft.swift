import Documents
import Formats
import Foundations
import StageKit

/// A chunk before it has a number.
struct ChunkDraft: Equatable {
  var kind: Chunk.Kind
  var sectionPath: [String]
  /// The final text, breadcrumb included.
  var text: String
  var tokens: Int
  var page: Int?
  var table: DocumentTable?

  /// Its record. A table's says what it must not exceed, for the stage that puts a summary in.
  func chunk(id: String, index: Int, limit: Int, document: ChunkDocument) -> Chunk {
    var chunk = Chunk()
    chunk.id = id
    chunk.index = index
    chunk.documentID = document.id
    chunk.elementType = kind.rawValue
    chunk.hasSummary = false
    if kind == .table { chunk.maxTokens = limit }
    let facts = document.facts
    if !facts.members.isEmpty { chunk.metadata = facts.members }
    chunk.page = page
    if sectionPath.count > 1 { chunk.parentSection = ChunkLayout.path(sectionPath.dropLast()) }
    chunk.sectionPath = ChunkLayout.path(sectionPath)
    chunk.sourceURL = document.url
    chunk.table = table.map { JSONObject(encoding: $0) }
    chunk.text = text
    chunk.tokenCount = tokens
    return chunk
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

  fileprivate var facts: DocumentFacts {
    var facts = DocumentFacts(members: metadata)
    if let language { facts.language = language }
    if let title { facts.title = title }
    return facts
  }
}
