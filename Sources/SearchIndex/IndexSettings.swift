import Foundations

/// How an index is built.
package struct IndexSettings: Sendable, Hashable {
  /// How vectors are searched.
  package enum VectorSearch: String, Sendable, CaseIterable {
    /// All of them up to `hnswAbove`, by a graph above.
    case auto
    case exact
    case hnsw
  }

  package var vectorSearch = VectorSearch.auto
  package var hnswAbove = 200_000
  /// int8 codes beside the vectors, to read a quarter as much; results are re-ranked in float32.
  package var isCoded = true
  /// Links of a node of the graph; twice as many on the ground level.
  package var links = 16
  package var efConstruction = 200
  /// The share of the true ten nearest that a search has to find, over sampled questions.
  package var minRecall = 0.95
  /// Fields that the certificate is also measured for, each alone.
  package var filterFields: [String] = []
  /// Fields that every search must name a value of.
  package var requiredFields: [String] = []

  package init() {}

  func usesGraph(_ vectors: Int) -> Bool {
    switch vectorSearch {
    case .auto: vectors > hnswAbove
    case .exact: false
    case .hnsw: vectors > 0
    }
  }
}
