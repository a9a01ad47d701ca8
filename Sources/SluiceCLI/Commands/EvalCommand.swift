import Foundations
import Models
import SearchIndex

/// `sluice eval`
enum EvalCommand {
  static let spec = CommandSpec(
    "eval", "Measure how well an index answers questions whose answers are known.",
    usage: "[INDEX[/COLLECTION]] QUESTIONS.jsonl",
    discussion: """
      A line for each question: {"query": "…", "relevant": ["chunk id", …]}, or grades: {"chunk id": 2, …}, or
      "relevant_documents"; "filter" as in `sluice search`. Without --mode every mode is measured.
      """,
    options: AskedIndex.options + [
      OptionSpec("--mode", value: "MODE", isRepeatable: true, "hybrid, vector or text; all that the index has."),
      OptionSpec("--top-k", short: "-k", value: "N", "How many hits each question gets (10)."),
      OptionSpec("--compare", value: "FILE", "What `sluice eval --json` printed before: shows what changed."),
      OptionSpec(
        "--fail-below", value: "MEASURE=VALUE", isRepeatable: true,
        "Exit with 1 when the first mode is worse: ndcg@10=0.6."),
      .json,
    ], run: run)

  private typealias Result = RetrievalEvaluation

  /// What was printed before.
  private struct Former: Decodable {
    let modes: [String: Mode]

    /// The figures by their names, and those of each question.
    struct Mode: Decodable {
      let members: JSONObject
      let byQuestion: [String: Question]?

      enum CodingKeys: String, CodingKey { case byQuestion = "by_question" }

      init(from decoder: any Decoder) throws {
        members = try JSONObject(from: decoder)
        byQuestion = try decoder.container(keyedBy: CodingKeys.self).decodeIfPresent(
          [String: Question].self, forKey: .byQuestion)
      }
    }

    struct Question: Decodable { let mrr: Double? }
  }

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = PipelineWords(arguments)
    guard let file = words.rest.last, words.rest.count <= 2 else {
      throw SluiceError(.usage, "which questions?", advice: "For example: sluice eval questions.jsonl")
    }
    let questions = try EvaluationQuestion.read(file: InputFile.checked(file))
    let asked = try AskedIndex(words.rest.count == 2 ? words.rest[0] : nil, pipeline: words.pipeline, arguments)
    let searcher = try Searcher(path: asked.path)
    let modes = try modes(arguments.all("--mode"), searcher)
    let limit = try arguments.int("--top-k", maximum: 100_000) ?? 10
    let former = try arguments["--compare"].map(readFormer)
    let bars = try arguments.all("--fail-below").map(readBar)
    let embedder = try asked.embedder(for: searcher, modes)
    var results: [Result] = []
    for mode in modes {
      results.append(try RetrievalEvaluation(mode, questions, in: searcher, embedder: embedder, limit: limit))
    }
    if arguments.isJSON {
      Output.json(json(results, index: asked.path, questions: questions.count, limit: limit))
    } else {
      Output.line(table(results, former))
      Output.line("\n\(Units.counted(questions.count, "question")), the first \(Units.counted(limit, "hit")) of each")
    }
    return try check(bars, results[0])
  }

  private static func modes(_ named: [String], _ searcher: Searcher) throws -> [SearchMode] {
    if !named.isEmpty { return try named.map { try SearchMode(named: $0) } }
    return searcher.info.vectors > 0 ? SearchMode.allCases : [.text]
  }

  private static func json(_ results: [Result], index: String, questions: Int, limit: Int) -> JSONValue {
    func object(_ metrics: RetrievalMetrics) -> JSONObject {
      JSONObject(metrics.values.map { ($0.name, .double($0.value)) })
    }
    return [
      "index": .string(index), "questions": JSONValue(questions), "top_k": JSONValue(limit),
      "modes": .object(
        JSONObject(
          results.map { result in
            let byQuestion = JSONObject(result.questions.map { ($0.id, .object(object($0.metrics))) })
            let members = object(result.mean).merging([
              "search_ms": .double(result.milliseconds), "by_question": .object(byQuestion),
            ])
            return (result.mode.rawValue, .object(members))
          })),
    ]
  }

  private static func table(_ results: [Result], _ former: Former?) -> String {
    let names = results[0].mean.values.map(\.name)
    var table = TextTable(["mode"] + names + ["ms"], numeric: Set(1...(names.count + 1)))
    for result in results {
      let before = former?.modes[result.mode.rawValue]
      let cells = result.mean.values.map { name, value in
        let shown = Units.decimal(value, 3)
        guard let old = before?.members[name]?.double else { return shown }
        let change = value - old
        return shown + (abs(change) < 0.0005 ? " (=)" : " (\(change > 0 ? "+" : "")\(Units.decimal(change, 3)))")
      }
      table.add([result.mode.rawValue] + cells + [Units.decimal(result.milliseconds, 1)])
    }
    var text = table.text
    guard let former else { return text }
    for result in results { text += changed(result, former) }
    return text
  }

  /// The questions that lost or won most.
  private static func changed(_ result: Result, _ former: Former) -> String {
    guard let before = former.modes[result.mode.rawValue]?.byQuestion else { return "" }
    let changes = result.questions.compactMap { id, metrics -> (id: String, change: Double)? in
      guard let old = before[id]?.mrr else { return nil }
      return (id, metrics.reciprocalRank - old)
    }.filter { abs($0.change) > 0.0005 }.sorted { ($0.change, $0.id) < ($1.change, $1.id) }
    if changes.isEmpty { return "" }
    let worse = changes.filter { $0.change < 0 }
    var text =
      "\n\(result.mode.rawValue): \(Units.counted(worse.count, "question")) worse, \(changes.count - worse.count) better (by rank)"
    for change in worse.prefix(5) { text += "\n  \(change.id): reciprocal rank \(Units.decimal(change.change, 3))" }
    return text
  }

  private static func readFormer(_ path: String) throws -> Former {
    let value = try JSONValue(parsing: FileSystem.read(InputFile.checked(path), limit: 1 << 30))
    do throws(JSONMismatch) { return try value.decoded() } catch {
      throw SluiceError(.usage, "\(path) is not what `sluice eval --json` prints: \(error)")
    }
  }

  private static func readBar(_ text: String) throws -> (name: String, value: Double) {
    let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
    guard parts.count == 2, let value = Double(parts[1]) else {
      throw SluiceError(
        .usage, "--fail-below needs a measure and a value, this is '\(text)'",
        advice: "For example: --fail-below ndcg@10=0.6")
    }
    return (parts[0], value)
  }

  private static func check(_ bars: [(name: String, value: Double)], _ result: Result) throws -> Int32 {
    var isEnough = true
    for bar in bars {
      guard let value = result.mean.values.first(where: { $0.name == bar.name })?.value else {
        let names = result.mean.values.map(\.name)
        throw SluiceError(
          .usage, "there is no measure '\(bar.name)'",
          advice: Suggestion.nearest(to: bar.name, among: names).map { "Did you mean '\($0)'?" }
            ?? "There are: \(names.joined(separator: ", ")).")
      }
      if value < bar.value {
        Output.error(
          "sluice: \(result.mode.rawValue): \(bar.name) is \(Units.decimal(value, 3)), at least \(Units.decimal(bar.value, 3)) was asked for"
        )
        isEnough = false
      }
    }
    return isEnough ? 0 : 1
  }
}
