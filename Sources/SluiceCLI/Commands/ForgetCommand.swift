import CSystem
import Engine
import Foundations
import Glibc
import StageKit
import Store
import Views

/// `sluice forget`
enum ForgetCommand {
  static let spec = CommandSpec(
    "forget", "Take items out of everything: results, generations, variants, caches and logs.",
    usage: "[PIPELINE] ID… | --where CONDITION",
    discussion: """
      ID is an item of any stage, as `sluice show` lists it; it goes with all that was derived from it, in production, in
      every variant and in every generation, out of objects, memo, histories, indexes, the audit log's texts and logs. What
      was made of whole datasets (an index, topics, insights) is made anew without it; older generations lose it. No later
      run brings it back. In the end everything below artifacts/ is searched for its bytes: 0 means that nothing is left.
      What other documents say as well stays theirs.
      """,
    options: [
      .pipeline,
      OptionSpec("--where", value: "CONDITION", "The items of sources that fit: \(ItemCondition.forms)."),
      OptionSpec("--dry-run", "Only say what would leave."),
      OptionSpec("--yes", short: "-y", "Do not ask."),
      OptionSpec("--list", "Show what was forgotten: digests of ids, and when."),
      OptionSpec("--undo", value: "ID", "Let runs make an item again."), .jobs, .json,
    ], run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = PipelineWords(arguments)
    let project = try Project(named: words.pipeline)
    let pipeline = try project.pipelineName()
    if arguments.has("--list") { return try list(pipeline, project, arguments) }
    if let id = arguments["--undo"] { return try undo(id, pipeline, project, arguments) }
    let ids = try ids(words, pipeline, project, arguments)
    let forgetter = Forgetter(
      pipeline, project.layout, jobs: try arguments.jobs(),
      prepare: { line, reader, store in
        try project.prepare(project.graph(arguments, line: line), variant: line.variant, reader: reader, store: store)
      },
      observe: { event in
        if case .log(let stage, .warning, let message) = event { Output.error("\(stage): \(message)") }
      })
    if arguments.has("--dry-run") || mustAsk(arguments) {
      let report = try forgetter.plan(ids)
      if arguments.has("--dry-run") {
        if arguments.isJSON { Output.json(ForgetText.json(report)) } else { Output.line(ForgetText.plan(report)) }
        return 0
      }
      Output.line(ForgetText.plan(report))
      Output.write("Forget this for good? [y/N] ", to: 1)
      guard readLine()?.lowercased().hasPrefix("y") == true else {
        Output.line("Nothing was done.")
        return ExitCode.interrupted.rawValue
      }
    }
    csystem_raise_file_limit()
    csystem_catch_interrupts()
    ChildSupervisor.use(["/proc/self/exe", "worker", "children"])
    let report = try forgetter.forget(ids)
    if arguments.isJSON { Output.json(ForgetText.json(report)) } else { Output.line(ForgetText.done(report)) }
    return report.isClean ? 0 : ExitCode.stageFailed.rawValue
  }

  private static func mustAsk(_ arguments: Arguments) -> Bool {
    !arguments.has("--yes") && !arguments.isJSON && Output.isTerminal(0) && Output.isTerminal(1)
  }

  private static func ids(_ words: PipelineWords, _ pipeline: String, _ project: Project, _ arguments: Arguments) throws
    -> Set<String>
  {
    var ids = Set(words.rest)
    if let text = arguments["--where"] {
      let condition = try ItemCondition(parsing: text)
      var unknown = Set(condition.fields)
      var known: Set<String> = ["content", "id"]
      ids.formUnion(
        try SourceItems.ids(of: pipeline, project.layout) { id, record, store in
          unknown = unknown.filter { !ItemCondition.has($0, record) }
          known.formUnion(record.keys)
          return condition.fits(id: id, record) { try? store.get($0) }
        })
      if let field = unknown.sorted().first {
        throw SluiceError(
          .usage, "no item of a source of \(pipeline) has a field '\(field)'",
          advice: Suggestion.hint(
            field, among: known.sorted(), otherwise: "They have: \(known.sorted().joined(separator: ", "))."))
      }
      guard !ids.isEmpty else {
        throw SluiceError(
          .usage, "no item of a source of \(pipeline) fits --where \(text)",
          advice: "`sluice show STAGE ID` shows what an item says.")
      }
    }
    // One that was killed goes on without being told of what.
    if ids.isEmpty, let pending = try ForgettingJournal.read(project.layout, pipeline: pipeline) {
      return pending.seeds
    }
    guard !ids.isEmpty else {
      throw SluiceError(.usage, "which item?", advice: "For example: sluice forget docs/jane.md")
    }
    return ids
  }

  private static func list(_ pipeline: String, _ project: Project, _ arguments: Arguments) throws -> Int32 {
    let tombstones = try LedgerReader(project.layout).tombstones(of: pipeline)
    if arguments.isJSON {
      Output.json(
        .array(
          tombstones.map { ["digest": .string($0.item.description), "forgotten": .string($0.created.rfc3339)] }))
      return 0
    }
    Output.line(
      tombstones.isEmpty
        ? "Nothing of \(pipeline) is forgotten."
        : "\(Units.show(tombstones.count)) \(tombstones.count == 1 ? "item" : "items") of \(pipeline) must not come back:"
    )
    for tombstone in tombstones { Output.line("  \(tombstone.created.rfc3339)  \(tombstone.item)") }
    return 0
  }

  private static func undo(_ id: String, _ pipeline: String, _ project: Project, _ arguments: Arguments) throws -> Int32
  {
    let digest = Digest(reference: id) ?? Digest(hex: id) ?? Digest(of: id)
    let session = try WritingSession(PipelineLine(pipeline), layout: project.layout)
    guard try session.reader.tombstones(of: pipeline).contains(where: { $0.item == digest }) else {
      throw SluiceError(
        .usage, "'\(id)' is not among what was forgotten of \(pipeline)",
        advice: "`sluice forget --list` lists digests.")
    }
    try session.recorder.record(LedgerEntries.lift(digest, of: pipeline))
    try session.close()
    if arguments.isJSON {
      Output.json(["digest": .string(digest.description)])
    } else {
      Output.line("The next run may make it again.")
    }
    return 0
  }
}
