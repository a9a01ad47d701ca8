import Evidence
import Foundations
import SearchIndex
import StageKit

/// The statements that a pipeline has published, and the indexes that they quote from.
package struct PublishedStatements {
  /// Paths of `insights.json` and `analysis.json`.
  package let files: [String]
  private let searchers: [Searcher]

  static let names = [PublishedFile.insights, PublishedFile.analysis]

  /// - Parameter directory: what a pipeline has published (a folder for each stage), or a folder that holds the files.
  /// - Throws: `.missing` when there are no statements, or no index that they could be checked against.
  package init(directory: String) throws {
    let folders = [directory] + (try FileSystem.list(directory)).sorted().map { Path.join(directory, $0) }
    files = folders.flatMap { folder in Self.names.map { Path.join(folder, $0) } }.filter { FileSystem.exists($0) }
    guard !files.isEmpty else {
      throw SluiceError(
        .missing, "\(directory) holds neither \(PublishedFile.insights) nor \(PublishedFile.analysis)",
        advice: "Run a pipeline with an insights or an analyze stage first: sluice run")
    }
    let index = PublishedFile.index + IndexFiles.databaseEnding
    let indexes = folders.map { Path.join($0, index) }.filter { FileSystem.exists($0) }
    guard !indexes.isEmpty else {
      throw SluiceError(
        .missing, "\(directory) holds no \(index) to check the quotes against",
        advice: "The index that the insights were made from has to be published, too.")
    }
    searchers = try indexes.map { try Searcher(path: $0) }
  }

  /// Checks every statement of a file.
  package func verify(_ file: String) throws -> StatementVerifier.Report {
    let value = try JSONValue(parsing: try FileSystem.read(file, limit: 1_000_000_000))
    var known: [String: [String]] = [:]
    // An index before the summaries and one after them know a chunk by one id with two texts.
    let verifier = StatementVerifier { id, digest in
      let texts = try known[id] ?? searchers.compactMap { try $0.chunks([id]).first?.text }
      known[id] = texts
      return texts.first { Digest(of: $0) == digest } ?? texts.first
    }
    return try verifier.verify(value.array ?? [value])
  }
}
