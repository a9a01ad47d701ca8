import Foundations
import Models
import SearchIndex

/// How well an index answers questions whose answers are known: measured by `sluice eval`, golden sets and gates.
package struct IndexEvaluation {
  /// One mode's figures.
  package struct Result: Sendable {
    package let mode: SearchMode
    package let mean: RetrievalMetrics
    /// In the order of the questions.
    package let questions: [(id: String, metrics: RetrievalMetrics)]
    /// What a search took, without the embedding of the question.
    package let milliseconds: Double

    /// A figure of the mean by its name (`recall@5`, `mrr`, `ndcg@10`); `nil` when it was not measured.
    package func value(_ name: String) -> Double? { mean.values.first { $0.name == name }?.value }
  }

  /// The ranks at which recall and nDCG are measured, as far as so many hits are asked for.
  package static let cutoffs = [1, 5, 10]

  private let searcher: Searcher
  private let embedder: (any TextEmbedder)?
  package let modes: [SearchMode]

  /// - Parameters:
  ///   - path: the index's `.sqlite`; its other files stand beside it.
  ///   - project: the folder whose `models/` and `providers.yaml` the questions are embedded with.
  ///   - named: the modes to measure; none: all that the index has.
  package init(index path: String, project: String, modes named: [SearchMode] = []) throws {
    searcher = try Searcher(path: path)
    let hasVectors = searcher.info.vectors > 0
    modes = named.isEmpty ? (hasVectors ? SearchMode.allCases : [.text]) : named
    guard modes.contains(where: { $0 != .text }), hasVectors, let passport = searcher.info.passport else {
      embedder = nil
      return
    }
    embedder = try QueryEmbedder.make(for: passport, project: project)
  }

  /// Asks every question in every mode.
  /// - Parameters:
  ///   - limit: how many hits each question gets.
  ///   - more: ranks to measure at besides `cutoffs`.
  package func measure(_ questions: [EvaluationQuestion], limit: Int = 10, alsoAt more: [Int] = []) throws -> [Result] {
    let ranks = Set(Self.cutoffs + more + [limit]).filter { (1...limit).contains($0) }.sorted()
    let fields = try searcher.fields()
    return try modes.map { mode in
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
        all.append((question.id, RetrievalMetrics(ranking, relevant: question.relevant, at: ranks)))
      }
      return Result(
        mode: mode, mean: .mean(all.map(\.metrics)), questions: all,
        milliseconds: spent / Double(max(1, questions.count)))
    }
  }
}
