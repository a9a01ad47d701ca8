import Foundations
import Store

/// `sluice fsck`
enum CheckCommand {
  static let spec = CommandSpec(
    "fsck", "Read everything that is stored and check it against its digest.", usage: "",
    discussion: """
      With --repair it heals what can be healed at once (published files that are stored, too), and forgets what cannot
      be read, so that the next run makes it again. Exit code 1 when something is damaged.
      """,
    options: [OptionSpec("--repair", "Heal or forget what is damaged; runs alone."), .artifacts, .json]
  ) { arguments in
    let layout = ArtifactLayout(project: Path.workingDirectory)
    guard FileSystem.exists(layout.root) else {
      if arguments.isJSON {
        Output.json(["healed": [], "objects": 0, "problems": [], "repaired": false])
      } else {
        Output.line("Nothing was run here yet: there is nothing to check in \(layout.root).")
      }
      return 0
    }
    let report = try Checker(layout).check(repair: arguments.has("--repair"))
    if arguments.isJSON {
      Output.json([
        "healed": JSONValue(report.healed), "objects": JSONValue(report.objects),
        "problems": JSONValue(report.problems), "repaired": .bool(report.isRepaired),
      ])
    } else {
      for line in report.problems.prefix(100) { Output.line(line) }
      if report.problems.count > 100 { Output.line("… and \(report.problems.count - 100) more") }
      for line in report.healed.prefix(100) { Output.line(line) }
      Output.line("Checked \(Units.counted(report.objects, "object")): \(state(report)).")
    }
    return report.problems.isEmpty || report.isRepaired ? 0 : 1
  }

  private static func state(_ report: CheckReport) -> String {
    let count = report.problems.count
    if count == 0 { return "all is well" }
    let problems = "\(Units.show(count)) \(count == 1 ? "problem" : "problems")"
    return report.isRepaired
      ? "\(problems), healed or forgotten: `sluice run` makes again what is missing (of a variant: `sluice run --as NAME`)"
      : "\(problems); `sluice fsck --repair` heals or forgets what is damaged"
  }
}
