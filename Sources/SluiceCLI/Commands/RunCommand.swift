import CSystem
import Engine
import Foundations
import Glibc
import Manifest
import Planning
import StageKit
import Store

/// `sluice run`
enum RunCommand {
  static let spec = CommandSpec(
    "run", "Bring a pipeline up to date: run what changed, and nothing else.", usage: "[PIPELINE] [STAGE…]",
    discussion: """
      STAGE chooses stages: chunk, +index (with all it needs), chunk+ (with all that needs it). Without one
      everything is brought up to date. A stage that is not chosen is taken as it was left.
      With --set it works on a variant of the pipeline, beside production: see `sluice variants --help`.
      """,
    options: AskedLine.options + [
      .pipeline, .set, .jobs,
      OptionSpec("--only", value: "STAGE", isRepeatable: true, "Run just this stage, on what its inputs were left as."),
      OptionSpec("--from", value: "STAGE", isRepeatable: true, "Run this stage and all that need it."),
      OptionSpec("--force", value: "STAGE", isRepeatable: true, "Run this stage anew, whatever is remembered."),
      OptionSpec("--frozen", "No network: what is not cached is an error."),
      OptionSpec("--fail-fast", "Stop at the first stage that fails (otherwise independent branches go on)."),
      OptionSpec("--keep-going", "Let independent branches go on when a stage fails (the default)."),
      OptionSpec("--allow-vanish", "Let more items leave than the guard allows."),
      OptionSpec("--dry-run", "Show the plan and stop."),
      OptionSpec("--quiet", short: "-q", "Print only errors."),
      OptionSpec("--verbose", short: "-v", "Print every line of the log."),
      .json,
    ], run: run)

  static func selection(_ words: [String], _ arguments: Arguments, _ graph: StageGraph) throws -> Set<StageID> {
    var selection: Set<StageID> = []
    let chosen = words + arguments.all("--only") + arguments.all("--from").map { $0.hasSuffix("+") ? $0 : $0 + "+" }
    if chosen.isEmpty { return Set(graph.stages.indices) }
    selection = try Selector.resolve(chosen, in: graph)
    return selection
  }

  /// A variable that is not set stands only in the way of stages that run.
  private static func graph(
    _ project: Project, _ settings: [String], _ words: PipelineWords, _ arguments: Arguments
  ) throws -> StageGraph {
    let graph = try project.graph(settings: settings)
    let isFrozen = arguments.has("--frozen")
    // What is played back from cassettes is asked of nobody.
    let played = Set(
      graph.stages.filter { stage in isFrozen && stage.definition.parameters.contains { $0.name == "record" } }.map {
        String($0.name.prefix { $0 != "@" })
      })
    if words.rest.isEmpty, arguments.all("--only").isEmpty, arguments.all("--from").isEmpty {
      return try project.graph(settings: settings) { !played.contains($0) }
    }
    let chosen = try selection(words.rest, arguments, graph).union(
      Selector.resolve(arguments.all("--force"), in: graph))
    let names = Set(chosen.map { String(graph.stages[$0].name.prefix { $0 != "@" }) })
    return try project.graph(settings: settings, needsEnvironment: names.subtracting(played).contains)
  }

  private static func run(_ arguments: Arguments) throws -> Int32 {
    if arguments.has("--dry-run") { return try PlanCommand.run(arguments) }
    let words = PipelineWords(arguments)
    let project = try Project(named: words.pipeline)
    let asked = try AskedLine(project, arguments)
    let graph = try graph(project, asked.settings, words, arguments)
    try project.checkName(of: graph)
    var options = RunOptions(
      selection: try selection(words.rest, arguments, graph), jobs: try arguments.jobs())
    options.forced = try Selector.resolve(arguments.all("--force"), in: graph)
    options.selection.formUnion(options.forced)
    options.isFrozen = arguments.has("--frozen")
    options.keepsGoing = !arguments.has("--fail-fast")
    options.allowsVanishing = arguments.has("--allow-vanish")
    options.arguments = CommandLine.arguments.dropFirst().joined(separator: " ")
    let layout = project.layout
    try layout.create()
    layout.takeReserve()
    let lease = try Lease.acquire(pipeline: asked.line.key, layout: layout)
    let sweeping = try Lease.sweeping(layout: layout, alone: false)
    csystem_raise_file_limit()
    csystem_catch_interrupts()
    ChildSupervisor.use(["/proc/self/exe", "worker", "children"])
    if FileSystem.exists(ForgettingJournal.path(layout, pipeline: asked.line.pipeline)) {
      Output.error("a `sluice forget` was begun and is not finished: run `sluice forget` again")
    }
    let writer = try Ledger.openForWriting(layout)
    let store = try ObjectStore(layout)
    let reader = try LedgerReader(layout)
    let recorder = Recorder(writer, store: store)
    if asked.isNew {
      let variant = VariantRecord(line: asked.line, settings: asked.settings, created: .now)
      try recorder.record(LedgerEntries.variant(variant))
      try recorder.flush()
    }
    let prepared = try project.prepare(graph, variant: asked.line.variant, reader: reader, store: store)
    let display = RunDisplay(
      stages: graph.stages.map(\.name), runsDirectory: layout.runs,
      isQuiet: arguments.has("--quiet") || arguments.isJSON,
      isVerbose: arguments.has("--verbose"))
    let run = try PipelineRun(
      prepared: prepared, options: options, store: store, recorder: recorder, reader: reader,
      observe: { display.handle($0) })
    display.begin { run.counts }
    let result = run.execute()
    let audit = RunAftermath.look(
      project, prepared, result, options, store: store, reader: reader, display: display)
    display.end()
    do { try recorder.close() } catch  where result.error != nil { /* said below, once */  }
    try report(result, audit, prepared, layout, arguments)
    // Everything is durable and printed. To free ten thousand stages one by one would take as long as it took
    // to plan them; the leases end with the process.
    withExtendedLifetime((lease, sweeping, prepared)) { _exit(result.exitCode.rawValue) }
  }

  private static func report(
    _ result: RunResult, _ audit: AuditReport?, _ prepared: PreparedPipeline, _ layout: ArtifactLayout,
    _ arguments: Arguments
  ) throws {
    if arguments.isJSON {
      var json = RunReport.json(result, prepared, layout).object ?? [:]
      json["audit"] = audit.map(AuditText.json)
      Output.json(.object(json))
    }
    if let error = result.error {
      Output.error("sluice: \(error.description)")
      return
    }
    if arguments.has("--quiet") {
      if result.exitCode == .quarantined {
        // What cron mails: a night that went well says nothing, this one says a line.
        let count = result.stages.reduce(0) { $0 + $1.counts.failed + $1.counts.stale }
        Output.error(
          "\(prepared.pipeline.name): run \(result.run) is done, \(count) \(count == 1 ? "item is" : "items are") in quarantine: sluice status"
        )
      }
      if result.exitCode == .gated || !result.publication.lagging.isEmpty {
        Output.error(RunReport.publication(result, prepared).filter { !$0.isEmpty }.joined(separator: "\n"))
      }
      for stage in result.stages where stage.outcome == .failed || stage.outcome == .guarded {
        Output.error("\(stage.name): \(stage.message)")
      }
      if let audit, !audit.isSound { for line in AuditText.lines(audit) { Output.error("audit: \(line)") } }
    }
    if !arguments.isJSON && !arguments.has("--quiet") { Output.line(RunReport.text(result, prepared, layout)) }
  }
}
