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
    guard let former, let lineagePath = try former.file(PublishedFile.lineage),
      let assignmentsPath = try former.file(PublishedFile.assignments)
    else { return nil }
    let file = try LineageFile(parsing: FileSystem.read(lineagePath, limit: 1 << 30))
    lineage = file.lineage
    space = file.space
    var topics: [ExactText: String?] = [:]
    var arrivals: [ExactText: Arrival] = [:]
    for line in ByteSearch.lines(try FileSystem.read(assignmentsPath, limit: 8 << 30)) {
      let row = try Self.row(line)
      let id = ExactText(row.chunkID)
      topics[id] = .some(row.cluster)
      arrivals[id] = Arrival(night: row.arrived, novelty: row.novelty, isNovel: row.isNovel ?? false)
    }
    self.topics = topics
    self.arrivals = arrivals
  }

  private static func row(_ line: some Sequence<UInt8>) throws(SluiceError) -> AssignmentsFile.Row {
    do {
      return try JSONValue(parsing: Array(line)).decoded()
    } catch {
      throw SluiceError(
        .corrupt, "where the chunks were in the last run cannot be read: \(error)", advice: "Run `sluice fsck`.")
    }
  }
}
