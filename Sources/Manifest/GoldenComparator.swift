/// The ways in which a result is held against its golden file, by their names in `golden.yaml`.
package enum GoldenComparator: String, Sendable, CaseIterable {
  /// What items say, word for word or in normal form.
  case text
  /// The members of records, numbers within a tolerance.
  case records
  /// Vectors by their cosines.
  case vectors
  /// Which chunks stand together, whatever the groups are called.
  case clusters
  /// How well an index answers questions.
  case retrieval
  /// Statements with what they quote.
  case insights
  /// Everything else, byte by byte.
  case digest

  /// What fits items of a type when nobody says.
  package init(fitting type: String) {
    self =
      switch type {
      case "chunk", "parsed_document": .text
      case "vector": .vectors
      case "cluster": .clusters
      case "index": .retrieval
      case "insight", "analysis": .insights
      case "file", "any": .digest
      default: .records
      }
  }

  /// Whether items of a type have what it looks at. Programs of one's own make types that nobody knows: they have what
  /// they have.
  func fits(_ type: String) -> Bool {
    switch self {
    case .text: !["vector", "cluster", "index", "insight", "analysis"].contains(type)
    case .records, .digest: true
    case .vectors: type == "vector"
    case .clusters: type == "cluster"
    case .retrieval: type == "index"
    case .insights: type == "insight" || type == "analysis"
    }
  }
}
