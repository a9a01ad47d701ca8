import Evidence

/// The fields of an insight that hold statements.
enum InsightField: String, CaseIterable, Sendable {
  /// What people who write such things need; one statement at most.
  case coreNeed = "core_need"
  case painPoints = "pain_points"
  case opportunities
  /// What could be built of it within a week.
  case mvp = "mvp_1week"
  case findings
  case recommendations

  /// As a heading.
  var title: String {
    switch self {
    case .coreNeed: "Core need"
    case .painPoints: "Pain points"
    case .opportunities: "Opportunities"
    case .mvp: "What one week could build"
    case .findings: "Findings"
    case .recommendations: "Recommendations"
    }
  }

  var field: StatementField {
    StatementField(name: rawValue, kind: StatementKind(field: rawValue), isSingle: self == .coreNeed)
  }
}
