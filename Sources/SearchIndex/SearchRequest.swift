import Foundations

/// What is asked of an index.
package struct SearchRequest: Sendable {
  package var question: String
  package var mode = SearchMode.hybrid
  /// The most hits.
  package var limit = 5
  /// Which chunks may be found; `nil`: all.
  package var filter: Filter?
  /// The question's vector, where it is known already.
  package var vector: [Float]?
  /// How many of the best are re-ranked, when there is a re-ranker.
  package var rerankDepth = 50
  /// Whether a graph is left aside.
  package var isExact = false

  package init(_ question: String) { self.question = question }
}

/// How an answer was found, for `--explain`.
package struct SearchTrace: Sendable, Hashable, Encodable {
  /// `exact`, `hnsw`, …; `nil`: vectors were not asked.
  package var vectorSearch: String?
  /// How many chunks pass the filter; `nil`: there was none.
  package var passing: Int?
  /// Milliseconds.
  package var embedding = 0.0
  package var searching = 0.0
  /// `nil`: there was no re-ranker.
  package var reranking: Double?

  package init() {}

  enum CodingKeys: String, CodingKey {
    case passing
    case vectorSearch = "vector_search"
    case embedding = "embedding_ms"
    case searching = "searching_ms"
    case reranking = "reranking_ms"
  }

  package var json: JSONObject { JSONObject(encoding: self) }
}
