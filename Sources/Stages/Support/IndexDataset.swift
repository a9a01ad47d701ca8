import SearchIndex
import StageKit

extension DatasetReader {
  /// The files of the index that an index stage made, as paths to read from; `nil`: it made none of that name (it makes
  /// collections, or keeps its chunks in a server).
  func indexFiles(_ name: String = PublishedFile.index) throws -> IndexFiles? {
    guard let database = try file(name + IndexFiles.databaseEnding) else { return nil }
    return IndexFiles(
      database: database, vectors: try file(name + IndexFiles.vectorsEnding) ?? "",
      graph: try file(name + IndexFiles.graphEnding) ?? "")
  }
}
