/// How a stage's result is held against its golden file.
package enum GoldenRule: Sendable, Equatable {
  case text(Text)
  case records(Records)
  case vectors(Vectors)
  case clusters(Clusters)
  case retrieval(Retrieval)
  case insights(Insights)
  case digest(Files)

  package struct Text: Sendable, Equatable {
    /// Whether only the words count: Unicode's composed form, white space as single spaces.
    package var isNormalized = false
    /// Of how many items the text itself is held, for diffs that show words; of the others its digest. `nil`: of all.
    package var held: Int?
    package init() {}
  }

  package struct Records: Sendable, Equatable {
    /// How far two numbers may lie apart.
    package var absolute = 1e-9
    /// How far they may lie apart as a share of the larger one.
    package var relative = 1e-6
    /// Members that are not compared, by dotted paths.
    package var ignored: [String] = []
    package init() {}
  }

  package struct Vectors: Sendable, Equatable {
    /// The least cosine of each vector to its golden one.
    package var cosine = 0.999
    /// The least mean of the cosines.
    package var mean = 0.9995
    /// Of how many items the vector is held; `nil`: of all.
    package var held: Int?
    package init() {}
  }

  package struct Clusters: Sendable, Equatable {
    /// The least adjusted Rand index.
    package var agreement = 0.95
    package init() {}
  }

  package struct Retrieval: Sendable, Equatable {
    /// The file of questions, as seen from the project.
    package var questions = ""
    /// `hybrid`, `vector`, `text`; none: all that the index has.
    package var modes: [String] = []
    /// How many hits each question gets.
    package var limit = 10
    /// How far a figure may fall.
    package var drop = 0.02
    /// Of an index with several: which.
    package var collection: String?
    package init() {}
  }

  package struct Insights: Sendable, Equatable {
    /// How far the confidence of a statement may move.
    package var confidence = 0.05
    /// The share of the statements that may be others.
    package var change = 0.0
    package init() {}
  }

  package struct Files: Sendable, Equatable {
    /// The files beside the items that are compared; `nil`: all.
    package var files: [String]?
    package init() {}
  }

  /// The comparator with its defaults; `nil` where it needs to be told something.
  package init?(_ comparator: GoldenComparator) {
    switch comparator {
    case .text: self = .text(Text())
    case .records: self = .records(Records())
    case .vectors: self = .vectors(Vectors())
    case .clusters: self = .clusters(Clusters())
    case .retrieval: return nil
    case .insights: self = .insights(Insights())
    case .digest: self = .digest(Files())
    }
  }

  package var comparator: GoldenComparator {
    switch self {
    case .text: .text
    case .records: .records
    case .vectors: .vectors
    case .clusters: .clusters
    case .retrieval: .retrieval
    case .insights: .insights
    case .digest: .digest
    }
  }
}
