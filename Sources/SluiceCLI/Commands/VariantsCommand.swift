import Foundations
import Manifest
import Store
import Views

/// `sluice variants`
enum VariantsCommand {
  static let spec = CommandSpec(
    "variants", "List what was tried with other parameters; remove it, or take it over into the pipeline file.",
    usage: "[PIPELINE] [remove|adopt NAME]",
    discussion: """
      `sluice run --set chunk.max_tokens=120` makes the variant `try` (or `--as NAME`): its results, its history of topics
      and what it publishes (published/PIPELINE@try) are its own. Objects and memo are shared, so only what differs is
      computed, and nothing of it shows in production.
      `remove NAME` forgets it. `adopt NAME` shows the lines of the pipeline file that would change, and with --write
      changes them; comments and layout stay.
      """,
    options: [.pipeline, OptionSpec("--write", "Of adopt: change the pipeline file."), .json], run: run)

  private static let verbs = ["remove", "adopt"]

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = PipelineWords(arguments)
    let project = try Project(named: words.pipeline)
    let pipeline = try project.pipelineName()
    guard let verb = words.rest.first else { return try list(pipeline, project, arguments) }
    guard verbs.contains(verb) else {
      throw SluiceError(
        .usage, "'\(verb)' is nothing that can be done with variants",
        advice: Suggestion.hint(verb, among: verbs, otherwise: "There are: \(verbs.joined(separator: ", "))."))
    }
    guard words.rest.count == 2 else {
      throw SluiceError(.usage, "which variant?", advice: "For example: sluice variants \(verb) try")
    }
    let name = words.rest[1]
    try Variants.checkExists(name, of: pipeline, layout: project.layout)
    let line = PipelineLine(pipeline, variant: name)
    return verb == "remove" ? try remove(line, project, arguments) : try adopt(line, project, arguments)
  }

  private static func list(_ pipeline: String, _ project: Project, _ arguments: Arguments) throws -> Int32 {
    let reader = try LedgerReader(project.layout)
    let variants = try reader.variants(of: pipeline)
    let rows = try variants.map { variant in
      (
        variant, try reader.runs(of: variant.line.key, limit: 1).first,
        try reader.currentGeneration(of: variant.line.key)
      )
    }
    if arguments.isJSON {
      Output.json(
        .array(
          rows.map { variant, run, generation in
            [
              "variant": JSONValue(variant.line.variant), "settings": JSONValue(variant.settings),
              "created": .string(variant.created.rfc3339), "run": JSONValue(run?.id),
              "state": JSONValue(run?.state.rawValue), "generation": JSONValue(generation?.number),
              "published": .string(project.layout.published(variant.line.key)),
            ]
          }))
      return 0
    }
    var table = TextTable(["variant", "settings", "begun", "last run", "generation"], numeric: [4])
    for (variant, run, generation) in rows {
      table.add([
        variant.line.variant ?? "", variant.settings.joined(separator: " "), variant.created.rfc3339,
        run.map { "\($0.id) \($0.state.rawValue)" } ?? "–", generation.map { "\($0.number)" } ?? "–",
      ])
    }
    Output.line(
      table.isEmpty
        ? "There is no variant of \(pipeline). `sluice run --set STAGE.PARAM=VALUE` makes one." : table.text)
    return 0
  }

  private static func remove(_ line: PipelineLine, _ project: Project, _ arguments: Arguments) throws -> Int32 {
    let session = try WritingSession(line, layout: project.layout)
    // First the entrance: who opens it finds nothing, rather than half.
    try FileSystem.remove(project.layout.published(line.key))
    let runs = try session.reader.runs(of: line.key, limit: .max)
    try session.recorder.record(LedgerEntries.forgetVariant(line))
    try session.recorder.flush()
    // What a reader has open stays until gc finds it closed.
    let links = GenerationLinks(line: line.key, layout: project.layout)
    try links.remove(links.numbers())
    for run in runs { try FileSystem.remove(project.layout.run(run.id)) }
    try session.close()
    if arguments.isJSON {
      Output.json(["removed": JSONValue(line.variant)])
    } else {
      Output.line("The variant '\(line.variant ?? "")' is gone. `sluice gc` sweeps what only it needed.")
    }
    return 0
  }

  private static func adopt(_ line: PipelineLine, _ project: Project, _ arguments: Arguments) throws -> Int32 {
    let settings = try Variants.settings(of: line, layout: project.layout)
    let edit = try PipelineEdit(
      file: project.file, settings: settings, library: StageLibrary(directory: Path.join(project.directory, "stages")))
    let isWritten = arguments.has("--write")
    if isWritten { try FileSystem.writeAtomically(edit.bytes, to: project.file) }
    if arguments.isJSON {
      Output.json([
        "file": .string(project.file), "written": .bool(isWritten),
        "changes": .array(
          edit.changes.map { ["line": JSONValue($0.line), "before": .string($0.before), "after": .string($0.after)] }),
      ])
      return 0
    }
    let style = Style(descriptor: 1)
    for change in edit.changes {
      Output.line("\(project.file):\(change.line)")
      if !change.before.isEmpty { Output.line(style.red("- " + change.before)) }
      Output.line(style.green("+ " + change.after))
    }
    Output.line(
      edit.changes.isEmpty
        ? "The pipeline file says all of this already."
        : isWritten
          ? "Written. `sluice run` now finds what the variant made."
          : "`sluice variants adopt \(line.variant ?? "") --write` writes it.")
    return 0
  }
}
