import Engine
import Foundations

/// What an audit found, for people and for scripts.
enum AuditText {
  /// A line for each stage; below those that differ, what differs and what may be behind it.
  static func lines(_ report: AuditReport) -> [String] {
    report.stages.flatMap { stage -> [String] in
      var line =
        "\(stage.name): \(Units.show(stage.sampled)) of \(Units.show(stage.hits)) remembered results made again, "
      line +=
        stage.differences.isEmpty ? "all the same" : "\(Units.show(stage.differences.count)) did not come out the same"
      if let reason = stage.leftOut {
        line = stage.sampled == 0 ? "\(stage.name): left out: \(reason)" : "\(line) (some left out: \(reason))"
      }
      return [line] + stage.differences.prefix(5).map { "  \($0.item): \($0.what)" } + why(stage)
    }
  }

  private static func why(_ stage: AuditReport.Stage) -> [String] {
    guard !stage.differences.isEmpty else { return [] }
    var lines: [String] = []
    if stage.differences.contains(where: { !$0.isRepeatable }) {
      lines.append("  It is another result each time: it depends on the time, on chance or on the order of threads.")
    }
    if stage.differences.contains(where: \.isRepeatable) {
      lines.append(
        "  It came out the same twice now: something that it reads has changed, and its key does not hold it.")
    }
    lines += stage.opened.prefix(10).map { opened in
      "  opened, and not in the key: \(opened.file)\(opened.isNewer ? " (written since)" : "")"
    }
    lines += stage.notes.map { "  not in the key: \($0)" }
    return lines
  }

  static func json(_ report: AuditReport) -> JSONValue {
    [
      // As a text: a JSON number has no room for all of them.
      "seed": .string("\(report.seed)"), "sound": .bool(report.isSound),
      "stages": .array(
        report.stages.map { stage in
          [
            "differences": .array(
              stage.differences.map {
                ["item": .string($0.item), "repeatable": .bool($0.isRepeatable), "what": .string($0.what)]
              }),
            "hits": JSONValue(stage.hits), "left_out": JSONValue(stage.leftOut), "name": .string(stage.name),
            "notes": JSONValue(stage.notes),
            "opened": .array(stage.opened.map { ["file": .string($0.file), "newer": .bool($0.isNewer)] }),
            "sampled": JSONValue(stage.sampled),
          ]
        }),
    ]
  }
}
