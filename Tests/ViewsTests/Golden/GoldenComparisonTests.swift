import Clustering
import Foundations
import Manifest
import SearchIndex
import TestSupport
import Testing

@testable import Views

/// Each comparator on recordings made by hand: what it lets pass, and what it does not.
@Suite struct GoldenComparisonTests {
  private func details(_ difference: GoldenDifference) -> [String] {
    difference.entries.map { "\($0.change.rawValue) \($0.id): \($0.details.map(\.plain).joined(separator: "; "))" }
  }

  private func text(_ normalised: Bool) -> TextComparison {
    var rule = GoldenRule.Text()
    rule.isNormalized = normalised
    return TextComparison(rule: rule)
  }

  @Test func textsToTheLetterAndInNormalForm() {
    for (isNormalized, matches) in [(false, false), (true, true)] {
      let comparison = text(isNormalized)
      let golden = comparison.recording([comparison.entry("a", "Caf\u{E9}  au lait\n", isHeld: true)])
      let now = comparison.recording([comparison.entry("a", "Cafe\u{301} au\u{A0}lait", isHeld: true)])
      #expect(comparison.difference(golden, now).isMatch == matches)
      let other = comparison.recording([comparison.entry("a", "Caf\u{E9}  au milk\n", isHeld: true)])
      #expect(details(comparison.difference(golden, other)) == ["changed a: Caf\u{E9} au [-lait-] {+milk+}"])
    }
    // Where only digests are held it is seen all the same, and items that come and go.
    let exact = text(false)
    let golden = exact.recording([exact.entry("a", "one", isHeld: false), exact.entry("b", "two", isHeld: false)])
    let now = exact.recording([exact.entry("a", "One", isHeld: true), exact.entry("c", "three", isHeld: true)])
    #expect(
      details(exact.difference(golden, now)) == [
        "changed a: its text is another one; only the digest of the golden one is held", "removed b: ",
        "added c: “three”",
      ])
    let spaced = exact.recording([exact.entry("a", "one ", isHeld: true), exact.entry("b", "two", isHeld: true)])
    #expect(
      !exact.difference(
        exact.recording([exact.entry("a", "one", isHeld: true), exact.entry("b", "two", isHeld: true)]), spaced
      ).isMatch)
  }

  /// Chunks go by their texts: one that changed has another id, and is one entry all the same.
  @Test func chunksOfOtherIDsArePaired() {
    let comparison = text(true)
    func recording(_ texts: [String: String], held: Bool = true) -> GoldenRecording {
      comparison.recording(texts.map { comparison.entry($0.key, $0.value, isHeld: held) })
    }
    let golden = recording([
      "a.html#1": "the lock lifts the boats", "a.html#2": "bread needs flour", "b.html#1": "x y z",
    ])
    let now = recording(["a.html#3": "the lock lifts no boats", "a.html#4": "nothing like it", "b.html#5": "x y w"])
    #expect(
      details(comparison.difference(golden, now)) == [
        "changed a.html#1: → #3 the lock lifts [-the-] {+no+} boats", "removed a.html#2: “bread needs flour”",
        "changed b.html#1: → #5 x y [-z-] {+w+}", "added a.html#4: “nothing like it”",
      ])
    #expect(comparison.difference(recording(["a.html#1": "x"], held: false), now).count(.changed) == 0)
  }

  private func records(_ value: JSONValue, absolute: Double = 0.01, ignoring: [String] = []) -> (
    RecordComparison, GoldenRecording
  ) {
    var rule = GoldenRule.Records()
    (rule.absolute, rule.ignored) = (absolute, ignoring)
    let comparison = RecordComparison(rule: rule)
    return (comparison, comparison.recording([("a", value.object ?? [:])]))
  }

  @Test func recordsMemberByMember() {
    let (comparison, golden) = records([
      "n": 3, "x": 1.5, "big": 1e9, "text": "an old word", "list": [1, 2], "etag": "a",
    ])
    func compare(_ value: JSONValue) -> [String] { details(comparison.difference(golden, records(value).1)) }
    #expect(
      compare([
        "n": 3.0, "x": 1.509, "big": 1_000_000_500, "text": "an old word", "list": [1, 2.001], "etag": "b", "run_id": 8,
      ])
        == [])
    #expect(
      compare(["n": "3", "x": 1.52, "big": 1_000_002_000, "text": "a new word", "list": [1]]) == [
        "changed a: big: 1000000000.0 → 1000002000 (allowed: 0.01, or 1e-06 of it); list: 2 → 1 entry; n: 3 → \"3\"; "
          + "text: [-an old-] {+a new+} word; x: 1.5 → 1.52 (allowed: 0.01, or 1e-06 of it)"
      ])
    #expect(
      compare(["n": 3, "x": 1.5, "text": "an old word", "list": [1, 2], "more": nil]) == [
        "changed a: big: 1000000000.0 is gone; more: null is new"
      ])
    // Text in another form is another text.
    let (exact, accent) = records(["t": "caf\u{E9}"])
    #expect(!exact.difference(accent, records(["t": "cafe\u{301}"]).1).isMatch)
    // Ignored by now, though it stands in the golden file.
    let (ignoring, now) = records(["n": 3, "at": ["day": 2]], ignoring: ["at.day"])
    #expect(ignoring.difference(records(["n": 3, "at": ["day": 1]]).1, now).isMatch)
    #expect(ignoring.difference(now, now).notes == ["not compared: at.day"])
    #expect(now.head["not_compared"] == ["at.day"])
  }

  @Test func vectorsByTheirCosines() {
    var rule = GoldenRule.Vectors()
    (rule.cosine, rule.mean) = (0.9, 0.99)
    let comparison = VectorComparison(rule: rule)
    func recording(_ vectors: [String: [Double]], model: String = "m") -> GoldenRecording {
      VectorComparison.recording(vectors.map { VectorComparison.entry($0.key, $0.value) }, models: [model])
    }
    let golden = recording(["a": [1, 0], "b": [0, 1]])
    #expect(comparison.difference(golden, recording(["a": [0.999999, 0.00001], "b": [0, 1]])).isMatch)
    // Each is near enough, their mean is not.
    let turned = comparison.difference(golden, recording(["a": [0.95, 0.31], "b": [0.31, 0.95]]))
    #expect(turned.entries.isEmpty && !turned.isMatch && turned.measures[0].holds == false)
    let wrong = comparison.difference(golden, recording(["a": [0.6, 0.8], "b": [0, 1, 0]], model: "n"))
    #expect(
      details(wrong) == ["changed a: cosine 0.600000, at least 0.9", "changed b: 2 → 3 dimensions"])
    #expect(wrong.notes == ["the model was m and is n"])
    #expect(details(comparison.difference(golden, recording(["a": [1, 0]]))) == ["removed b: "])
    // No direction at all.
    #expect(!comparison.difference(golden, recording(["a": [0, 0], "b": [0, 1]])).isMatch)
    #expect(!comparison.difference(golden, recording(["a": [.nan, 1], "b": [0, 1]])).isMatch)
  }

  @Test func groupsByWhoStandsWithWhom() {
    let comparison = ClusterComparison(rule: GoldenRule.Clusters())
    func recording(_ groups: [String], alone: String = "") -> GoldenRecording {
      ClusterComparison.recording(groups.map { ("of \($0)", $0.map(String.init)) }, alone: alone.map(String.init))
    }
    let golden = recording(["abcd", "efgh", "ijkl"], alone: "xy")
    let same = ClusterComparison.recording(
      [("OTHER", ["l", "k", "i", "j"]), ("names", ["d", "a", "c", "b"]), ("", ["h", "e", "g", "f"])],
      alone: ["y", "x"])
    #expect(comparison.difference(golden, same).isMatch)
    for (groups, alone) in [
      (["abcdefgh", "ijkl"], "xy"), (["abcd", "efgh"], "ijklxy"), (["ab", "cd", "efgh", "ijkl"], "xy"),
      (["aeix", "bfjy", "cgk", "dhl"], ""), ([], "abcdefghijklxy"),
    ] {
      #expect(!comparison.difference(golden, recording(groups, alone: alone)).isMatch, "\(groups)")
    }
    // Chunks that are gone and new ones stand alone on the other side.
    #expect(!comparison.difference(golden, recording(["ABCD", "EFGH", "IJKL"])).isMatch)
    #expect(
      details(comparison.difference(golden, recording(["abcdefgh"], alone: "ijklxy"))) == [
        "removed of ijkl: its 4 chunks are in no group any more",
        "changed of abcd: 4 of its 4 chunks stand in ‘of abcdefgh’ (8)",
        "changed of efgh: 4 of its 4 chunks stand in ‘of abcdefgh’ (8)",
      ])
    #expect(comparison.difference(recording([]), recording([], alone: "")).isMatch)
  }

  @Test func answersNotWorseThanTheyWere() {
    var rule = GoldenRule.Retrieval()
    rule.drop = 0.1
    let comparison = RetrievalComparison(rule: rule)
    func recording(_ ranks: [Int], query: String = "q") throws -> GoldenRecording {
      let scratch = try Scratch()
      let lines = ranks.indices.map { #"{"id": \#($0), "query": "\#(query)\#($0)", "relevant": ["x"]}"# + "\n" }
      try FileSystem.writeReplaceable(Array(lines.joined().utf8), to: scratch.path("q.jsonl"))
      let questions = try EvaluationQuestion.read(file: scratch.path("q.jsonl"))
      let all = ranks.map { rank in
        RetrievalMetrics((1..<rank).map { "\($0)" } + ["x"], relevant: ["x": 1], at: [1, 5])
      }
      return RetrievalComparison.recording([(.text, .mean(all), all)], questions, limit: 5)
    }
    #expect(throws: Never.self) {
      let golden = try recording([1, 2, 2, 2])
      #expect(comparison.difference(golden, golden).isMatch)
      #expect(comparison.difference(golden, try recording([1, 1, 1, 1])).isMatch, "better is no fault")
      #expect(comparison.difference(golden, try recording([1, 2, 2, 3])).measures.contains { !$0.holds } == false)
      let worse = comparison.difference(golden, try recording([1, 2, 2, 6]))
      #expect(!worse.isMatch && worse.measures.filter { !$0.holds }.map(\.name).contains("text recall@5"))
      #expect(details(worse) == ["changed text 3: “q3”: reciprocal rank 0.500 → 0.167"])
      #expect(
        comparison.mismatch(golden, try recording([1, 2, 2, 2], query: "other"))?.contains("the file of questions")
          == true)
    }
  }

  private func insight(
    _ text: String, cluster: String = "cluster-1", quote: (String, String)? = nil, confidence: Double = 0.9
  ) -> JSONValue {
    [
      "id": "insight", "cluster_id": .string(cluster), "hot_score": 2, "label": "A", "provenance": ["cost_usd": 0.1],
      "findings": [
        [
          "text": .string(text), "confidence": .double(confidence), "evidence_ids": ["c"],
          "quotes": [["chunk_id": .string(quote?.0 ?? "c"), "text": .string(quote?.1 ?? text), "start": 0, "end": 3]],
        ]
      ],
    ]
  }

  @Test func statementsWithWhatTheyRestOn() {
    var rule = GoldenRule.Insights()
    rule.confidence = 0.05
    let comparison = InsightComparison(rule: rule)
    let golden = InsightComparison.recording([insight("One."), insight("Two.", quote: ("d", "two it is"))])
    func compare(_ records: JSONValue...) -> [String] {
      let difference = comparison.difference(golden, InsightComparison.recording(records))
      #expect(difference.isMatch == difference.entries.isEmpty)
      return details(difference)
    }
    #expect(
      compare(
        insight("Two.", cluster: "x", quote: ("d", "two  it is"), confidence: 0.93), insight("One.", cluster: "y"))
        == [])
    #expect(
      compare(insight("One."), insight("Two.", quote: ("d", "two it was"))) == [
        "changed findings: Two.: quotes no longer d “two it is”; quotes now d “two it was”"
      ])
    #expect(
      compare(insight("One.", quote: ("e", "One.")), insight("Two.", quote: ("d", "two it is"), confidence: 0.7)) == [
        "changed findings: One.: quotes no longer c; quotes now e",
        "changed findings: Two.: confidence 0.90 → 0.70 (allowed: 0.05)",
      ])
    #expect(compare(insight("One.")) == ["removed findings: Two.: "])
    #expect(
      compare(insight("One."), insight("Two.", quote: ("d", "two it is")), insight("One.")) == [
        "added findings: One. (2): "
      ])
    rule.change = 0.5
    #expect(InsightComparison(rule: rule).difference(golden, InsightComparison.recording([insight("One.")])).isMatch)
  }

  @Test func everythingElseByDigest() {
    let comparison = DigestComparison(rule: GoldenRule.Files())
    func recording(_ record: String, _ file: String, _ name: String = "a.json") -> GoldenRecording {
      comparison.recording(items: [("i", Array(record.utf8))], files: [(name, Array(file.utf8))])
    }
    let golden = recording(#"{"a":1,"fetched_at":3}"#, #"{"update": 7, "b": [1, 2]}"#)
    #expect(comparison.difference(golden, recording(#"{"a":1,"fetched_at":4}"#, #"{"b":[1,2]}"#)).isMatch)
    #expect(comparison.difference(golden, recording(#"{"a":2}"#, #"{"b":[1,2]}"#)).count(.changed) == 1)
    #expect(comparison.difference(golden, recording(#"{"a":1}"#, #"{"b":[2,1]}"#)).count(.changed) == 1)
    // What is no JSON counts byte by byte.
    let plain = recording("{}", "{\"run\": 1}", "a.txt")
    #expect(!comparison.difference(plain, recording("{}", "{\"run\": 2}", "a.txt")).isMatch)
  }
}
