import Foundations
import Glibc

/// How good a ranking is (as trec_eval and pytrec_eval have it).
package struct RetrievalMetrics: Sendable, Hashable {
  /// The share of what is relevant among the first k.
  package var recall: [Int: Double] = [:]
  /// Normalized discounted cumulative gain of the first k (Järvelin and Kekäläinen 2002; gain = relevance, discount
  /// log2(rank + 1)).
  package var ndcg: [Int: Double] = [:]
  /// One over the rank of the first relevant one; 0 when none was found.
  package var reciprocalRank = 0.0

  package init() {}

  /// - Parameters:
  ///   - ranking: ids, best first.
  ///   - relevant: how relevant each is; those of 0 or less are not.
  package init(_ ranking: [String], relevant: [String: Double], at cutoffs: [Int]) {
    let wanted = relevant.filter { $0.value > 0 }
    let gains = ranking.map { max(0, relevant[$0] ?? 0) }
    let ideal = wanted.values.sorted(by: >)
    for cutoff in cutoffs {
      recall[cutoff] =
        wanted.isEmpty ? 0 : Double(gains.prefix(cutoff).count { $0 > 0 }) / Double(wanted.count)
      let best = Self.discounted(ideal.prefix(cutoff))
      ndcg[cutoff] = best == 0 ? 0 : Self.discounted(gains.prefix(cutoff)) / best
    }
    reciprocalRank = gains.firstIndex { $0 > 0 }.map { 1 / Double($0 + 1) } ?? 0
  }

  private static func discounted(_ gains: some Sequence<Double>) -> Double {
    gains.enumerated().reduce(0) { $0 + $1.element / Self.log2(Double($1.offset + 2)) }
  }
  private static func log2(_ value: Double) -> Double { Glibc.log2(value) }

  /// The mean over questions.
  package static func mean(_ all: [RetrievalMetrics]) -> RetrievalMetrics {
    var mean = RetrievalMetrics()
    guard !all.isEmpty else { return mean }
    let count = Double(all.count)
    for cutoff in all[0].recall.keys {
      mean.recall[cutoff] = all.reduce(0) { $0 + ($1.recall[cutoff] ?? 0) } / count
      mean.ndcg[cutoff] = all.reduce(0) { $0 + ($1.ndcg[cutoff] ?? 0) } / count
    }
    mean.reciprocalRank = all.reduce(0) { $0 + $1.reciprocalRank } / count
    return mean
  }

  /// Values by their names: `recall@5`, `ndcg@10`, `mrr`.
  package var values: [(name: String, value: Double)] {
    recall.keys.sorted().map { ("recall@\($0)", recall[$0] ?? 0) } + [("mrr", reciprocalRank)]
      + ndcg.keys.sorted().map { ("ndcg@\($0)", ndcg[$0] ?? 0) }
  }
}
