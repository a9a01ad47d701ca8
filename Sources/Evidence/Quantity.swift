/// A number as a text says it, with what it measures: `15`, `fifteen`, `−5 °C`, `40 GB`, `2½ hours`, `12 %`.
package struct Quantity: Hashable {
  /// Its digits in ASCII, without what parts thousands: `3.10` stays another number than `3.1`, and `1.2.3` one.
  let digits: String
  let value: Double
  let isPower: Bool
  let dimension: MeasureUnit.Dimension?
  /// In the base of its dimension.
  let measure: Double?
  /// As it stands there, for people.
  package let text: String

  /// Whether a text that says `other` bears this out.
  func follows(from other: Quantity) -> Bool {
    guard isPower == other.isPower else { return false }
    if let dimension, let measure {
      guard other.dimension == dimension, let known = other.measure else { return false }
      return Self.areEqual(measure, known)
    }
    // Versions: what measures nothing has to be the same to the digit, but for zeros in front.
    return digits == other.digits || Self.areEqual(value, other.value) && !(isVersion && other.isVersion)
  }

  /// Whether both have the same number, whatever is measured: a table says its units in its head.
  package func stands(beside other: Quantity) -> Bool {
    isPower == other.isPower && (digits == other.digits || Self.areEqual(value, other.value))
  }

  private var isVersion: Bool { digits.contains(".") }

  private static func areEqual(_ one: Double, _ other: Double) -> Bool {
    abs(one - other) <= 1e-9 * max(abs(one), abs(other))
  }
}
