import Foundations

/// Which chunks a search may find.
package indirect enum Filter: Sendable, Hashable {
  case compare(field: String, Comparison, FieldValue)
  /// Any of the values.
  case among(field: String, [FieldValue])
  case and([Filter])
  case or([Filter])
  case not(Filter)

  package enum Comparison: String, Sendable, CaseIterable {
    case equal = "="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  /// Whether every chunk that passes has one of some named values in `field`: what a mandatory field asks for.
  package func pins(_ field: String) -> Bool {
    switch self {
    case .compare(let own, .equal, _): own == field
    case .among(let own, let values): own == field && !values.isEmpty
    case .and(let parts): parts.contains { $0.pins(field) }
    case .or(let parts): !parts.isEmpty && parts.allSatisfy { $0.pins(field) }
    case .compare, .not: false
    }
  }

  /// The fields that it names, each once, in order.
  package var fields: [String] {
    switch self {
    case .compare(let field, _, _), .among(let field, _): return [field]
    case .and(let parts), .or(let parts):
      var all: [String] = []
      for field in parts.flatMap(\.fields) where !all.contains(field) { all.append(field) }
      return all
    case .not(let part): return part.fields
    }
  }

  /// The numbers of the chunks that pass.
  func numbers(_ postings: Postings) throws(SluiceError) -> NumberSet {
    switch self {
    case .compare(let field, let comparison, let value):
      return try Self.compare(field, comparison, value, postings)
    case .among(let field, let values):
      var union = NumberSet()
      let comparison = try FieldComparison(field, postings)
      for value in values { union.formUnion(try comparison.equal(value)) }
      return union
    case .and(let parts):
      var all: NumberSet?
      for part in parts {
        let own = try part.numbers(postings)
        all = all?.intersection(own) ?? own
      }
      if let all { return all }
      return try postings.all()
    case .or(let parts):
      var union = NumberSet()
      for part in parts { union.formUnion(try part.numbers(postings)) }
      return union
    case .not(let part): return try postings.all().subtracting(try part.numbers(postings))
    }
  }

  private static func compare(
    _ field: String, _ comparison: Comparison, _ value: FieldValue, _ postings: Postings
  ) throws(SluiceError) -> NumberSet {
    let values = try FieldComparison(field, postings)
    switch comparison {
    case .equal: return try values.equal(value)
    // Those without the field, too: they are not that value.
    case .notEqual: return try postings.all().subtracting(try values.equal(value))
    case .less, .lessOrEqual, .greater, .greaterOrEqual: return try values.ordered(comparison, value)
    }
  }
}

extension Filter: CustomStringConvertible {
  /// As it can be written again.
  package var description: String {
    switch self {
    case .compare(let field, let comparison, let value): "\(field)\(comparison.rawValue)\(Self.quoted(value))"
    case .among(let field, let values): "\(field) in (\(values.map(Self.quoted).joined(separator: ", ")))"
    case .and(let parts): parts.map { $0.isOr ? "(\($0))" : "\($0)" }.joined(separator: " and ")
    case .or(let parts): parts.map { "\($0)" }.joined(separator: " or ")
    case .not(let part): "not (\(part))"
    }
  }

  private var isOr: Bool { if case .or = self { true } else { false } }

  private static func quoted(_ value: FieldValue) -> String {
    switch value {
    case .number: value.shown
    case .text(let text):
      "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
  }
}
