import Foundations
import Manifest
import Views

/// What `sluice golden` prints.
enum GoldenReport {
  static func text(_ verdicts: [GoldenVerdict], limit: Int) -> String {
    let style = Style(descriptor: 1)
    var lines: [String] = []
    for verdict in verdicts {
      let said = GoldenLines(verdict, limit: limit)
      let mark = verdict.isMatch ? style.green("✓") : style.red("✗")
      lines.append("\(mark) \(verdict.stage) (\(verdict.comparator.rawValue)): \(said.summary)")
      if !verdict.isMatch { lines += said.lines.map { "    " + words($0, style) } }
      if case .compared(let difference) = verdict.outcome {
        lines += difference.notes.map { style.dim("    \($0)") }
      }
    }
    let wrong = verdicts.filter { !$0.isMatch }.map(\.stage)
    if wrong.isEmpty {
      lines.append(
        verdicts.count == 1
          ? "The stage is as the golden set says." : "All \(verdicts.count) stages are as the golden set says.")
    } else {
      lines.append(
        "\(wrong.count) of \(verdicts.count) \(verdicts.count == 1 ? "stage" : "stages") \(wrong.count == 1 ? "is" : "are") not as the golden set says. If that is how it should be: sluice golden accept \(wrong.joined(separator: " "))"
      )
    }
    return lines.joined(separator: "\n")
  }

  static func text(_ accepted: [GoldenAcceptance], limit: Int) -> String {
    let style = Style(descriptor: 1)
    var lines: [String] = []
    for one in accepted {
      let size = "\(Units.show(one.entries)) \(one.entries == 1 ? "entry" : "entries"), \(Units.show(bytes: one.bytes))"
      let start = "\(style.green("✓")) \(one.stage) (\(one.comparator.rawValue)):"
      guard let difference = one.difference else {
        lines.append("\(start) new, \(size)")
        continue
      }
      let said = GoldenLines(difference, limit: limit)
      let isSame = difference.isMatch && difference.entries.isEmpty
      lines.append(
        "\(start) \(isSame ? (one.isWritten ? "the same, written anew" : "unchanged") : said.summary), \(size)")
      if !isSame { lines += said.lines.map { "    " + words($0, style) } }
    }
    let written = accepted.filter(\.isWritten)
    lines.append(
      written.isEmpty
        ? "Nothing had to be written."
        : "Wrote \(written.map { ShownPath.text($0.file) }.joined(separator: ", ")). Put \(written.count == 1 ? "it" : "them") under version control."
    )
    return lines.joined(separator: "\n")
  }

  /// In colours, or as `git diff --word-diff` marks words.
  private static func words(_ changes: WordChanges, _ style: Style) -> String {
    guard style.isColoured else { return changes.plain }
    return changes.pieces.map { piece in
      switch piece {
      case .same(let text): text
      case .old(let text): style.red(text)
      case .new(let text): style.green(text)
      }
    }.joined(separator: " ")
  }

  static func json(_ verdicts: [GoldenVerdict], of pipeline: String) -> JSONValue {
    [
      "pipeline": .string(pipeline), "match": .bool(verdicts.allSatisfy(\.isMatch)),
      "stages": .array(
        verdicts.map { verdict in
          let common: JSONObject = [
            "stage": .string(verdict.stage), "comparator": .string(verdict.comparator.rawValue),
            "file": .string(ShownPath.text(verdict.file)), "match": .bool(verdict.isMatch),
          ]
          switch verdict.outcome {
          case .compared(let difference): return .object(common.merging(json(difference)))
          case .impossible(let what, let advice):
            return .object(common.merging(["faults": [.string(what)], "advice": .string(advice)]))
          }
        }),
    ]
  }

  static func json(_ accepted: [GoldenAcceptance], of pipeline: String) -> JSONValue {
    [
      "pipeline": .string(pipeline),
      "stages": .array(
        accepted.map { one in
          let common: JSONObject = [
            "stage": .string(one.stage), "comparator": .string(one.comparator.rawValue),
            "file": .string(ShownPath.text(one.file)), "entries": JSONValue(one.entries), "bytes": JSONValue(one.bytes),
            "written": .bool(one.isWritten), "new": .bool(one.difference == nil),
          ]
          return .object(one.difference.map { common.merging(json($0)) } ?? common)
        }),
    ]
  }

  private static func json(_ difference: GoldenDifference) -> JSONObject {
    [
      "golden": JSONValue(difference.golden), "now": JSONValue(difference.now),
      "added": JSONValue(difference.count(.added)), "removed": JSONValue(difference.count(.removed)),
      "changed": JSONValue(difference.count(.changed)), "faults": JSONValue(difference.faults),
      "notes": JSONValue(difference.notes),
      "measures": .array(
        difference.measures.map { measure in
          [
            "name": .string(measure.name), "golden": measure.golden.map { .double($0) } ?? .null,
            "now": .double(measure.now), "bar": .string(measure.bar), "holds": .bool(measure.holds),
          ]
        }),
      "items": .array(
        difference.entries.map { entry in
          [
            "id": .string(entry.id), "change": .string(entry.change.rawValue),
            "line": entry.line.map { JSONValue($0) } ?? .null, "details": JSONValue(entry.details.map(\.plain)),
          ]
        }),
    ]
  }
}
