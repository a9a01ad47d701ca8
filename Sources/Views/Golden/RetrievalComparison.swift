import Foundations
import Manifest
import Models
import SearchIndex
import StageKit

/// How well an index answers a file of questions: never worse than recorded by more than is allowed; better is no fault.
struct RetrievalComparison: GoldenComparing {
  /// One mode's figures: the mean, and those of each question.
  typealias Measured = (mode: SearchMode, mean: RetrievalMetrics, questions: [RetrievalMetrics])

  private static let query = "query"

  var rule: GoldenRule.Retrieval

  let settings = [
    (member: "questions", name: "the file of questions"), (member: "top_k", name: "the number of hits"),
    (member: "modes", name: "the choice of modes"),
  ]

  var strict: Self {
    Self(
      rule: {
        var rule = rule
        rule.drop = 0
        return rule
      }())
  }

  func record(_ stage: GoldenStage, _ holding: GoldenHolding) throws -> GoldenRecording {
    let questions = try EvaluationQuestion.read(file: Path.join(stage.project, rule.questions))
    let searcher = try Searcher(path: try path(stage))
    let passport = searcher.info.vectors > 0 ? searcher.info.passport : nil
    let modes =
      try rule.modes.isEmpty
      ? (passport == nil ? [.text] : SearchMode.allCases) : rule.modes.map { try SearchMode(golden: $0) }
    let embedder =
      try modes.contains { $0 != .text }
      ? passport.map { try QueryEmbedder.make(for: $0, project: stage.project) } : nil
    let measured = try modes.map { mode -> Measured in
      let found = try RetrievalEvaluation(mode, questions, in: searcher, embedder: embedder, limit: rule.limit)
      return (mode, found.mean, found.questions.map(\.metrics))
    }
    return Self.recording(measured, questions, limit: rule.limit)
  }

  private func path(_ stage: GoldenStage) throws -> String {
    guard let folder = stage.folder else {
      throw SluiceError(
        .missing, "the index of '\(stage.name)' is not published as it was made last",
        advice: "`sluice run` publishes it; an index that a server keeps has no file that could be asked.")
    }
    let file = (rule.collection ?? PublishedFile.index) + IndexFiles.databaseEnding
    guard FileSystem.exists("\(folder)/\(file)") else {
      let found = try FileSystem.list(folder).filter { $0.hasSuffix(IndexFiles.databaseEnding) }
      throw stage.refusal(
        "it has no \(file)",
        advice: found.isEmpty
          ? "An index that a server keeps has no file that could be asked."
          : "It has collections: name one, collection: \(found[0].dropLast(IndexFiles.databaseEnding.count)).")
    }
    return "\(folder)/\(file)"
  }

  static func recording(_ results: [Measured], _ questions: [EvaluationQuestion], limit: Int) -> GoldenRecording {
    var entries: [GoldenRecording.Entry] = []
    for result in results {
      func members(_ metrics: RetrievalMetrics) -> JSONObject {
        JSONObject(metrics.values.map { ($0.name, .double(($0.value * 1e6).rounded() / 1e6)) })
      }
      entries.append(.init(result.mode.rawValue, members(result.mean)))
      for (question, measured) in zip(questions, result.questions) {
        entries.append(
          .init(
            "\(result.mode.rawValue) \(question.id)",
            members(measured).merging([Self.query: .string(question.query)])))
      }
    }
    return GoldenRecording(
      GoldenComparator.retrieval.rawValue,
      [
        "questions": .string(digest(questions).short), "top_k": JSONValue(limit),
        "modes": JSONValue(results.map(\.mode.rawValue)),
      ], entries: unique(entries))
  }

  /// Two questions may have the same id.
  private static func unique(_ entries: [GoldenRecording.Entry]) -> [GoldenRecording.Entry] {
    var seen: [ExactText: Int] = [:]
    return entries.map { entry in
      let count = seen[ExactText(entry.id), default: 0] + 1
      seen[ExactText(entry.id)] = count
      return count == 1 ? entry : .init("\(entry.id) (\(count))", entry.value)
    }
  }

  /// What is asked, in whatever order and layout.
  private static func digest(_ questions: [EvaluationQuestion]) -> Digest {
    var hasher = DigestHasher()
    let lines = questions.map { question -> String in
      let relevant = JSONObject(question.relevant.map { ($0.key, .double($0.value)) })
      let line: JSONValue = [
        "query": .string(question.query), "relevant": .object(relevant), "document": .bool(question.isByDocument),
        "filter": JSONValue(question.filter),
      ]
      return line.canonicalText
    }
    for line in lines.map({ ExactText($0) }).sorted() { hasher.field(line.text) }
    return hasher.finalize()
  }

  func difference(_ golden: GoldenRecording, _ now: GoldenRecording) -> GoldenDifference {
    let modes = golden.head["modes"]?.array?.compactMap(\.string) ?? []
    var difference = GoldenDifference(
      "answers",
      golden: golden.entries.count - modes.count, now: now.entries.count - modes.count)
    difference.entriesDecide = false
    let current = now.byID
    let former = golden.byID
    for mode in modes {
      guard let old = former[ExactText(mode)], let new = current[ExactText(mode)] else {
        difference.faults.append("the mode '\(mode)' was not measured")
        continue
      }
      for member in old.value.members {
        guard let recorded = member.value.double else { continue }
        guard let value = new.value[member.key]?.double else {
          difference.faults.append("\(mode) \(member.key) was not measured")
          continue
        }
        difference.measures.append(
          .init(
            name: "\(mode) \(member.key)", golden: recorded, now: value,
            bar: "at least \(Units.decimal(max(0, recorded - rule.drop), 3))",
            // Both are rounded to six digits.
            holds: value >= recorded - rule.drop - 1e-6))
      }
    }
    difference.entries = Self.worse(golden, current)
    return difference
  }

  /// The questions that are answered worse, by their reciprocal rank, those that lost most first.
  private static func worse(_ golden: GoldenRecording, _ current: [ExactText: GoldenRecording.Entry])
    -> [GoldenDifference.Entry]
  {
    var found: [(lost: Double, entry: GoldenDifference.Entry)] = []
    for entry in golden.entries {
      guard let query = entry.value[Self.query]?.string, let old = entry.value["mrr"]?.double,
        let new = current[ExactText(entry.id)]?.value["mrr"]?.double, new < old - 1e-6
      else { continue }
      let text = "“\(query)”: reciprocal rank \(Units.decimal(old, 3)) → \(Units.decimal(new, 3))"
      found.append((old - new, .init(change: .changed, id: entry.id, line: entry.line, details: [WordChanges(text)])))
    }
    return found.enumerated().sorted { ($1.element.lost, $0.offset) < ($0.element.lost, $1.offset) }.map(
      \.element.entry)
  }
}

extension SearchMode {
  /// A mode as `golden.yaml` names it, which was checked when that was read.
  fileprivate init(golden name: String) throws(SluiceError) {
    guard let mode = SearchMode(rawValue: name) else { throw SluiceError(.usage, "there is no mode '\(name)'") }
    self = mode
  }
}
