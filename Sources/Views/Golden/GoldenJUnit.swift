import Formats
import Foundations
import Manifest

/// Verdicts as JUnit XML, as CI servers read it: a test case for each stage.
package enum GoldenJUnit {
  package static func text(_ verdicts: [GoldenVerdict], of pipeline: String) -> String {
    let failures = verdicts.count { verdict in
      if case .compared(let difference) = verdict.outcome { !difference.isMatch } else { false }
    }
    let errors = verdicts.count { if case .impossible = $0.outcome { true } else { false } }
    let seconds = verdicts.reduce(0) { $0 + $1.seconds }
    let name = Markup.escaped(pipeline)
    let counts = "tests=\"\(verdicts.count)\" failures=\"\(failures)\" errors=\"\(errors)\" time=\"\(time(seconds))\""
    var text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <testsuites \(counts)>
        <testsuite name="golden \(name)" \(counts)>

      """
    for verdict in verdicts {
      text +=
        "    <testcase classname=\"golden.\(name)\" name=\"\(Markup.escaped(verdict.stage)) (\(verdict.comparator.rawValue))\" file=\"\(Markup.escaped(ShownPath.text(verdict.file)))\" time=\"\(time(verdict.seconds))\""
      let lines = GoldenLines(verdict, limit: 50)
      switch verdict.outcome {
      case .compared(let difference) where difference.isMatch: text += "/>\n"
      case .compared: text += element("failure", "mismatch", lines)
      case .impossible: text += element("error", "missing", lines)
      }
    }
    return text + "  </testsuite>\n</testsuites>\n"
  }

  private static func element(_ name: String, _ type: String, _ lines: GoldenLines) -> String {
    """
    >
          <\(name) type="\(type)" message="\(Markup.escaped(lines.summary))">\(Markup.escaped(lines.plain.joined(separator: "\n")))</\(name)>
        </testcase>

    """
  }

  private static func time(_ seconds: Double) -> String { Units.decimal(seconds, 3) }
}
