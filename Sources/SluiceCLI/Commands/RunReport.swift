import Engine
import Foundations
import Manifest
import Planning
import SearchIndex
import StageKit
import Store

/// The end of a run, for people and for scripts.
enum RunReport {
  static func text(_ result: RunResult, _ prepared: PreparedPipeline, _ layout: ArtifactLayout) -> String {
    let style = Style(descriptor: 1)
    let time = Units.show(seconds: result.seconds)
    let ran = result.stages.filter { $0.outcome == .done }
    let failed = result.stages.filter { $0.outcome == .failed || $0.outcome == .guarded }
    let quarantined = result.stages.reduce(0) { $0 + $1.counts.failed + $1.counts.stale }
    var lines: [String] = []
    switch result.exitCode {
    case .success where ran.isEmpty: lines.append(style.green("\(upToDate(result, prepared)) (\(time))."))
    case .success:
      lines.append(
        style.green(
          "Run \(result.run) is done: \(ran.count) of \(Units.counted(result.stages.count, "stage")) ran in \(time)."))
    case .quarantined:
      lines.append(
        style.yellow(
          "Run \(result.run) is done in \(time), with \(quarantined) \(quarantined == 1 ? "item" : "items") in quarantine: `sluice status` says which and why; they are tried first in the next run."
        ))
    case .interrupted:
      lines.append(
        style.yellow(
          "Run \(result.run) was interrupted after \(time). What was finished is kept; the next run goes on from here.")
      )
    case .gated:
      lines.append(style.yellow("Run \(result.run) is done in \(time); what it made is kept, and not published."))
    case .guarded, .stageFailed, .usage, .goldenMismatch, .busy, .budget:
      let names = (failed.map(\.name) + result.publication.lagging.map { "\($0.stage) (outside)" }).joined(
        separator: ", ")
      lines.append(
        style.red(
          "Run \(result.run) failed after \(time): \(names). What succeeded is kept. `sluice log` has the details."))
    }
    if let variant = prepared.line.variant {
      lines.append(
        style.dim(
          "This is the variant '\(variant)': nothing of it shows in production. Compare: \(PublicationText.program) diff \(prepared.line.key)"
        ))
    }
    let publication = publicationText(result, prepared, style)
    if ran.isEmpty, result.publication.verdict == .published, let number = result.publication.generation {
      lines.append("What there was is published now: generation \(number).")
    }
    if result.exitCode == .success && ran.isEmpty { return (lines + publication).joined(separator: "\n") }
    if result.exitCode == .gated { return (lines + publication).joined(separator: "\n") }
    lines.append(contentsOf: made(result, prepared, layout, style))
    return lines.joined(separator: "\n")
  }

  /// What is as it should be: everything, or what the run was asked for.
  private static func upToDate(_ result: RunResult, _ prepared: PreparedPipeline) -> String {
    let asked = result.stages.filter { $0.outcome != .skipped }.map(\.name)
    guard asked.count < prepared.graph.stages.count else { return "Everything is up to date" }
    let above = Set(
      asked.compactMap { prepared.graph.id(of: $0) }.flatMap { prepared.graph.needs[$0] }.map {
        prepared.graph.stages[$0].name
      }
    ).subtracting(asked).sorted()
    let names = asked.count <= 3 ? asked.joined(separator: ", ") : "\(Units.counted(asked.count, "stage"))"
    let verb = asked.count == 1 ? "is" : "are"
    guard !above.isEmpty, let last = asked.last else { return "\(names) \(verb) up to date" }
    return
      "\(names) \(verb) up to date with what \(above.joined(separator: ", ")) made last; `\(PublicationText.program) run\(which(prepared)) +\(last)` looks at that, too"
  }

  /// What was made, where it lies, and what to try.
  private static func made(_ result: RunResult, _ prepared: PreparedPipeline, _ layout: ArtifactLayout, _ style: Style)
    -> [String]
  {
    let published = layout.published(prepared.line.key)
    guard let stages = try? FileSystem.list(published), !stages.isEmpty else {
      return publicationText(result, prepared, style)
    }
    let shown = shortened(published)
    var lines = ["", style.bold("Made, in \(shown):")]
    let types = Dictionary(uniqueKeysWithValues: prepared.stages.map { ($0.declaration.name, $0.outputType) })
    let records = (try? prepared.reader?.stages(of: prepared.line.key)) ?? [:]
    let held = Set(result.publication.behind.map(\.stage))
    let made = Set(result.stages.filter { $0.outcome == .done }.map(\.name)).subtracting(held)
    for stage in prepared.graph.stages.map(\.name).filter({ stages.contains($0) && made.contains($0) }).prefix(12) {
      let files = shortened(((try? FileSystem.list("\(published)/\(stage)")) ?? []).sorted())
      let record = records[stage]
      var what = record.map { $0.count > 0 ? "\(Units.show($0.count)) × \(types[stage] ?? $0.type)" : "" } ?? ""
      if let summary = record?.summary, !summary.isEmpty { what += what.isEmpty ? summary : " (\(summary))" }
      lines.append("  \(HelpText.padded(stage, 11))\(HelpText.padded(files, 34))\(style.dim(what))")
    }
    if lines.count == 2 { lines = [] }
    lines += publicationText(result, prepared, style)
    let which = which(prepared)
    lines.append("")
    lines.append(style.bold("Try:"))
    if let hint = searchHint(prepared, published) {
      lines.append("  \(PublicationText.program) search\(which) \(hint)")
    }
    let last = result.stages.last { $0.outcome == .done || $0.outcome == .upToDate }?.name ?? stages[0]
    lines.append("  \(PublicationText.program) why\(which) \(last)")
    lines.append("  \(PublicationText.program) status\(which)")
    return lines
  }

