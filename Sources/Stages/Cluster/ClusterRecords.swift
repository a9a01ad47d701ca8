import Clustering
import Evidence
import Foundations
import Glibc
import StageKit

/// Makes cluster records out of groups of chunks.
struct ClusterRecords {
  let chunks: ClusterChunks
  let clusters: Clusters
  let terms: Int
  let evidence: Int

  /// Chunks closer than this say the same.
  private static let duplicate: Float = 0.985

  /// The hottest first, ties by id.
  func make() throws -> [JSONObject] {
    var classTerms = ClassTerms(classes: clusters.count)
    for (chunk, label) in zip(chunks.chunks, clusters.labels) {
      classTerms.add(chunk.text, to: label < 0 ? nil : label)
    }
    let records = clusters.members.enumerated().map { number, members in
      record(members, classTerms.best(of: number, limit: terms))
    }
    return records.sorted { a, b in
      let (hotA, hotB) = (a["hot_score"]?.double ?? 0, b["hot_score"]?.double ?? 0)
      return hotA != hotB ? hotA > hotB : (a["id"]?.string ?? "") < (b["id"]?.string ?? "")
    }
  }

  private func record(_ members: [Int], _ terms: [String]) -> JSONObject {
    let points = chunks.points
    let cosines = points.cosines(members, to: points.centroid(of: members))
    // The nearest to the centroid first, ties by id.
    let ranked = zip(members, cosines).sorted { $0.1 != $1.1 ? $0.1 > $1.1 : $0.0 < $1.0 }
    let medoid = chunks.chunks[ranked[0].0]
    let cohesion = cosines.reduce(0) { $0 + Double($1) } / Double(cosines.count)
    let documents = Set(members.map { chunks.chunks[$0].documentID }).count
    let label = terms.prefix(3).joined(separator: ", ")
    return [
      "id": .string("cluster-" + Digest(of: medoid.id).short),
      "label": .string(label.isEmpty ? ChunkText.snippet(medoid.text, limit: 60) : label),
      "terms": JSONValue(terms),
      "size": JSONValue(members.count),
      "documents": JSONValue(documents),
      "cohesion": Self.rounded(cohesion),
      "hot_score": Self.rounded(Self.hotScore(size: members.count, documents: documents, cohesion: cohesion)),
      "members": JSONValue(members.map { chunks.chunks[$0].id }),
      "evidence": .array(best(ranked).map { .object($0) }),
    ]
  }

  /// ln(1 + size) · cohesion · (1 + documents / size) / 2: large, dense topics that many documents speak
  /// of are hot. Cohesion is the mean cosine to the centroid. Without dates and engagement in the chunks
  /// this is all that can be said.
  static func hotScore(size: Int, documents: Int, cohesion: Double) -> Double {
    log(1 + Double(size)) * cohesion * (1 + Double(documents) / Double(size)) / 2
  }

  /// The chunks nearest to the centroid, without those that repeat a better one.
  private func best(_ ranked: [(Int, Float)]) -> [JSONObject] {
    var chosen: [(Int, Float)] = []
    for candidate in ranked {
      if chosen.count == evidence { break }
      if chosen.contains(where: { chunks.points.cosine($0.0, candidate.0) > Self.duplicate }) { continue }
      chosen.append(candidate)
    }
    return chosen.map { index, cosine in
      let chunk = chunks.chunks[index]
      var object: JSONObject = [
        "chunk_id": .string(chunk.id), "score": Self.rounded(Double(cosine)),
        "snippet": .string(ChunkText.snippet(chunk.text)), "section_path": .string(chunk.sectionPath),
      ]
      if let url = chunk.url { object["url"] = .string(url) }
      if let page = chunk.page { object["page"] = JSONValue(page) }
      return object
    }
  }

  /// To five digits: what is beyond them is the noise of float32.
  private static func rounded(_ value: Double) -> JSONValue { .double((value * 1e5).rounded() / 1e5) }
}
