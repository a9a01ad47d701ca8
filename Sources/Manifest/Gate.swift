import Foundations

/// What must hold of a stage's result before it is published.
package struct Gate: Sendable {
  /// The stage as the file names it: one stage, or a family.
  package var stage: String
  /// Where it stands.
  package var position: SourcePosition
  /// What is measured, and what it is held against, in the order of the file.
  package var bars: [Bar]
  /// What is said besides: `queries`, by name.
  package var settings: [String: String]
  /// A command that has to end with 0; `nil`: there is none.
  package var command: String?

  /// One measure and the values that it may have.
  package struct Bar: Sendable, Equatable {
    /// `count`, `recall@5`.
    package var measure: String
    package var limit: Limit
    package var position: SourcePosition

    package init(measure: String, limit: Limit, position: SourcePosition) {
      self.measure = measure
      self.limit = limit
      self.position = position
    }
  }

  /// `<= 5%`
  package struct Limit: Sendable, Equatable {
    package enum Relation: String, Sendable, CaseIterable {
      // The longer ones first, as they are looked for.
      case atMost = "<="
      case atLeast = ">="
      case equal = "=="
      case below = "<"
      case above = ">"
    }

    /// How a value is written.
    package enum Unit: Sendable {
      case number, share, seconds
    }

    package var relation: Relation
    /// A share from 0 to 1; a duration in seconds.
    package var value: Double
    package var unit: Unit

    package init(_ relation: Relation, _ value: Double, _ unit: Unit) {
      self.relation = relation
      self.value = value
      self.unit = unit
    }

    /// Reads `<= 5%`, `>= 100`, `3d` (at most so old).
    package init?(_ text: String) {
      var rest = Substring(text.filter { $0 != " " })
      let found = Relation.allCases.first { rest.hasPrefix($0.rawValue) }
      if let found { rest = rest.dropFirst(found.rawValue.count) }
      let written = String(rest)
      if written.hasSuffix("%"), let number = Double(written.dropLast()), number.isFinite, let found {
        self.init(found, number / 100, .share)
      } else if let number = Double(written), number.isFinite, let found {
        self.init(found, number, .number)
      } else if let seconds = Units.seconds(written) {
        self.init(found ?? .atMost, seconds, .seconds)
      } else {
        return nil
      }
    }

    /// Whether a measured value may be.
    package func holds(_ measured: Double) -> Bool {
      switch relation {
      // What is computed from counts is a little off the value that a person writes.
      case .atMost: measured <= value + Self.slack
      case .atLeast: measured >= value - Self.slack
      case .equal: abs(measured - value) <= Self.slack
      case .below: measured < value - Self.slack
      case .above: measured > value + Self.slack
      }
    }

    private static let slack = 1e-9

    /// A value in the unit of the limit.
    package func shown(_ measured: Double) -> String {
      switch unit {
      case .share: "\(Self.trimmed(measured * 100, 2))%"
      case .number: Self.trimmed(measured, 4)
      case .seconds: measured < 1 ? "\(Self.trimmed(measured, 2)) s" : Units.show(seconds: measured)
      }
    }

    private static func trimmed(_ value: Double, _ places: Int) -> String {
      guard value.rounded() != value || abs(value) > 1e15 else { return "\(Int(clamping: value))" }
      var text = Units.decimal(value, places)
      while text.hasSuffix("0") { text.removeLast() }
      return text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    /// `<= 5%`
    package var text: String { "\(relation.rawValue) \(shown(value))" }
  }
}
