import Foundations
import TestSupport
import Testing

@testable import Manifest

/// `golden.yaml`: what it says, and what is said of mistakes in it.
@Suite struct GoldenManifestTests {
  private static let types = [
    "rows": "record", "chunk": "chunk", "embed": "vector", "index": "index", "topics": "cluster", "says": "insight",
    "report": "file", "page@a": "chunk", "page@b": "chunk",
  ]

  private func read(_ text: String) throws -> GoldenManifest {
    try GoldenManifest(SourceText(name: "golden.yaml", bytes: Array(text.utf8)), of: "p", types: Self.types)
  }

  /// Expects one finding for each mark.
  private func expect(_ marked: String, _ expected: Expected..., location: SourceLocation = #_sourceLocation) {
    let source = MarkedText(marked)
    var found: [String] = []
    do { _ = try read(source.text) } catch let error as Diagnostics {
      found = error.all.map { "\($0.position.line):\($0.position.column): \($0.message) [\($0.hint)]" }
    } catch { Issue.record("\(error)", sourceLocation: location) }
    let wanted = expected.map {
      "\(source.place($0.mark).line):\(source.place($0.mark).column): \($0.message) [\($0.hint)]"
    }
    #expect(found.sorted() == wanted.sorted(), sourceLocation: location)
  }

  @Test func whatATypeIsComparedBy() throws {
    let set = try read("stages: [rows, chunk, embed, topics, says, report]")
    #expect(set.stages.map(\.rule.comparator) == [.records, .text, .vectors, .clusters, .insights, .digest])
    #expect(try read("stages:\n  chunk:\n  embed:\n").stages.map(\.name) == ["chunk", "embed"])
  }

  @Test func aFamilyIsHeldAsAWhole() throws {
    let set = try read("stages:\n  page: {form: normalised}\n")
    #expect(set.stages.map(\.name) == ["page@a", "page@b"] && set.stages.allSatisfy { $0.rule.comparator == .text })
    #expect(try read("stages: [page@b]").stages.map(\.name) == ["page@b"])
  }

  @Test func everythingThatCanBeSaid() throws {
    let set = try read(
      """
      pipeline: p
      stages:
        rows: {absolute: 0.5, relative: 1%, ignore: [at, source.url]}
        chunk: {compare: text, form: normalised, hold: 3}
        embed: {cosine: 0.99, hold: 5}
        index: {questions: golden/q.jsonl, modes: [text, hybrid], top_k: 20, drop: 0.1, collection: a}
        topics: {agreement: 0.5}
        says: {confidence: 0.2, change: 10%}
        report: {files: [a.svg]}
      """)
    var records = GoldenRule.Records()
    (records.absolute, records.relative, records.ignored) = (0.5, 0.01, ["at", "source.url"])
    var text = GoldenRule.Text()
    (text.isNormalized, text.held) = (true, 3)
    var vectors = GoldenRule.Vectors()
    (vectors.cosine, vectors.mean, vectors.held) = (0.99, 0.99, 5)
    var retrieval = GoldenRule.Retrieval()
    (retrieval.questions, retrieval.modes, retrieval.limit) = ("golden/q.jsonl", ["text", "hybrid"], 20)
    (retrieval.drop, retrieval.collection) = (0.1, "a")
    var clusters = GoldenRule.Clusters()
    clusters.agreement = 0.5
    var insights = GoldenRule.Insights()
    (insights.confidence, insights.change) = (0.2, 0.1)
    var files = GoldenRule.Files()
    files.files = ["a.svg"]
    #expect(
      set.stages.map(\.rule) == [
        .records(records), .text(text), .vectors(vectors), .retrieval(retrieval), .clusters(clusters),
        .insights(insights), .digest(files),
      ])
    #expect(set.stages.map(\.line) == [3, 4, 5, 6, 7, 8, 9])
  }

  @Test func mistakesHaveTheirPlaces() {
    expect(
      "stages:\n  1️⃣chunks: {}\n  embed: {compare: 2️⃣vector}\n  chunk: {form: 3️⃣normalized, 4️⃣cosine: 1}\n",
      Expected("1️⃣", "the pipeline 'p' has no stage 'chunks'", hint: "Did you mean 'chunk'?"),
      Expected("2️⃣", "there is no comparator 'vector'", hint: "Did you mean 'vectors'?"),
      Expected(
        "3️⃣", "'form' must be one of exact, normalised, this is 'normalized'", hint: "Did you mean 'normalised'?"),
      Expected("4️⃣", "'chunk', compared by text, has no key 'cosine'", hint: "Known here: compare, form, hold."))
    expect(
      "stages:\n  1️⃣index:\n  topics: {compare: 2️⃣vectors}\n  rows: {absolute: 3️⃣-1, relative: 4️⃣much}\n  embed: {hold: 5️⃣0.5}\n",
      Expected(
        "1️⃣", "'index' is an index, and no 'questions' to ask it are named",
        hint: "index: {questions: golden/questions.jsonl}; a line for each, as `sluice eval` reads them."),
      Expected(
        "2️⃣", "items of the type 'cluster' cannot be compared by vectors",
        hint: "By their type they are compared by clusters."),
      Expected("3️⃣", "'absolute' must be a number from 0 to 1000000000000, this is '-1'"),
      Expected("4️⃣", "'relative' must be a number from 0 to 1, this is 'much'"),
      Expected("5️⃣", "'hold' must be a whole number from 1 to 1,000,000, this is '0.5'"))
    expect(
      "pipeline: 1️⃣other\nstages: [chunk]\n",
      Expected(
        "1️⃣", "this is the golden set of 'other', not of 'p'",
        hint: "A pipeline beside others has a folder of its own: golden/p/golden.yaml."))
    expect(
      "1️⃣{}\n", Expected("1️⃣", "the file names no stage", hint: "stages: {chunk: {form: normalised}}"))
    expect(
      "stages:\n  rows: {ignore: 1️⃣{a: b}}\n  chunk: {}\n  2️⃣chunk: {}\n",
      Expected("1️⃣", "'ignore' must be a list of names, this is a mapping"),
      Expected(
        "2️⃣", "the key 'chunk' stands twice in 'stages'", hint: "It first stands at line 3; keep one of the two."))
  }
}
