import Clustering
import Foundations
import StageKit

/// The history of topics without forgotten chunks: the topics that others stand for as well go on under their ids.
struct ForgottenHistory {
  private let lineage: Lineage
  private let space: String?
  private let assignments: [UInt8]

  /// `nil` when there is nothing to go on from.
  init?(_ former: any DatasetReader, without ids: Set<String>) throws {
    guard let history = try ClusterHistory(former), let path = try former.file(PublishedFile.assignments) else {
      return nil
    }
    let living = Set(history.topics.filter { !ids.contains($0.key.text) }.compactMap(\.value))
    let emptied = Set(history.topics.filter { ids.contains($0.key.text) }.compactMap(\.value)).subtracting(living)
    var rows: [UInt8] = []
    for line in ByteSearch.lines(try FileSystem.read(path, limit: 8 << 30)) {
      let row: AssignmentsFile.Row = try JSONValue(parsing: Array(line)).decoded()
      if !ids.contains(row.chunkID) { rows += line + [UInt8(ascii: "\n")] }
    }
    assignments = rows
    space = history.space
    var lineage = history.lineage
    // A topic that only forgotten chunks stood for has its name of them.
    lineage.topics.removeAll { emptied.contains($0.id) }
    for index in lineage.topics.indices {
      if let from = lineage.topics[index].from, emptied.contains(from) { lineage.topics[index].from = nil }
      if let into = lineage.topics[index].into, emptied.contains(into) { lineage.topics[index].into = nil }
    }
    lineage.events.removeAll { emptied.contains($0.topic) || $0.other.map(emptied.contains) ?? false }
    self.lineage = lineage
  }

  /// Writes the files that the next run reads, and gives their paths by name.
  func write(to folder: String) throws -> [String: String] {
    var files: [String: String] = [:]
    let contents = [
      PublishedFile.lineage: LineageFile(lineage: lineage, space: space).bytes, PublishedFile.assignments: assignments,
    ]
    for (name, bytes) in contents {
      let path = Path.join(folder, name)
      try FileSystem.writeReplaceable(bytes, to: path)
      files[name] = path
    }
    return files
  }
}
