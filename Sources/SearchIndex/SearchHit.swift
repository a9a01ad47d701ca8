import Foundations

/// How to search.
package enum SearchMode: String, Sendable, CaseIterable {
  /// Both ways, fused.
  case hybrid
  /// By meaning.
  case vector
  /// By words.
  case text
}

/// A chunk that was found.
package struct SearchHit: Sendable, Hashable {
  package let chunkID: String
  package let documentID: String
  package let title: String?
  package let sectionPath: String
  package let page: Int?
  package let url: String?
  package let elementType: String
  /// Its place in its document, from 0.
  package let position: Int?
  package let text: String
  /// The stretch of the text, without its breadcrumb, that holds most of the words asked for.
  package let snippet: String
  package let metadata: JSONObject
  package var scores: Scores

  /// Why it stands where it stands.
  package struct Scores: Sendable, Hashable, Encodable {
    /// What hits are ordered by: RRF in hybrid mode, cosine or BM25 otherwise.
    package var total: Double
    /// From 1, by words; `nil`: not among those found so.
    package var textRank: Int?
    /// BM25, larger is better.
    package var bm25: Double?
    /// From 1, by meaning.
    package var vectorRank: Int?
    /// From -1 to 1.
    package var cosine: Double?
    /// Of the re-ranker, when one was asked: then it is `total`, too.
    package var rerank: Double?

    enum CodingKeys: String, CodingKey {
      case total, bm25, cosine, rerank
      case textRank = "text_rank"
      case vectorRank = "vector_rank"
    }
  }

  init(_ chunk: IndexedChunk, snippet: String, scores: Scores) {
    chunkID = chunk.id
    documentID = chunk.documentID
    title = chunk.title
    sectionPath = chunk.sectionPath
    page = chunk.page
    url = chunk.sourceURL
    elementType = chunk.elementType
    position = chunk.position
    text = chunk.text
    self.snippet = snippet
    metadata = chunk.metadata
    self.scores = scores
  }

  package var json: JSONObject { JSONObject(encoding: self) }
}

extension SearchHit: Encodable {
  enum CodingKeys: String, CodingKey {
    case title, page, url, text, snippet, metadata, scores
    case chunkID = "chunk_id"
    case documentID = "document_id"
    case sectionPath = "section_path"
    case elementType = "element_type"
    case position = "chunk_index"
  }

  package func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: CodingKeys.self)
    try members.encode(chunkID, forKey: .chunkID)
    try members.encode(documentID, forKey: .documentID)
    try members.encodeIfPresent(title, forKey: .title)
    try members.encode(sectionPath, forKey: .sectionPath)
    try members.encodeIfPresent(page, forKey: .page)
    try members.encodeIfPresent(url, forKey: .url)
    try members.encode(elementType, forKey: .elementType)
    try members.encodeIfPresent(position, forKey: .position)
    try members.encode(text, forKey: .text)
    try members.encode(snippet, forKey: .snippet)
    if !metadata.isEmpty { try members.encode(metadata, forKey: .metadata) }
    try members.encode(scores, forKey: .scores)
  }
}
