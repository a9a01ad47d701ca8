import Formats
import Foundations
import Manifest
import Store
import Views

/// `sluice status`
enum StatusCommand {
  static let spec = CommandSpec(
    "status", "Show each stage's last result, and what is in quarantine.", usage: "[PIPELINE]",
    discussion: """
      Reads only: a run that goes on, or a mistake in the pipeline file, does not stop it.
      Exit codes: 1 when a stage did not succeed in its last run, 7 when the guard stopped it, 8 when a gate
      kept its results from being published, else 0.
      """,
    options: [.pipeline, AskedGeneration.variant, .json], run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let project = try Project(named: PipelineWords.alone(arguments, of: "status"))
    let line = try AskedGeneration.line(of: project, arguments)
    let pipeline = line.key
    let reader = try LedgerReader(project.layout)
    let records = try reader.stages(of: pipeline)
    let quarantine = try reader.quarantine(of: pipeline)
    let store = quarantine.isEmpty ? nil : try ObjectStore(project.layout)
    let stale = StaleItems(records, of: Set(quarantine.map(\.stage))) { digest in
      guard let store else { return [] }
      return try store.get(digest)
    }
    let status = PipelineStatus(
      pipeline: pipeline, stages: try stages(project, arguments, line), records: records,
      lastRuns: try reader.lastStageRuns(pipeline: pipeline), lastRun: try reader.runs(of: pipeline, limit: 1).first,
      quarantine: quarantine, isStale: stale.contains,
      published: try PublicationStatus(line, reader),
      holder: try? Lease.holder(pipeline: pipeline, layout: project.layout)?.decoded())
    if arguments.isJSON { Output.json(status.json) } else { Output.line(text(status)) }
    return status.exitCode.rawValue
  }

  /// The stages in the order of the file; those that the ledger knows when the file has a mistake.
  private static func stages(_ project: Project, _ arguments: Arguments, _ line: PipelineLine) throws -> [String]? {
    do {
      return try project.graph(arguments, line: line).stages.map(\.name)
    } catch let error as Diagnostics {
      Output.error("\(error.rendered)\nThe file has a mistake: this is what was made before it.")
      return nil
    }
  }

  private static func text(_ status: PipelineStatus) -> String {
    let style = Style(descriptor: 1)
    var lines: [String] = []
    if let holder = status.holder {
      lines.append(style.blue("Being run by process \(holder.pid) since \(holder.since)."))
    }
    var table = TextTable(["stage", "items", "type", "quarantined", "run", ""], numeric: [1, 3, 4])
    for stage in status.stages {
      let note = stage.isWell ? style.dim(stage.note) : style.red(stage.note)
      guard let record = stage.record else {
        table.add([stage.name, "–", "", "", "", note])
        continue
      }
      table.add([
        stage.name, record.count == 0 && !record.files.isEmpty ? "–" : Units.show(record.count), record.type,
        record.failed == 0 ? "0" : style.yellow("\(record.failed)"),
        "\(record.run)", note,
      ])
    }
    lines.append(table.text)
    if let run = status.lastRun, run.state == .running, status.holder == nil {
      lines.append(
        "\n"
          + style.yellow(
            "The last run, \(run.id), did not come to its end: it was killed. What it finished is kept; the next run goes on."
          ))
    }
    if let run = status.lastRun, run.state != .success, run.state != .running {
      lines.append(
        "\n"
          + style.yellow(
            "The last run, \(run.id), ended as: \(run.state.rawValue). `sluice log \(run.id)` has its log."))
    }
    if let published = status.published?.lines, !published.isEmpty {
      lines.append("\n" + published.map(style.yellow).joined(separator: "\n"))
    }
    lines += list(status.quarantine, "In quarantine, tried first in the next run:", style)
    lines += list(status.stale, "Stale: these could not be had again, and their last good result stands:", style)
    return lines.joined(separator: "\n")
  }

  private static func list(_ entries: [QuarantineEntry], _ title: String, _ style: Style) -> [String] {
    if entries.isEmpty { return [] }
    var lines = ["\n" + style.bold(title)]
    for entry in entries.prefix(100) {
      let tries = entry.attempts == 1 ? "1 try" : "\(entry.attempts) tries"
      lines.append(
        "  \(entry.stage)  \(TerminalText.line(entry.item))\n    \(style.yellow(TerminalText.line(entry.message))) \(style.dim("(\(entry.kind), \(tries), since \(Timestamp(seconds: entry.first).rfc3339))"))"
      )
    }
    if entries.count > 100 { lines.append("  … and \(entries.count - 100) more (--json has all)") }
    return lines
  }
}
