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
  package struct Scores: Sendable, Hashable {
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

  package var json: JSONObject {
    var scores: JSONObject = ["total": .double(self.scores.total)]
    if let rank = self.scores.textRank { scores["text_rank"] = JSONValue(rank) }
    if let bm25 = self.scores.bm25 { scores["bm25"] = .double(bm25) }
    if let rank = self.scores.vectorRank { scores["vector_rank"] = JSONValue(rank) }
    if let cosine = self.scores.cosine { scores["cosine"] = .double(cosine) }
    if let rerank = self.scores.rerank { scores["rerank"] = .double(rerank) }
    var object: JSONObject = [
      "chunk_id": .string(chunkID), "document_id": .string(documentID),
      "section_path": .string(sectionPath),
      "element_type": .string(elementType), "text": .string(text), "snippet": .string(snippet),
      "scores": .object(scores),
    ]
    if let title { object["title"] = .string(title) }
    if let position { object["chunk_index"] = JSONValue(position) }
    if let page { object["page"] = JSONValue(page) }
    if let url { object["url"] = .string(url) }
    if !metadata.isEmpty { object["metadata"] = .object(metadata) }
    return object
  }
}
