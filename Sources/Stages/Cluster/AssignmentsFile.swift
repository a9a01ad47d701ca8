import Clustering
import Foundations

/// `assignments.jsonl`: a line for each chunk: its cluster, how surely it belongs there, how far outside it stands, when
/// it came and how new it was.
enum AssignmentsFile {
  static let name = "assignments.jsonl"

  static func bytes(
    _ chunks: ClusterChunks, _ clusters: Clusters, ids: [String], arrivals: [ClusterHistory.Arrival]
  ) -> [UInt8] {
    var bytes: [UInt8] = []
    for (number, chunk) in chunks.chunks.enumerated() {
      let label = clusters.labels[number]
      var row: JSONObject = [
        "chunk_id": .string(chunk.id), "probability": ClusterRecords.rounded(clusters.probabilities[number]),
        "arrived": JSONValue(arrivals[number].night),
      ]
      if label >= 0 { row["cluster"] = .string(ids[label]) }
      if !clusters.outlierScores.isEmpty {
        row["outlier_score"] = ClusterRecords.rounded(clusters.outlierScores[number])
      }
      if let novelty = arrivals[number].novelty {
        row["novelty"] = ClusterRecords.rounded(novelty)
        row["novel"] = .bool(arrivals[number].isNovel)
      }
      bytes += row.canonicalBytes
      bytes.append(UInt8(ascii: "\n"))
    }
    return bytes
  }
}
