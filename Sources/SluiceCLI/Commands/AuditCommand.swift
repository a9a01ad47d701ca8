import CSystem
import Engine
import Foundations
import Store
import Views

/// `sluice audit`
enum AuditCommand {
  static let spec = CommandSpec(
    "audit", "Make a sample of what is remembered again, and say what did not come out the same.", usage: "[PIPELINE]",
    discussion: """
      Of each stage that works item by item at least one remembered result is made again and compared; nothing is written,
      and no network is asked: stages that fetch are left out. Exit code 1 when something differs: then the stage reads
      what its key does not hold, or makes something else each time. `audit: 0.5%` in the pipeline file does it
      at the end of each run, with the results that the run took as they were.
      """,
    options: [
      .pipeline, AskedGeneration.variant, .jobs,
      OptionSpec("--share", value: "SHARE", "Of the remembered results of each stage (0.5%)."),
      OptionSpec("--seed", value: "N", "Take the same sample again."), .artifacts, .json,
    ]
  ) { arguments in
    let words = PipelineWords(arguments)
    let project = try Project(named: words.pipeline)
    let line = PipelineLine(try project.pipelineName(), variant: arguments["--variant"])
    let graph = try project.graph(arguments, line: line)
    guard FileSystem.exists(project.layout.ledger) else {
      throw SluiceError(.missing, "nothing was run here yet", advice: "Run the pipeline first: sluice run")
    }
    let share = arguments["--share"] ?? "0.5%"
    guard let part = Units.share(share) else {
      throw SluiceError(.usage, "'\(share)' is no share", advice: "Write it like 0.5% or 0.005.")
    }
    let seed = try arguments.int("--seed", minimum: 0).map { UInt64($0) } ?? UInt64.random(in: 0..<1_000_000)
    // Nothing is swept away that is about to be compared.
    let lease = try Lease.sweeping(layout: project.layout, alone: false)
    defer { withExtendedLifetime(lease) {} }
    csystem_raise_file_limit()
    ChildSupervisor.use(["/proc/self/exe", "worker", "children"])
    let reader = try LedgerReader(project.layout)
    let store = try ObjectStore(project.layout)
    let prepared = try project.prepare(graph, variant: line.variant, reader: reader, store: store)
    let report = try Audit(prepared, store: store, reader: reader, jobs: try arguments.jobs()).execute(
      share: part, seed: seed)
    if arguments.isJSON {
      Output.json(AuditText.json(report))
    } else {
      for line in AuditText.lines(report) { Output.line(line) }
      if !report.isSound { Output.line("The same sample again: sluice audit --share \(share) --seed \(seed)") }
    }
    return report.isSound ? 0 : 1
  }
}
