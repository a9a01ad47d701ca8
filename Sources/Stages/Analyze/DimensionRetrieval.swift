import Evidence
import Foundations
import Models
import SearchIndex

/// Finds the chunks that may speak on a dimension.
struct DimensionRetrieval {
  private let searcher: Searcher
  private let embedder: (any TextEmbedder)?

  /// Hits that are asked for by each question.
  private static let depth = 20
  /// As in reciprocal rank fusion (Cormack et al. 2009).
  private static let constant = 60.0

  init(_ searcher: Searcher, _ embedder: (any TextEmbedder)?) {
    self.searcher = searcher
    self.embedder = embedder
  }

  /// The best chunks over all questions, by reciprocal rank; ties by id.
  func chunks(_ questions: [String], limit: Int) throws -> [EvidenceChunk] {
    var scores: [String: Double] = [:]
    for question in questions {
      let hits = try searcher.search(
        question, mode: embedder == nil ? .text : .hybrid, limit: Self.depth, embedder: embedder)
      for (rank, hit) in hits.enumerated() { scores[hit.chunkID, default: 0] += 1 / (Self.constant + Double(rank + 1)) }
    }
    let best = scores.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }.prefix(limit)
    return try searcher.chunks(best.map(\.key)).map { EvidenceChunk($0) }
  }
}
