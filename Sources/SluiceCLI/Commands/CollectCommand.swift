import Foundations
import Store

/// `sluice gc`
enum CollectCommand {
  static let spec = CommandSpec(
    "gc", "Sweep what no result and no recent run needs, and say how much.", usage: "",
    discussion:
      "Every current result of every pipeline stays, and so does what the last runs remembered. Nothing runs meanwhile.",
    options: [
      OptionSpec("--keep-runs", value: "N", "Keep what the last N runs remembered (10)."),
      OptionSpec("--dry-run", "Only say what would be swept."), .artifacts, .json,
    ]
  ) { arguments in
    let layout = ArtifactLayout(project: Path.workingDirectory)
    let keep = try arguments.int("--keep-runs", minimum: 0) ?? 10
    let report = try Sweeper(layout).sweep(keepingRuns: keep, isDryRun: arguments.has("--dry-run"))
    if arguments.isJSON {
      Output.json([
        "objects": JSONValue(report.objects), "bytes": JSONValue(report.bytes),
        "memo_entries": JSONValue(report.memoEntries),
        "exports": JSONValue(report.exports), "kept_objects": JSONValue(report.keptObjects),
      ])
    } else {
      let verb = arguments.has("--dry-run") ? "Would sweep" : "Swept"
      Output.line(
        "\(verb) \(Units.show(report.objects)) objects, \(Units.show(report.memoEntries)) memo entries and \(Units.show(report.exports)) exports: \(Units.show(bytes: report.bytes)). \(Units.show(report.keptObjects)) objects are in use."
      )
    }
    return 0
  }
}
