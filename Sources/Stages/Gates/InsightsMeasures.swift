import Foundations
import StageKit

/// What can be measured of insights and analyses: how many statements they make, and how many did not stand.
struct InsightsMeasures: GateMeasures {
  private enum Name: String, CaseIterable {
    /// Statements with evidence.
    case statements
    /// The share of a model's statements that were dropped, since their evidence did not hold.
    case dropped
  }

  var names: [String] { Name.allCases.map(\.rawValue) }

  func unit(of name: String) -> MeasureUnit { name == Name.statements.rawValue ? .count : .share }

  func measure(_ name: String, of subject: GateSubject) throws -> Measurement? {
    guard let name = Name(rawValue: name) else { preconditionFailure("a measure was asked for that is not known") }
    var statements = 0
    var dropped = 0
    var worst: [(id: String, dropped: Int)] = []
    try subject.candidate.forEach { item in
      let object = try item.record.object()
      statements += Self.statements(in: .object(object))
      let lost = object["provenance"]?["dropped"]?.int ?? 0
      dropped += lost
      if lost > 0 { worst.append((item.id, lost)) }
    }
    switch name {
    case .statements: return Measurement(Double(statements))
    case .dropped:
      return .share(
        dropped, of: statements + dropped,
        worst: worst.sorted { ($1.dropped, $0.id) < ($0.dropped, $1.id) }.map { "\($0.id): \($0.dropped) dropped" })
    }
  }

  /// Whatever has evidence is a statement, in whichever field.
  private static func statements(in value: JSONValue) -> Int {
    if let object = value.object {
      let isOne = object["evidence_ids"] != nil && object["quotes"] != nil
      return (isOne ? 1 : 0) + object.members.reduce(0) { $0 + statements(in: $1.value) }
    }
    return value.array?.reduce(0) { $0 + statements(in: $1) } ?? 0
  }
}
