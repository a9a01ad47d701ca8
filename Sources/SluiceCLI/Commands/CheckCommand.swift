import Foundations
import Store

/// `sluice fsck`
enum CheckCommand {
  static let spec = CommandSpec(
    "fsck", "Read everything that is stored and check it against its digest.", usage: "",
    discussion:
      "With --repair it forgets what cannot be read, so that the next run makes it again. Exit code 1 when something is damaged.",
    options: [OptionSpec("--repair", "Forget what is damaged."), .artifacts, .json]
  ) { arguments in
    let layout = ArtifactLayout(project: Path.workingDirectory)
    let report = try Checker(layout).check(repair: arguments.has("--repair"))
    if arguments.isJSON {
      Output.json([
        "objects": JSONValue(report.objects), "problems": JSONValue(report.problems),
        "repaired": .bool(report.isRepaired),
      ])
    } else {
      for problem in report.problems.prefix(100) { Output.line(problem) }
      if report.problems.count > 100 { Output.line("… and \(report.problems.count - 100) more") }
      let state =
        report.problems.isEmpty
        ? "all is well"
        : "\(report.problems.count) problems\(report.isRepaired ? ", forgotten: run again" : "; `sluice fsck --repair` forgets what is damaged")"
      Output.line("Checked \(Units.show(report.objects)) objects: \(state).")
    }
    return report.problems.isEmpty || report.isRepaired ? 0 : 1
  }
}
