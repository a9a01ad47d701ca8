import Foundations
import Models

/// How well an index answers questions whose answers are known.
package struct RetrievalEvaluation: Sendable {
  package let mode: SearchMode
  package let mean: RetrievalMetrics
  package let questions: [(id: String, metrics: RetrievalMetrics)]
  /// Of searching, for each question.
  package let milliseconds: Double

  /// - Parameters:
  ///   - limit: how many hits each question gets.
  ///   - embedder: for modes that need vectors.
  package init(
    _ mode: SearchMode, _ questions: [EvaluationQuestion], in searcher: Searcher, embedder: (any TextEmbedder)?,
    limit: Int, cutoffs: [Int]? = nil
  ) throws {
    let cutoffs = Array(Set((cutoffs ?? [1, 5, 10, limit]).filter { $0 <= limit })).sorted()
    let fields = try searcher.fields()
    var all: [(id: String, metrics: RetrievalMetrics)] = []
    var spent = 0.0
    for question in questions {
      var request = SearchRequest(question.query)
      request.mode = mode
      // Documents need more chunks to come to as many.
      request.limit = question.isByDocument ? limit * 10 : limit
      request.filter = try FilterReader.read(question.filter.map { [$0] } ?? [], fields: fields)
      let answer = try searcher.search(request, embedder: embedder)
      spent += answer.trace.searching
      let ranking = Array(question.ranking(answer.hits).prefix(limit))
      all.append((question.id, RetrievalMetrics(ranking, relevant: question.relevant, at: cutoffs)))
    }
    self.mode = mode
    mean = .mean(all.map(\.metrics))
    self.questions = all
    milliseconds = all.isEmpty ? 0 : spent / Double(all.count)
  }
}
