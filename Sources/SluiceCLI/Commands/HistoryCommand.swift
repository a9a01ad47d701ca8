import Foundations
import Planning
import Store
import Views

/// `sluice history`
enum HistoryCommand {
  static let spec = CommandSpec(
    "history", "List the generations that a pipeline published, the newest first.", usage: "[PIPELINE]",
    discussion: """
      A line for each: its state, when and by which run it was made, what it changed, what its gates said.
      Readers open the current one; --generation on search, show, topics, eval, diff and trace reads another.
      """,
    options: [
      .pipeline, AskedGeneration.variant, OptionSpec("--limit", short: "-n", value: "N", "How many (20); 0 for all."),
      .json,
    ], run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let project = try Project(named: PipelineWords.alone(arguments, of: "history"))
    let line = try AskedGeneration.line(of: project, arguments)
    let limit = try arguments.int("--limit", minimum: 0) ?? 20
    let history = try GenerationHistory(line, layout: project.layout, limit: limit == 0 ? .max : limit)
    let status = try PublicationStatus(line, LedgerReader(project.layout))
    if arguments.isJSON {
      Output.json([
        "pipeline": .string(line.pipeline), "variant": JSONValue(line.variant), "published": status.json,
        "generations": .array(history.entries.map(json)),
      ])
      return 0
    }
    let style = Style(descriptor: 1)
    var table = TextTable(["generation", "state", "made", "run", "changed", "gates"], numeric: [0, 3])
    for entry in history.entries {
      table.add([
        "\(entry.generation.number)", shown(entry.generation.state, style), entry.generation.created.rfc3339,
        "\(entry.generation.run)", shown(entry.changes), shown(entry.gates, style),
      ])
    }
    Output.line(table.isEmpty ? "Nothing was published yet: `sluice run` makes the first generation." : table.text)
    if !status.lines.isEmpty { Output.line("\n" + status.lines.map(style.yellow).joined(separator: "\n")) }
    return 0
  }

  private static func shown(_ state: GenerationRecord.State, _ style: Style) -> String {
    switch state {
    case .current: style.green(state.rawValue)
    case .candidate, .withdrawn: style.yellow(state.rawValue)
    case .superseded: style.dim(state.rawValue)
    }
  }

  private static func shown(_ changes: [GenerationHistory.Change]) -> String {
    changes.isEmpty ? "–" : changes.prefix(4).map(\.text).joined(separator: ", ") + (changes.count > 4 ? ", …" : "")
  }

  private static func shown(_ gates: GateReport?, _ style: Style) -> String {
    guard let gates else { return "" }
    let accepted = gates.results.count { $0.isAccepted == true }
    if gates.holds, accepted > 0 { return style.yellow("\(accepted) of \(gates.results.count) published anyway") }
    if gates.holds { return "\(gates.results.count) \(gates.results.count == 1 ? "holds" : "hold")" }
    return style.red(gates.broken.map { "\($0.stage) \($0.measure) \($0.measured ?? "?")" }.joined(separator: ", "))
  }

  private static func json(_ entry: GenerationHistory.Entry) -> JSONValue {
    [
      "generation": JSONValue(entry.generation.number), "state": .string(entry.generation.state.rawValue),
      "created": .string(entry.generation.created.rfc3339), "run": JSONValue(entry.generation.run),
      "digest": .string(entry.generation.digest.hex), "changes": JSONValue(encoding: entry.changes),
      "gates": entry.gates?.json ?? .null,
    ]
  }
}
