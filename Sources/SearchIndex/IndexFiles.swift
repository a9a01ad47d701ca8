import Foundations
import SQLite

/// The files of one index. They stand beside each other where they are published; while they are made they need not.
package struct IndexFiles: Sendable, Hashable {
  /// The SQLite file: chunks, words, values.
  package var database: String
  /// The vectors and their int8 codes.
  package var vectors: String
  /// The graph for approximate search: a cache that can be made again.
  package var graph: String
  /// What the build measured (JSON).
  package var report: String

  package static let databaseEnding = ".sqlite"
  package static let vectorsEnding = ".vectors"
  package static let graphEnding = ".hnsw"
  package static let reportEnding = ".recall.json"

  package init(database: String, vectors: String, graph: String, report: String = "") {
    self.database = database
    self.vectors = vectors
    self.graph = graph
    self.report = report
  }

  /// `index.sqlite`, `index.vectors`, `index.hnsw`, `index.recall.json`.
  package init(besides database: String) {
    let stem =
      database.hasSuffix(Self.databaseEnding) ? String(database.dropLast(Self.databaseEnding.utf8.count)) : database
    self.init(
      database: database, vectors: stem + Self.vectorsEnding, graph: stem + Self.graphEnding,
      report: stem + Self.reportEnding)
  }

  /// Those that a build made, by their ending.
  package var made: [(ending: String, path: String)] {
    [
      (Self.databaseEnding, database), (Self.vectorsEnding, vectors), (Self.graphEnding, graph),
      (Self.reportEnding, report),
    ].filter { FileSystem.exists($0.1) }
  }
}
