/// The names of the files that stages publish, for those who write them and for those who look for them.
///
/// The endings of an index's files are `IndexFiles` of SearchIndex; what stands before them is `index` or a collection.
package enum PublishedFile {
  /// The records of a stage that has no other form for people.
  package static let items = "items.jsonl"
  package static let chunks = "chunks.jsonl"

  /// NumPy's format, a row for each chunk.
  package static let vectors = "vectors.npy"
  /// The chunks of the rows.
  package static let vectorIDs = "ids.json"
  /// The model and all else that shaped the vectors.
  package static let vectorSpace = "space.json"

  /// The stem of an index's files, where it is not divided into collections.
  package static let index = "index"
  /// The names of the collections of a divided index.
  package static let collections = "collections.json"
  /// Which server keeps an index.
  package static let store = "store.json"

  package static let clusters = "clusters.json"
  package static let assignments = "assignments.jsonl"
  package static let clusterTree = "tree.json"
  package static let lineage = "lineage.json"
  package static let map = "map.svg"
  package static let mapPage = "map.html"

  package static let insights = "insights.json"
  package static let insightsText = "insights.md"
  package static let insightsPage = "insights.html"

  package static let analysis = "analysis.json"
  package static let analysisText = "analysis.md"
  package static let analysisPage = "analysis.html"
}
