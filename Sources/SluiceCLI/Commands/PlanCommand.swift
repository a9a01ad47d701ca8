import Formats
import Foundations
import Manifest
import Planning
import StageKit
import Store

/// `sluice plan`
enum PlanCommand {
  static let spec = CommandSpec(
    "plan", "Show what a run would do and why, and what would leave; run nothing.", usage: "[PIPELINE] [STAGE…]",
    options: AskedLine.options + [
      .pipeline, .set, .jobs,
      OptionSpec("--only", value: "STAGE", isRepeatable: true, "Plan just this stage."),
      OptionSpec("--from", value: "STAGE", isRepeatable: true, "Plan this stage and all that need it."),
      OptionSpec("--force", value: "STAGE", isRepeatable: true, "As if this stage were forced."), .json,
    ], run: run)

  static func run(_ arguments: Arguments) throws -> Int32 {
    let words = PipelineWords(arguments)
    let project = try Project(named: words.pipeline)
    let asked = try AskedLine(project, arguments)
    let graph = try project.graph(settings: asked.settings)
    let prepared = try project.prepareForReading(graph, variant: asked.planned)
    let forced = try Selector.resolve(arguments.all("--force"), in: graph)
    let selection = try RunCommand.selection(words.rest, arguments, graph).union(forced)
    let planner = Planner(
      prepared, selection: selection, forced: forced, jobs: try arguments.jobs())
    let plan = try planner.plan()
    if arguments.isJSON { Output.json(json(plan)) } else { Output.line(text(plan) + PlanNotes.text(plan)) }
    return 0
  }

  private static func text(_ plan: Plan) -> String {
    let style = Style(descriptor: 1)
    if plan.isUpToDate { return style.green("Everything is up to date: a run would do nothing.") }
    var table = TextTable(["stage", "would run", "reused", "leaves", "why"], numeric: [1, 2, 3])
    var quiet = 0
    for stage in plan.stages {
      if stage.isUpToDate && plan.stages.count > 40 {
        quiet += 1
        continue
      }
      if !stage.isSelected {
        table.add([stage.name, "–", "", "", style.dim("not chosen")])
      } else if let problem = stage.problem {
        table.add([stage.name, "✗", "", "", style.red(problem.message)])
      } else if stage.isUpToDate {
        table.add([stage.name, "0", Units.show(stage.reused), "0", style.dim("up to date")])
      } else {
        let count = stage.toRun.map { Units.show($0) } ?? "?"
        let isBound = stage.reasons.contains { if case .upstreamRuns = $0 { true } else { false } }
        table.add([
          stage.name, isBound && stage.toRun != nil ? "≤ \(count)" : count, Units.show(stage.reused),
          leaves(stage), stage.reasons.map(\.text).joined(separator: "; "),
        ])
      }
    }
    var text = table.text
    if quiet > 0 { text += "\n… and \(Units.counted(quiet, "stage")) that \(quiet == 1 ? "is" : "are") up to date" }
    if let vanishing = plan.vanishing { text += "\n\n" + style.yellow("Would leave: \(vanishing)") }
    let guarded = plan.stages.filter(\.isGuarded).map(\.name)
    if !guarded.isEmpty {
      text +=
        "\n" + style.red("The guard would stop \(guarded.joined(separator: ", ")): if it is meant, --allow-vanish.")
    }
    // What leaves under the same ids further down is not said again.
    var said: Set<String> = []
    for stage in plan.stages {
      let news = stage.leaving.filter { !said.contains($0) }
      if news.isEmpty { continue }
      said.formUnion(stage.leaving)
      text += "\n  of \(stage.name):"
      for id in news.prefix(mostShown) { text += "\n    \(TerminalText.line(id))" }
      let more = news.count - mostShown
      if more > 0 { text += "\n    … and \(Units.show(more)) more (--json has them)" }
    }
    return text
  }

  /// How many of the items that would leave are listed of each stage.
  private static let mostShown = 20

  private static func leaves(_ stage: Plan.Stage) -> String {
    if stage.isRemovalKnown { return Units.show(stage.removedOutputs) }
    return stage.removedOutputs > 0 ? "≥ \(Units.show(stage.removedOutputs))" : "?"
  }

  private static func json(_ plan: Plan) -> JSONValue {
    [
      "pipeline": .string(plan.pipeline), "up_to_date": .bool(plan.isUpToDate),
      "stages": .array(
        plan.stages.map { stage in
          [
            "name": .string(stage.name), "kind": .string(stage.kind), "selected": .bool(stage.isSelected),
            "up_to_date": .bool(stage.isUpToDate), "reasons": .array(stage.reasons.map(\.json)),
            "to_run": stage.toRun.map { JSONValue($0) } ?? .null, "reused": JSONValue(stage.reused),
            "removed_inputs": JSONValue(stage.removedInputs),
            "removed_outputs": stage.isRemovalKnown ? JSONValue(stage.removedOutputs) : .null,
            "removed_outputs_at_least": JSONValue(stage.removedOutputs), "leaving": JSONValue(stage.leaving),
            "guarded": .bool(stage.isGuarded),
            "problem": JSONValue(stage.problem?.message), "notes": JSONValue(stage.notes),
          ]
        }),
    ]
  }
}
