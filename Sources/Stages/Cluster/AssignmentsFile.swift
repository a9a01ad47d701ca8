import Clustering
import Foundations
import StageKit

/// `assignments.jsonl`: a line for each chunk: its cluster, how surely it belongs there, how far outside it stands, when
/// it came and how new it was.
enum AssignmentsFile {
  struct Row: Codable {
    let chunkID: String
    /// Absent: it belongs to no topic.
    var cluster: String?
    let probability: Double
    var outlierScore: Double?
    /// The night in which it came.
    let arrived: Int
    var novelty: Double?
    var isNovel: Bool?

    enum CodingKeys: String, CodingKey {
      case cluster, probability, arrived, novelty
      case chunkID = "chunk_id"
      case outlierScore = "outlier_score"
      case isNovel = "novel"
    }
  }

  static func bytes(
    _ chunks: ClusterChunks, _ clusters: Clusters, ids: [String], arrivals: [ClusterHistory.Arrival]
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    for (number, chunk) in chunks.chunks.enumerated() {
      let label = clusters.labels[number]
      var row = Row(
        chunkID: chunk.id, probability: ClusterRecords.rounded(clusters.probabilities[number]),
        arrived: arrivals[number].night)
      if label >= 0 { row.cluster = ids[label] }
      if !clusters.outlierScores.isEmpty { row.outlierScore = ClusterRecords.rounded(clusters.outlierScores[number]) }
      if let novelty = arrivals[number].novelty {
        row.novelty = ClusterRecords.rounded(novelty)
        row.isNovel = arrivals[number].isNovel
      }
      bytes += JSONValue(encoding: row).canonicalBytes
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}
