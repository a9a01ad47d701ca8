import Evidence

/// The fields of an analysis that hold statements.
enum AnalysisField: String, CaseIterable, Sendable {
  case summary, findings, strengths, risks, recommendations

  /// What is said of a dimension.
  static let ofDimension: [AnalysisField] = [.findings, .strengths, .risks, .recommendations]
  /// What is said of all together.
  static let ofSynthesis: [AnalysisField] = [.summary, .strengths, .risks, .recommendations]

  var title: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
  var field: StatementField { StatementField(name: rawValue, kind: StatementKind(field: rawValue)) }
}
