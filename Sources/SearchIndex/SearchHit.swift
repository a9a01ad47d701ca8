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
package struct SearchHit: Sendable, Hashable, Encodable {
  package let chunkID: String
  package let documentID: String
  package let elementType: String
  package let title: String?
  package let text: String
  package let sectionPath: String
  /// Its place in its document, from 0.
  package let position: Int?
  package let page: Int?
  package let url: String?
  /// The stretch of the text, without its breadcrumb, that holds most of the words asked for.
  package let snippet: String
  @OmittedWhenEmpty package private(set) var metadata: JSONObject
  package var scores: Scores
  /// Documents that are this one under other addresses, which redirect here; `nil`: there are none.
  package var copies: [String]?

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
    _metadata = OmittedWhenEmpty(wrappedValue: chunk.metadata)
    self.scores = scores
  }

  package var json: JSONObject { JSONObject(encoding: self) }

  enum CodingKeys: String, CodingKey {
    case title, page, url, text, snippet, metadata, scores, copies
    case chunkID = "chunk_id"
    case documentID = "document_id"
    case sectionPath = "section_path"
    case elementType = "element_type"
    case position = "chunk_index"
  }
}
