import Foundations

/// What a certificate of recall says to readers; `nil` where it was not measured.
struct RecallReport: Encodable {
  var questions: Int
  /// The share of the true ten nearest.
  var recall: Double
  var vectors: Int?
  var search: String?
  var codes: String?
  var filters: [Filtered]?
  var minRecall: Double?
  /// Of a graph.
  var ef: Int?
  var unreachable: Int?
  /// Whether the graph was `built` or `updated`.
  var graph: String?

  struct Filtered: Encodable {
    let filter: String
    let chunks: Int
    let recall: Double

    enum CodingKeys: String, CodingKey {
      case filter, chunks
      case recall = "recall_at_10"
    }
  }

  enum CodingKeys: String, CodingKey {
    case questions, vectors, search, codes, filters, ef, unreachable, graph
    case recall = "recall_at_10"
    case minRecall = "min_recall"
  }
}
