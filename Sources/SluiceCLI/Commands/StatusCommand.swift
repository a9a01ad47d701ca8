import Foundations
import Graph
import Manifest
import Store

/// `sluice status`
enum StatusCommand {
  static let spec = CommandSpec(
    "status", "Show each stage's last result, and what is in quarantine.", usage: "[PIPELINE]",
    options: [.pipeline, .json], run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let project = try Project(named: PipelineWords(arguments).pipeline)
    let graph = try project.graph(arguments)
    let reader = try LedgerReader(project.layout)
    let records = try reader.stages(of: graph.pipeline.name)
    let quarantine = try reader.quarantine(of: graph.pipeline.name)
    let holder = Lease.holder(pipeline: graph.pipeline.name, layout: project.layout)
    if arguments.isJSON {
      Output.json(json(graph, records, quarantine, holder))
      return 0
    }
    let style = Style(descriptor: 1)
    if let holder {
      Output.line(
        style.blue("Being run by process \(holder["pid"]?.int ?? 0) since \(holder["since"]?.string ?? "?")."))
    }
    var table = TextTable(["stage", "items", "type", "quarantined", "run", ""], numeric: [1, 3, 4])
    for stage in graph.stages {
      guard let record = records[stage.name] else {
        table.add([stage.name, "–", "", "", "", style.dim("never run")])
        continue
      }
      table.add([
        stage.name, Units.show(record.count), record.type, record.failed == 0 ? "0" : style.yellow("\(record.failed)"),
        "\(record.run)", style.dim(record.summary),
      ])
    }
    Output.line(table.text)
    if !quarantine.isEmpty {
      Output.line("\n" + style.bold("In quarantine, tried first in the next run:"))
      for entry in quarantine.prefix(100) {
        let tries = entry.attempts == 1 ? "1 try" : "\(entry.attempts) tries"
        Output.line(
          "  \(entry.stage)  \(entry.item)\n    \(style.yellow(entry.message)) \(style.dim("(\(entry.kind), \(tries), since \(Timestamp(seconds: entry.first).rfc3339))"))"
        )
      }
      if quarantine.count > 100 { Output.line("  … and \(quarantine.count - 100) more (--json has all)") }
    }
    return 0
  }

  private static func json(
    _ graph: StageGraph, _ records: [String: StageRecord], _ quarantine: [QuarantineEntry], _ holder: JSONValue?
  ) -> JSONValue {
    [
      "pipeline": .string(graph.pipeline.name), "running": holder ?? .null,
      "stages": .array(
        graph.stages.map { stage in
          guard let record = records[stage.name] else { return ["name": .string(stage.name), "state": "never_run"] }
          return [
            "name": .string(stage.name), "state": "complete", "items": JSONValue(record.count),
            "type": .string(record.type),
            "failed": JSONValue(record.failed), "run": JSONValue(record.run), "dataset": .string(record.dataset.hex),
            "summary": .string(record.summary),
          ]
        }),
      "quarantine": .array(
        quarantine.map { entry in
          [
            "stage": .string(entry.stage), "item": .string(entry.item), "kind": .string(entry.kind),
            "message": .string(entry.message), "attempts": JSONValue(entry.attempts),
            "first": .string(Timestamp(seconds: entry.first).rfc3339),
            "last": .string(Timestamp(seconds: entry.last).rfc3339),
          ]
        }),
    ]
  }
}
