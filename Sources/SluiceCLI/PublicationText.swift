import Engine
import Formats
import Foundations
import Planning
import Store

/// What a run did to what readers see, for people.
struct PublicationText {
  let publication: Publication
  let style: Style
  /// ` -p handbook`, where it is needed.
  let which: String

  /// Empty when the newest results are published.
  var lines: [String] { verdict + behind + lagging }

  private var lagging: [String] {
    publication.lagging.flatMap { lag in
      ["", style.red("What \(lag.stage) is kept in outside is not what is published; the next run tries again:")]
        + lag.message.split(separator: "\n").map { "  \(TerminalText.message(String($0)))" }
    }
  }

  /// Says what does not follow, and returns the code to end with.
  static func warn(of lagging: [StageLag]) -> Int32 {
    for lag in lagging { Output.error("\(lag.stage): \(lag.message)\n  The next run tries again.") }
    return lagging.isEmpty ? 0 : ExitCode.stageFailed.rawValue
  }

  private var stands: String {
    publication.current.map { "Readers still see generation \($0)." } ?? "Nothing is published yet."
  }

  private var verdict: [String] {
    let number = publication.generation.map { "generation \($0)" } ?? "this set"
    switch publication.verdict {
    case .unchanged, .published: return []
    case .held:
      return [
        "",
        style.yellow(
          "Not published: publications are held. What this run made is \(number), a candidate. \(stands)\n  `\(Self.program) publish\(which)` publishes it and ends the hold."
        ),
      ]
    case .withdrawn:
      return [
        "",
        style.yellow(
          "Not published: this is \(number), which somebody went back from. \(stands)\n  `\(Self.program) publish\(which) \(publication.generation ?? 0)` brings it back."
        ),
      ]
    case .refused:
      let report = publication.gates.map { Self.lines($0, style) } ?? []
      return [
        "",
        style.red(
          isNew
            ? "Not published: \(number) is a candidate, since a gate does not hold. \(stands)"
            : "A gate does not hold, and there is nothing new to publish. \(stands)"),
      ] + report
        + (isNew
          ? waysOn
          : [
            "", "What was there before is kept. Mend what is wrong and run again; or, if it is meant to be so:",
            "  \(Self.program) publish\(which) --anyway",
          ])
    }
  }

  private var isNew: Bool { publication.generation != publication.current }
  private var waysOn: [String] {
    [
      "", "Two ways on: mend what is wrong and run again; or, if it is meant to be so:",
      "  \(Self.program) publish\(which) --anyway",
    ]
  }

  /// The gates that do not hold: what was measured, what is allowed, the worst items.
  static func lines(_ report: GateReport, _ style: Style) -> [String] {
    report.broken.flatMap { result -> [String] in
      let measured = result.measured ?? "not measured"
      var lines = [
        "  \(style.bold("\(result.stage) \(result.measure)")): \(measured), allowed is \(result.allowed)"
          + (result.note.map { "\n    \(TerminalText.message($0))" } ?? "")
      ]
      lines += result.worst.map { "    \(style.dim(TerminalText.line($0)))" }
      return lines
    }
  }

  private var behind: [String] {
    if publication.behind.isEmpty { return [] }
    let shown = publication.behind.prefix(12).map { stage in
      let published = stage.published.map { "is published as of run \($0)" } ?? "is not published yet"
      let newest = stage.newest.flatMap { $0 == stage.published ? nil : "; its newest result is of run \($0)" } ?? ""
      return "  \(stage.stage) \(published)\(newest)"
    }
    let more = publication.behind.count > 12 ? ["  … and \(publication.behind.count - 12) more"] : []
    return [
      "",
      style.yellow(
        "Not published yet, since stages that they hang together with have no result that fits: `\(Self.program) run\(which)` makes it."
      ),
    ] + shown + more
  }

  /// The program as it was called, so that what is printed can be typed.
  static var program: String { CommandLine.arguments.first ?? "sluice" }
}
