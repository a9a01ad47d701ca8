import Engine
import Formats
import Foundations
import Store

/// What `sluice forget` says.
enum ForgetText {
  private static func items(_ count: Int) -> String { "\(Units.show(count)) \(count == 1 ? "item" : "items")" }

  static func plan(_ report: ForgettingReport) -> String {
    var lines = ["Would leave:"] + leaving(report, names: true)
    if report.leaving.isEmpty { lines = ["Nothing of it is in any newest result."] }
    if !report.anew.isEmpty {
      lines.append("Would be made anew: " + report.anew.map { "\($0.stage) of \($0.line.key)" }.joined(separator: ", "))
    }
    lines += generations(report, "would no longer hold")
    return lines.joined(separator: "\n")
  }

  static func done(_ report: ForgettingReport) -> String {
    var lines = ["Forgotten:"] + leaving(report, names: false)
    if report.leaving.isEmpty { lines = ["No newest result held it."] }
    if !report.anew.isEmpty {
      lines.append("Made anew: " + report.anew.map { "\($0.stage) of \($0.line.key)" }.joined(separator: ", "))
    }
    lines += generations(report, "no longer holds")
    for problem in report.problems {
      lines.append("\(problem.line.key): \(problem.stage) \(TerminalText.message(problem.message))")
    }
    for lag in report.lagging { lines.append("\(lag.stage) outside: \(TerminalText.message(lag.message))") }
    if !report.states.isEmpty { lines.append("Left out of what is known of \(report.states.joined(separator: ", ")).") }
    for file in report.recordings.prefix(20) {
      lines.append("A recorded answer of yours names it, and is left to you: \(TerminalText.line(file))")
    }
    if let findings = report.findings { lines += search(findings) }
    return lines.joined(separator: "\n")
  }

  private static func leaving(_ report: ForgettingReport, names: Bool) -> [String] {
    report.leaving.flatMap { leaving -> [String] in
      var lines = ["  \(items(leaving.count)) of \(leaving.stage) in \(leaving.line.key)"]
      if names {
        lines += leaving.examples.map { "    \(TerminalText.line($0))" }
        let more = leaving.count - leaving.examples.count
        if more > 0 { lines.append("    … and \(Units.show(more)) more") }
      }
      return lines
    }
  }

  private static func generations(_ report: ForgettingReport, _ verb: String) -> [String] {
    if report.generations.isEmpty { return [] }
    var lines = report.generations.filter { !$0.gone.isEmpty }.map {
      "  generation \($0.number) of \($0.line.key) \(verb) \($0.gone.joined(separator: ", "))"
    }
    lines += report.generations.filter { !$0.anew.isEmpty }.map {
      "  generation \($0.number) of \($0.line.key), which readers have: made anew for it: \($0.anew.joined(separator: ", "))"
    }
    let count = report.generations.count
    return ["\(Units.show(count)) \(count == 1 ? "generation" : "generations") held some."] + lines
  }

  private static func search(_ findings: ForgettingFindings) -> [String] {
    var lines = [
      "\(Units.counted(findings.objects, "object")) and \(Units.counted(findings.rows, "entry")) of the ledger are gone."
    ]
    if !findings.sharedNames.isEmpty {
      lines.append(
        "Other items have in their names or texts, and keep: "
          + findings.sharedNames.prefix(5).map { TerminalText.line($0) }.joined(separator: ", "))
    }
    if findings.sharedPieces > 0 {
      lines.append(
        "\(Units.show(findings.sharedPieces)) pieces of its texts stand in other documents as well, and stay.")
    }
    let searched =
      "\(Units.counted(findings.files, "file")) (\(Units.show(bytes: findings.bytes))) and all objects were searched"
    if findings.isClean { return lines + ["\(searched): nothing is left."] }
    lines.append("\(searched). Something is left in \(Units.show(findings.findings.count)) places:")
    for finding in findings.findings.prefix(20) {
      lines.append("  \(TerminalText.line(finding.place)): '\(TerminalText.line(finding.example))'")
    }
    lines.append("When that is mended, run `sluice forget` again: what is looked for is kept until nothing is left.")
    return lines
  }

  static func json(_ report: ForgettingReport) -> JSONValue {
    .object(
      JSONObject(present: [
        (
          "leaving",
          .array(
            report.leaving.map {
              [
                "line": .string($0.line.key), "stage": .string($0.stage), "count": JSONValue($0.count),
                "items": JSONValue($0.examples),
              ]
            })
        ),
        ("anew", .array(report.anew.map { ["line": .string($0.line.key), "stage": .string($0.stage)] })),
        (
          "generations",
          .array(
            report.generations.map {
              [
                "line": .string($0.line.key), "generation": JSONValue($0.number), "state": .string($0.state.rawValue),
                "gone": JSONValue($0.gone), "anew": JSONValue($0.anew),
              ]
            })
        ),
        (
          "problems",
          .array(
            report.problems.map {
              ["line": .string($0.line.key), "stage": .string($0.stage), "message": .string($0.message)]
            })
        ),
        ("states", JSONValue(report.states)), ("recordings", JSONValue(report.recordings)),
        ("lagging", JSONValue(report.lagging.map(\.stage))),
        (
          "search",
          report.findings.map { findings in
            [
              "clean": .bool(findings.isClean), "files": JSONValue(findings.files), "bytes": JSONValue(findings.bytes),
              "objects_removed": JSONValue(findings.objects), "rows_removed": JSONValue(findings.rows),
              "shared_names": JSONValue(findings.sharedNames), "shared_pieces": JSONValue(findings.sharedPieces),
              "found": .array(
                findings.findings.map {
                  ["place": .string($0.place), "example": .string($0.example), "count": JSONValue($0.count)]
                }),
            ]
          }
        ),
      ]))
  }
}
