import Clustering
import Evidence
import Foundations

/// An insight without a model: sentences of the evidence, word for word, sorted into the fields by the
/// words that give them away. A field for which no sentence speaks stays empty.
enum ExtractiveInsight {
  private static let perField = 3

  /// What gives a sentence away, as beginnings of words in lower case; the first field that fits has it.
  private static let cues: [(field: InsightField, words: [String])] = [
    (
      .recommendations,
      [
        "should", "must", "recommend", "we suggest", "avoid", "ensure that", "encouraged", "discouraged", "best to",
        "advis",
      ]
    ),
    (
      .painPoints,
      [
        "problem", "fail", "error", "bug", "cannot", "can't", "unable", "difficult", "broken", "breaks", "conflict",
        "lack",
        "missing", "unfortunately", "wrong", "danger", "unsafe", "insecure", "slow", "confus",
      ]
    ),
    (
      .opportunities,
      [
        "opportunit", "improve", "could be improved", "could be used to", "would be useful", "would be better",
        "would be nice", "benefit", "advantage",
      ]
    ),
  ]
  private static let needs = ["need to", "needs to", "need a", "needs a", "need the", "want to", "wants to"]

  static func make(_ evidence: [EvidenceChunk]) -> [InsightField: [Statement]] {
    let sentences = evidence.flatMap { EvidenceSentence.sentences(of: $0) }.filter {
      !InjectedText.looksLikeInstruction($0.text)
    }
    let ranker = SentenceRanker(sentences)
    let lower = sentences.map { " " + $0.line.lowercased() }
    func speaking(_ cues: [String], except taken: Set<Int>) -> [Int] {
      sentences.indices.filter { index in
        !taken.contains(index) && cues.contains { lower[index].contains(" " + $0) }
      }
    }
    var fields: [InsightField: [Statement]] = [:]
    var taken: Set<Int> = []
    func take(_ field: InsightField, _ candidates: [Int], limit: Int) {
      let chosen = ranker.diverse(candidates, limit: limit, taken: taken.sorted())
      taken.formUnion(chosen)
      fields[field] = chosen.map { sentences[$0].statement }
    }
    take(.coreNeed, speaking(needs, except: taken), limit: 1)
    for (field, words) in cues { take(field, speaking(words, except: taken), limit: perField) }
    take(.findings, sentences.indices.filter { !taken.contains($0) }, limit: perField)
    return fields
  }
}
