import Foundations

/// What the gates of a generation measured.
package struct GateReport: Sendable, Equatable, Codable {
  package var results: [GateResult]

  package init(_ results: [GateResult]) { self.results = results }

  /// Those that keep it from being published.
  package var broken: [GateResult] { results.filter { !$0.holds && $0.isAccepted != true } }
  /// Whether it may be published.
  package var holds: Bool { broken.isEmpty }

  /// The report with newer results in the places of older ones.
  package func updated(with newer: GateReport) -> GateReport {
    let kept = results.filter { old in
      !newer.results.contains { $0.stage == old.stage && $0.measure == old.measure }
    }
    return GateReport(kept + newer.results)
  }

  /// The report of somebody who publishes whatever the gates say.
  package var accepted: GateReport {
    GateReport(
      results.map { result in
        var result = result
        if !result.holds { result.isAccepted = true }
        return result
      })
  }

  package init(from decoder: any Decoder) throws { results = try [GateResult](from: decoder) }
  package func encode(to encoder: any Encoder) throws { try results.encode(to: encoder) }

  /// As the ledger and `--json` have it.
  package var json: JSONValue { JSONValue(encoding: self) }
}

/// What one gate measured, and what it allows.
package struct GateResult: Sendable, Equatable, Codable {
  /// So many of the worst items are named.
  package static let mostNames = 10

  package var stage: String
  /// `count`, `recall@5`, `run`.
  package var measure: String
  /// For people: `14.2%`; `nil` when it could not be measured.
  package var measured: String?
  /// For people: `<= 5%`.
  package var allowed: String
  package var holds: Bool
  /// The number behind `measured`.
  package var value: Double?
  /// Items that it is about, the worst first, with what is wrong with each.
  package var worst: [String]
  /// What else there is to say: why it could not be measured, what the program printed.
  package var note: String?
  /// Whether somebody published it though it does not hold (`sluice publish --anyway`).
  package var isAccepted: Bool?

  enum CodingKeys: String, CodingKey {
    case stage, measure, measured, allowed, holds, value, worst, note
    case isAccepted = "accepted"
  }

  package init(
    stage: String, measure: String, measured: String?, allowed: String, holds: Bool, value: Double? = nil,
    worst: [String] = [], note: String? = nil
  ) {
    self.stage = stage
    self.measure = measure
    self.measured = measured
    self.allowed = allowed
    self.holds = holds
    self.value = value
    self.worst = Array(worst.prefix(Self.mostNames))
    self.note = note
  }
}
