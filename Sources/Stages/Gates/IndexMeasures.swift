import Foundations
import Models
import SearchIndex
import StageKit

/// What can be measured of an index: how well it answers the questions of a file.
struct IndexMeasures: GateMeasures {
  private static let queries = "queries"
  private static let drop = "drop"
  private static let mostHits = 100

  let names = ["recall@K", "ndcg@K", "mrr", Self.drop]
  let settings = [Self.queries]

  func knows(_ name: String) -> Bool { name == Self.drop || name == "mrr" || cutoff(name) != nil }

  /// The K of `recall@K`.
  private func cutoff(_ name: String) -> Int? {
    let parts = name.split(separator: "@", maxSplits: 1)
    guard parts.count == 2, ["recall", "ndcg"].contains(parts[0]), let number = Int(parts[1]),
      String(number) == parts[1], (1...Self.mostHits).contains(number)
    else { return nil }
    return number
  }

  func measure(_ name: String, of subject: GateSubject) throws -> Measurement? {
    guard let file = subject.settings[Self.queries] else {
      throw SluiceError(
        .usage, "'\(name)' needs questions", advice: "Name their file beside it: queries: golden/questions.jsonl")
    }
    let questions = try EvaluationQuestion.read(file: Path.join(subject.directory, file))
    guard let folder = subject.folder else {
      throw SluiceError(.missing, "the index is not published as a file, so that nobody can ask it")
    }
    guard name != Self.drop else { return try drop(questions, folder, subject) }
    let limit = max(10, cutoff(name) ?? 10)
    let result = try evaluate(questions, folder, subject, limit: limit)
    let value = Self.value(name, in: result.mean)
    let worst = result.questions.map { ($0.id, Self.value(name, in: $0.metrics)) }.filter { $0.1 < 1 }
      .sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    return Measurement(value, worst: worst.map { "\($0.0): \(name) \(Units.decimal($0.1, 2))" })
  }

  /// How much less is found among the first 5 than in the index that is published.
  private func drop(_ questions: [EvaluationQuestion], _ folder: String, _ subject: GateSubject) throws -> Measurement?
  {
    guard let former = subject.formerFolder, Self.database(in: former) != nil else { return nil }
    let now = try evaluate(questions, folder, subject, limit: 10)
    let before = try evaluate(questions, former, subject, limit: 10)
    let measure = "recall@5"
    let old = Dictionary(before.questions.map { ($0.id, $0.metrics) }, uniquingKeysWith: { first, _ in first })
    let losses = now.questions.compactMap { id, metrics -> (id: String, loss: Double)? in
      old[id].map { (id, Self.value(measure, in: $0) - Self.value(measure, in: metrics)) }
    }.filter { $0.loss > 0 }.sorted { ($1.loss, $0.id) < ($0.loss, $1.id) }
    let (a, b) = (Self.value(measure, in: before.mean), Self.value(measure, in: now.mean))
    var measurement = Measurement(
      a - b, worst: losses.map { "\($0.id): \(measure) is \(Units.decimal($0.loss, 2)) lower" })
    measurement.note = "\(measure): \(Units.decimal(a, 3)) published, \(Units.decimal(b, 3)) now"
    return measurement
  }

  private static func value(_ name: String, in metrics: RetrievalMetrics) -> Double {
    guard let value = metrics.values.first(where: { $0.name == name }) else {
      preconditionFailure("every measure that is known is computed")
    }
    return value.value
  }

  private static func database(in folder: String) -> String? {
    let files = (try? FileSystem.list(folder)) ?? []
    return files.first { $0.hasSuffix(IndexFiles.databaseEnding) }.map { Path.join(folder, $0) }
  }

  private func evaluate(_ questions: [EvaluationQuestion], _ folder: String, _ subject: GateSubject, limit: Int) throws
    -> RetrievalEvaluation
  {
    guard let path = Self.database(in: folder) else {
      throw SluiceError(.missing, "the index is not published as a file, so that nobody can ask it")
    }
    let searcher = try Searcher(path: path)
    let passport = searcher.info.vectors > 0 ? searcher.info.passport : nil
    if let passport, subject.isFrozen, passport.fields.provider != "local" {
      throw SluiceError(
        .frozen, "the questions would have to be embedded by \(passport.model), and --frozen forbids the network")
    }
    let embedder = try passport.map { try QueryEmbedder.make(for: $0, project: subject.directory) }
    return try RetrievalEvaluation(
      embedder == nil ? .text : .hybrid, questions, in: searcher, embedder: embedder, limit: limit,
      cutoffs: Array(1...limit))
  }
}
