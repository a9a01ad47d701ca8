import Evidence
import Foundations

/// What is to be said of a comparison, a line at a time.
package struct GoldenLines: Sendable {
  /// In half a line: `2 changed, 1 added of 40`.
  package let summary: String
  /// What is other, with `~`, `+` or `-` before it; the first `limit` entries.
  package let lines: [WordChanges]

  package var plain: [String] { lines.map(\.plain) }

  /// Statements are called by what they say.
  private static let longestID = 160
  /// How many details of one entry are shown.
  private static let mostDetails = 4

  package init(_ verdict: GoldenVerdict, limit: Int) {
    switch verdict.outcome {
    case .impossible(let what, let advice):
      self.init(summary: what, lines: [WordChanges(advice)])
    case .compared(let difference): self.init(difference, limit: limit)
    }
  }

  private init(summary: String, lines: [WordChanges]) {
    self.summary = summary
    self.lines = lines
  }

  /// - Parameter limit: how many entries are shown; 0 for all.
  package init(_ difference: GoldenDifference, limit: Int) {
    var said: [String] = []
    let failing = difference.measures.filter { !$0.holds }
    if difference.isMatch {
      said = ["\(difference.named(difference.now)) as held"]
    } else if difference.entriesDecide || failing.isEmpty {
      for (change, word) in [(GoldenDifference.Change.changed, "changed"), (.added, "added"), (.removed, "removed")] {
        let count = difference.count(change)
        if count > 0 { said.append("\(Units.show(count)) \(word)") }
      }
      if !said.isEmpty { said[said.count - 1] += " of \(difference.named(difference.golden))" }
    }
    // What holds is worth a word where it is one figure, not where there are twenty.
    let measures = difference.isMatch && difference.measures.count <= 2 ? difference.measures : failing
    said += measures.prefix(3).map(Self.text)
    if measures.count > 3 { said.append("and \(measures.count - 3) more figures") }
    said += difference.faults
    summary = said.joined(separator: ", ")
    // What changed shows how; what came and went is a name.
    let ordered = [GoldenDifference.Change.changed, .removed, .added].flatMap { change in
      difference.entries.filter { $0.change == change }
    }
    let shown = limit > 0 ? Array(ordered.prefix(limit)) : ordered
    var lines: [WordChanges] = measures.dropFirst(3).map { WordChanges(Self.text($0)) }
    for entry in shown { lines += Self.lines(entry) }
    if shown.count < difference.entries.count {
      lines.append(WordChanges("… and \(Units.show(difference.entries.count - shown.count)) more"))
    }
    self.lines = lines
  }

  private static func text(_ measure: GoldenDifference.Measure) -> String {
    func shown(_ value: Double) -> String { Units.decimal(value, 4) }
    let values = measure.golden.map { "\(shown($0)) → \(shown(measure.now))" } ?? shown(measure.now)
    return "\(measure.name) \(values) (\(measure.bar))"
  }

  private static func lines(_ entry: GoldenDifference.Entry) -> [WordChanges] {
    let mark =
      switch entry.change {
      case .added: "+"
      case .removed: "-"
      case .changed: "~"
      }
    let name = "\(mark) \(ChunkText.snippet(entry.id, limit: longestID))"
    guard let first = entry.details.first else { return [WordChanges(name)] }
    if entry.details.count == 1 { return [first.preceded(by: name)] }
    var lines = [WordChanges(name)]
    lines += entry.details.prefix(mostDetails).map { $0.preceded(by: "   ") }
    if entry.details.count > mostDetails {
      lines.append(WordChanges("    … and \(entry.details.count - mostDetails) more"))
    }
    return lines
  }
}