  private static func publicationText(_ result: RunResult, _ prepared: PreparedPipeline, _ style: Style) -> [String] {
    PublicationText(publication: result.publication, style: style, which: which(prepared)).lines
  }

  /// What a run did to what readers see, for cron's mail.
  static func publication(_ result: RunResult, _ prepared: PreparedPipeline) -> [String] {
    publicationText(result, prepared, Style(descriptor: 2))
  }

  private static func which(_ prepared: PreparedPipeline) -> String {
    (Project.pipelines().count > 1 ? " -p \(prepared.pipeline.name)" : "")
      + (prepared.line.variant.map { " --variant \($0)" } ?? "")
  }

  /// How the first index can be asked: with its collection and with the fields that it will not be asked without.
  private static func searchHint(_ prepared: PreparedPipeline, _ published: String) -> String? {
    let indexes = prepared.stages.filter {
      $0.outputType == "index" && FileSystem.exists("\(published)/\($0.declaration.name)")
    }
    guard let index = indexes.first?.declaration else { return nil }
    let folder = "\(published)/\(index.name)"
    let names = ((try? FileSystem.list(folder)) ?? []).filter { $0.hasSuffix(IndexFiles.databaseEnding) }
    // One that is kept in a server is asked there.
    guard let first = names.first?.dropLast(IndexFiles.databaseEnding.utf8.count) else { return nil }
    let place = names.count > 1 ? "\(index.name)/\(first) " : indexes.count > 1 ? "\(index.name) " : ""
    let filters = Parameters(index.parameters).optionalStrings("require").map { "--filter \"\($0)=…\" " }
    return place + filters.joined() + "\"your question\""
  }

  private static func shortened(_ names: [String]) -> String {
    names.count <= 6
      ? names.joined(separator: ", ")
      : names.prefix(3).joined(separator: ", ") + ", … \(Units.counted(names.count, "file"))"
  }

  private static func shortened(_ path: String) -> String {
    let here = Path.workingDirectory + "/"
    return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
  }

  static func json(_ result: RunResult, _ prepared: PreparedPipeline, _ layout: ArtifactLayout) -> JSONValue {
    [
      "run": JSONValue(result.run), "pipeline": .string(prepared.pipeline.name),
      "exit_code": JSONValue(Int(result.exitCode.rawValue)), "seconds": .double(result.seconds),
      "published": .string(layout.published(prepared.line.key)),
      "error": JSONValue(result.error?.message), "unpublished": JSONValue(result.publication.behind.map(\.stage)),
      "publication": json(result.publication),
      "stages": .array(
        result.stages.map { stage in
          [
            "name": .string(stage.name), "state": .string(stage.outcome.rawValue), "done": JSONValue(stage.counts.done),
            "cached": JSONValue(stage.counts.cached), "failed": JSONValue(stage.counts.failed),
            "stale": JSONValue(stage.counts.stale), "removed": JSONValue(stage.counts.removed),
            "outputs": JSONValue(stage.counts.outputs), "seconds": .double(stage.seconds),
            "work_seconds": .double(stage.counts.workSeconds), "message": .string(stage.message),
          ]
        }),
    ]
  }

  private static func json(_ publication: Publication) -> JSONValue {
    [
      "verdict": .string(publication.verdict.rawValue), "generation": JSONValue(publication.generation),
      "current": JSONValue(publication.current), "gates": publication.gates?.json ?? .null,
      "lagging": .array(
        publication.lagging.map { ["stage": .string($0.stage), "message": .string($0.message)] }),
      "behind": .array(
        publication.behind.map { stage in
          [
            "stage": .string(stage.stage), "published_run": JSONValue(stage.published),
            "newest_run": JSONValue(stage.newest),
          ]
        }),
    ]
  }
}
