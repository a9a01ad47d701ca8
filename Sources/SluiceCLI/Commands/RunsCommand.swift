import Foundations
import Manifest
import Store

/// `sluice runs`
enum RunsCommand {
  static let spec = CommandSpec(
    "runs", "List the runs, the newest first.", usage: "[PIPELINE]",
    options: [
      .pipeline, AskedGeneration.variant, OptionSpec("--limit", short: "-n", value: "N", "How many (20)."), .json,
    ], run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let project = try Project(
      named: PipelineWords.alone(arguments, of: "runs", advice: "One run is told by: sluice log RUN"))
    let pipeline = try AskedGeneration.line(of: project, arguments).key
    let runs = try LedgerReader(project.layout).runs(of: pipeline, limit: try arguments.int("--limit") ?? 20)
    if arguments.isJSON {
      Output.json(
        .array(
          runs.map { run in
            [
              "run": JSONValue(run.id), "started": .string(Timestamp(seconds: run.started).rfc3339),
              "state": .string(run.state.rawValue),
              "seconds": run.ended.map { .double($0 - run.started) } ?? .null,
              "exit_code": run.exitCode.map { JSONValue($0) } ?? .null,
              "arguments": .string(run.arguments),
              "counts": run.counts.map { JSONValue(encoding: $0) } ?? .null,
            ]
          }))
      return 0
    }
    var table = TextTable(
      ["run", "started", "took", "state", "done", "cached", "quarantined", "command"], numeric: [0, 2, 4, 5, 6])
    for run in runs {
      func shown(_ count: KeyPath<RunCounts, Int>) -> String { run.counts.map { Units.show($0[keyPath: count]) } ?? "" }
      table.add([
        "\(run.id)", Timestamp(seconds: run.started).rfc3339,
        run.ended.map { Units.show(seconds: $0 - run.started) } ?? "–",
        run.state.rawValue, shown(\.done), shown(\.cached), shown(\.failed), run.arguments,
      ])
    }
    Output.line(table.isEmpty ? "No run yet." : table.text)
    return 0
  }
}
