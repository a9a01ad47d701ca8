import Foundations

/// A number that both sides have, or one of them.
package struct DiffMetric: Sendable, Encodable {
  /// `items`, `seconds`, `tokens`, `cost_usd`, `recall@5`, `topics born`.
  package let name: String
  package let before: Double?
  package let after: Double?

  package init(_ name: String, _ before: Double?, _ after: Double?) {
    self.name = name
    self.before = before
    self.after = after
  }

  /// Whether there is anything to say: a number that is, and is not the same on both sides.
  package var isNews: Bool { before != after }

  /// `412 → 398 (−14)`
  package var text: String {
    func shown(_ value: Double?) -> String {
      guard let value else { return "–" }
      return value == value.rounded() && abs(value) < 1e15 ? Units.show(Int(clamping: value)) : Units.decimal(value, 3)
    }
    guard let before, let after, before != after else { return "\(shown(before)) → \(shown(after))" }
    return "\(shown(before)) → \(shown(after)) (\(after > before ? "+" : "−")\(shown(abs(after - before))))"
  }
}
