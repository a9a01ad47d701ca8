import Clustering
import Foundations
import StageKit

/// What the cluster stage left the last time: the lineage of its topics, and where each chunk was.
struct ClusterHistory {
  /// What is known of a chunk for good: when it came, and how new what it said was then.
  struct Arrival: Sendable {
    let night: Int
    /// 1 - cosine to the nearest of the centroids of the night before; `nil` in the first night.
    let novelty: Double?
    let isNovel: Bool
  }

  let lineage: Lineage
  /// The topic of each chunk, `nil` for none.
  let topics: [ExactText: String?]
  let arrivals: [ExactText: Arrival]
  let space: String?

  /// `nil` when there is nothing to go on from.
  /// - Throws: `.corrupt` when the files of the last night cannot be read.
  init?(_ former: (any DatasetReader)?) throws {
    guard let former, let lineagePath = try former.file(LineageFile.name),
      let assignmentsPath = try former.file(AssignmentsFile.name)
    else { return nil }
    let file = try LineageFile(parsing: FileSystem.read(lineagePath, limit: 1 << 30))
    lineage = file.lineage
    space = file.space
    var topics: [ExactText: String?] = [:]
    var arrivals: [ExactText: Arrival] = [:]
    for line in ByteSearch.lines(try FileSystem.read(assignmentsPath, limit: 8 << 30)) {
      let row = try JSONValue(parsing: Array(line))
      guard let id = row["chunk_id"]?.string.map({ ExactText($0) }) else { continue }
      topics[id] = .some(row["cluster"]?.string)
      arrivals[id] = Arrival(
        night: row["arrived"]?.int ?? 0, novelty: row["novelty"]?.double, isNovel: row["novel"]?.bool ?? false)
    }
    self.topics = topics
    self.arrivals = arrivals
  }
}
