import Foundations
import SQLite

/// Compares the values of one field with a value of a filter, by what the field's values are.
struct FieldComparison {
  let field: String
  let kind: FieldKind
  private let postings: Postings

  init(_ field: String, _ postings: Postings) throws(SluiceError) {
    self.field = field
    self.postings = postings
    kind = try postings.kind(of: field)
  }

  /// The chunks whose value is this one; of days, all that lie within it.
  func equal(_ value: FieldValue) throws(SluiceError) -> NumberSet {
    let written = value.shown
    var found = try postings.numbers(field, .text(written))
    if let number = number(value) { found.formUnion(try postings.numbers(field, .number(number))) }
    if kind == .date, FieldKind.isBeginningOfDate(written) {
      found.formUnion(try byBeginning("=", written))
    }
    return found
  }

  func ordered(_ comparison: Filter.Comparison, _ value: FieldValue) throws(SluiceError) -> NumberSet {
    let sign = comparison.rawValue
    let written = value.shown
    switch kind {
    case .number:
      guard let wanted = Double(written) else { return NumberSet() }
      var found = try postings.union(field, where: "value \(sign) ? AND typeof(value) <> 'text'", [.real(wanted)])
      found.formUnion(
        try chosen { text in Double(text).map { Self.fits($0 < wanted ? -1 : $0 > wanted ? 1 : 0, comparison) } ?? false
        })
      return found
    case .date where FieldKind.isBeginningOfDate(written): return try byBeginning(sign, written)
    case .version:
      var found = try chosen { Self.fits(FieldKind.order(ofVersions: $0, written), comparison) }
      for (value, numbers) in try postings.numbered(field)
      where Self.fits(FieldKind.order(ofVersions: value.shown, written), comparison) { found.formUnion(numbers) }
      return found
    case .date, .text:
      // Of a field that has both, numbers are compared with numbers and texts with texts.
      if case .number(let number) = FieldValue.number(written) ?? value, try postings.hasNumbers(field) {
        return try postings.union(field, where: "value \(sign) ? AND typeof(value) <> 'text'", [.real(number)])
      }
      return try postings.union(
        field, where: "value \(sign) ? AND typeof(value) = 'text'", [FieldValue.text(written).stored])
    }
  }

  /// The number that a value of a filter is to this field; where its spelling tells values apart, only one that is spelt
  /// as it is kept.
  private func number(_ value: FieldValue) -> Double? {
    switch value {
    case .number(let number): number
    case .text(let text):
      if case .number(let number)? = FieldValue.number(text) {
        number
      } else if kind == .number, text.contains(where: { $0 == "." || $0 == "e" || $0 == "E" }) {
        Double(text)
      } else {
        // Digits alone that no float64 can tell from others are a name.
        nil
      }
    }
  }

  /// Compares days as far as the filter is written: `2024` is the whole year.
  private func byBeginning(_ sign: String, _ written: String) throws(SluiceError) -> NumberSet {
    try postings.union(
      field,
      where:
        "substr(CASE typeof(value) WHEN 'text' THEN value ELSE CAST(CAST(value AS INTEGER) AS TEXT) END, 1, ?) \(sign) ?",
      [.int(written.utf8.count), .text(written)])
  }

  private func chosen(_ fits: (String) -> Bool) throws(SluiceError) -> NumberSet {
    var found = NumberSet()
    for (text, numbers) in try postings.texts(field) where fits(text) { found.formUnion(numbers) }
    return found
  }

  private static func fits(_ order: Int, _ comparison: Filter.Comparison) -> Bool {
    switch comparison {
    case .equal: order == 0
    case .notEqual: order != 0
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    }
  }
}
