import Foundations
import TestSupport
import Testing

@testable import SearchIndex

/// Grouping, contexts, measures.
struct AnswerTests {
  private func hit(_ id: String, _ section: String, _ score: Double, type: String = "text", text: String = "words")
    -> SearchHit
  {
    SearchHit(
      IndexedChunk(
        id: id, digest: Digest(of: id), documentID: String(id.prefix { $0 != "#" }), sectionPath: section,
        page: 2, elementType: type,
        position: id.split(separator: "#").last.flatMap { Int($0) }, sourceURL: "https://example.org/", title: "Title",
        text: "Section: \(section)\n\(text)"),
      snippet: "", scores: SearchHit.Scores(total: score))
  }

  @Test func sectionsScoreByTheirMeanAndStandInReadingOrder() {
    let groups = SectionGroup.group([
      hit("a#0009", "1", 0.9), hit("b#0001", "1", 0.6), hit("a#10000", "1", 0.1), hit("a#0010", "1", 0.2),
      hit("b#0002", "2", 0.2), hit("b#0003", "2", 0.8, type: "table"),
    ])
    #expect(groups.map(\.documentID) == ["b", "b", "a"])
    #expect(groups.map(\.sectionPath) == ["1", "2", "1"])
    #expect(groups[0].score == 0.6 && abs(groups[1].score - (0.2 + 1.25 * 0.8) / 2.25) < 1e-12)
    #expect(groups[2].hits.map(\.chunkID) == ["a#0009", "a#0010", "a#10000"])
    #expect(SectionGroup.group([]).isEmpty)
  }

  @Test func aContextKeepsToItsLimitAndNamesItsSources() {
    let hits = [
      hit("a#0002", "1", 0.9, text: "best one here"), hit("a#0001", "1", 0.8, text: "comes before it"),
      hit("b#0001", "2", 0.5, text: String(repeating: "long ", count: 50)), hit("b#0002", "2", 0.4, text: "short"),
    ]
    let words = { (text: String) in text.split(whereSeparator: \.isWhitespace).count }
    let context = AnswerContext(SectionGroup.group(hits), limit: 40, count: words)
    #expect(context.sources.map(\.hit.chunkID) == ["a#0001", "a#0002", "b#0002"])
    #expect(context.omitted == ["b#0001"])
    #expect(context.tokens == words(context.text) && context.tokens <= 40)
    #expect(
      context.text.hasPrefix("[1] Title, 1, page 2, https://example.org/\ncomes before it\n\n[2] Title, 1, page 2"))
    #expect(!context.text.contains("Section:"))
    let none = AnswerContext(SectionGroup.group(hits), limit: 1, count: words)
    #expect(none.text.isEmpty && none.tokens == 0 && none.omitted.count == 4)
  }

  /// pytrec_eval-terrier 0.5 says so of these rankings: recall.1,5,10, ndcg_cut.1,5,10 and recip_rank.
  @Test(arguments: [
    (
      "d6 d22 d15 d17 d26 d27 d12 d20 d4 d7 d21 d16", ["d7": 3.0, "d18": 1, "d17": 1, "d4": 3, "d11": 2, "d19": 1],
      [0, 0.166667, 0.5, 0.25, 0, 0.064181, 0.311463]
    ),
    (
      "d19 d23 d12 d22 d25 d13 d27 d18 d14 d4 d11 d3", ["d12": 1, "d23": 1, "d0": 2, "d21": 1, "d24": 2, "d2": 3],
      [0, 0.333333, 0.333333, 0.5, 0, 0.186027, 0.17573]
    ),
    (
      "d18 d7 d10 d21 d0 d8 d19 d26 d5 d27 d17 d29", ["d1": 3, "d4": 2, "d15": 3, "d6": 3, "d8": 2, "d21": 3],
      [0, 0.166667, 0.333333, 0.25, 0, 0.152749, 0.218565]
    ),
    (
      "d2 d11 d25 d29 d13 d4 d0 d9 d27 d21 d3 d1", ["d18": 2, "d3": 2, "d22": 1, "d20": 1, "d6": 3, "d26": 3],
      [0, 0, 0, 0.090909, 0, 0, 0]
    ),
  ])
  func measuresAsTrecEvalDoes(_ ranking: String, _ relevant: [String: Double], _ expected: [Double]) {
    let metrics = RetrievalMetrics(ranking.split(separator: " ").map(String.init), relevant: relevant, at: [1, 5, 10])
    #expect(metrics.values.map(\.name) == ["recall@1", "recall@5", "recall@10", "mrr", "ndcg@1", "ndcg@5", "ndcg@10"])
    for (value, wanted) in zip(metrics.values.map(\.value), expected) { #expect(abs(value - wanted) < 1e-6) }
    #expect(
      RetrievalMetrics.mean([metrics, RetrievalMetrics([], relevant: relevant, at: [1, 5, 10])]).recall[10]
        == metrics.recall[10]! / 2)
  }

  @Test func questionsAreReadOrRefused() throws {
    let scratch = try Scratch()
    func read(_ text: String) throws -> [EvaluationQuestion] {
      let path = scratch.path("q.jsonl")
      try FileSystem.writeAtomically(text, to: path)
      return try EvaluationQuestion.read(file: path)
    }
    let questions = try read(
      """
      {"query": "a", "relevant": ["x#1", "x#2"]}

      {"id": 7, "query": "b", "relevant": {"x#1": 2, "y": 0}, "filter": {"lang": "en"}}
      {"id": "z", "query": "c", "relevant_documents": ["x"]}
      """)
    #expect(questions.map(\.id) == ["1", "7", "z"])
    #expect(questions[0].relevant == ["x#1": 1, "x#2": 1] && questions[1].relevant["x#1"] == 2)
    #expect(questions[1].filter == #"{"lang":"en"}"#)
    #expect(questions[2].ranking([hit("x#1", "", 1), hit("y#1", "", 1), hit("x#2", "", 1)]) == ["x", "y"])
    for (text, line, message) in [
      ("{\"query\": \"a\", \"relevant\": [\"x\"]}\n{", 2, "this line is no JSON"), ("[]", 1, "this line is no object"),
      (#"{"relevant": ["x"]}"#, 1, "this question has no 'query'"),
      (#"{"query": "a", "relevant": {"x": 0}}"#, 1, "this question does not say"),
      (#"{"query": "a"}"#, 1, "this question does not say"),
    ] {
      let error = #expect(throws: Diagnostic.self) { try read(text) }
      #expect(error?.position.line == line && error?.message.hasPrefix(message) == true)
    }
    #expect(throws: SluiceError.self) { try read("\n\n") }
  }
}
