/// The names of the files that stages publish, for those who write them and for those who look for them.
///
/// The endings of an index's files are `IndexFiles` of SearchIndex; what stands before them is `index` or a collection.
package enum PublishedFile {
  /// The records of a stage that has no other form for people.
  package static let items = "items.jsonl"
  /// Chunks as JSON Lines, documents in the order of their ids, each in the order of reading.
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

  /// See `ClusterFile`.
  package static let clusters = "clusters.json"
  /// A line for each chunk: its cluster, and how surely it belongs there.
  package static let assignments = "assignments.jsonl"
  /// The condensed tree that clusters were selected from.
  package static let clusterTree = "tree.json"
  /// The history of the topics; see `LineageFile` of Clustering.
  package static let lineage = "lineage.json"
  /// The map of the topics as one picture.
  package static let map = "map.svg"
  /// The map as a page: hover, search, zoom, click to the source.
  package static let mapPage = "map.html"

  /// The insights' records, a list.
  package static let insights = "insights.json"
  /// The insights in Markdown.
  package static let insightsText = "insights.md"
  /// The insights as a page.
  package static let insightsPage = "insights.html"

  /// The analysis' records, a list: the synthesis first.
  package static let analysis = "analysis.json"
  /// The analysis in Markdown.
  package static let analysisText = "analysis.md"
  /// The analysis as a page.
  package static let analysisPage = "analysis.html"
}
