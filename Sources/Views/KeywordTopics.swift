import Clustering
import Formats
import Foundations
import Models
import SearchIndex
import StageKit

/// What the chunks nearest to a question speak of: found by meaning, then clustered.
package struct KeywordTopics: Sendable {
  package struct Topic: Sendable {
    /// The best terms, or a section's title.
    package let label: String
    /// The best first.
    package let terms: [String]
    /// The nearest to the question first.
    package let hits: [SearchHit]
    /// The mean cosine of its chunks to the question.
    package let closeness: Double
  }

  /// The closest to the question first.
  package let topics: [Topic]
  /// Those that belong to none, the nearest first.
  package let others: [SearchHit]

  private static let minClusterSize = 4
  private static let minSamples = 2

  /// - Parameters:
  ///   - hits: the chunks nearest to the question, with their cosines.
  ///   - points: their vectors, in the same order.
  package init(_ hits: [SearchHit], _ points: Points) throws {
    let clusters = try HDBSCAN(minClusterSize: Self.minClusterSize, minSamples: Self.minSamples).cluster(points)
    var terms = ClassTerms(classes: clusters.count)
    for (hit, label) in zip(hits, clusters.labels) {
      terms.add(String(ChunkLayout.withoutBreadcrumb(hit.text)), to: label < 0 ? nil : label)
    }
    topics = clusters.members.enumerated().map { number, members in
      let own = members.map { hits[$0] }
      let best = terms.best(of: number, limit: 6)
      return Topic(
        label: best.isEmpty ? own.first?.sectionPath ?? "" : best.prefix(3).joined(separator: ", "), terms: best,
        hits: own, closeness: own.reduce(0) { $0 + ($1.scores.cosine ?? 0) } / Double(max(1, own.count)))
    }.sorted { $0.closeness != $1.closeness ? $0.closeness > $1.closeness : $0.label < $1.label }
    others = clusters.labels.indices.filter { clusters.labels[$0] < 0 }.map { hits[$0] }
  }

  /// Asks an index.
  /// - Parameter count: how many chunks are clustered.
  package static func ask(
    _ question: String, of searcher: Searcher, embedder: any TextEmbedder, vectors: PublishedVectors?, count: Int = 100
  ) throws -> KeywordTopics {
    let hits = try searcher.search(question, mode: .vector, limit: count, embedder: embedder)
    if let points = try vectors?.points(of: hits.map(\.chunkID)) { return try KeywordTopics(hits, points) }
    // Nothing published holds their vectors: the same texts give the same vectors.
    var rows: [[Float]] = []
    var kept: [SearchHit] = []
    for (hit, outcome) in zip(hits, try embedder.embed(hits.map(\.text))) {
      guard case .vector(let text) = outcome else { continue }
      rows.append(text.values)
      kept.append(hit)
    }
    return try KeywordTopics(kept, Points(rows))
  }
}

/// The vectors that an embed stage published.
package struct PublishedVectors: Sendable {
  private let path: String
  private let rows: [ExactText: Int]

  /// - Parameter folder: what holds `vectors.npy`, `ids.json` and `space.json`.
  /// - Returns: `nil` when it does not, or when they are of another space than the index.
  package init?(folder: String, passport: VectorPassport) throws {
    let ids = Path.join(folder, PublishedFile.vectorIDs)
    let space = Path.join(folder, PublishedFile.vectorSpace)
    path = Path.join(folder, PublishedFile.vectors)
    guard FileSystem.exists(path), FileSystem.exists(ids), FileSystem.exists(space) else { return nil }
    let own = VectorPassport(try JSONValue(parsing: FileSystem.read(space)).decoded(as: JSONObject.self))
    guard passport.differences(from: own).isEmpty else { return nil }
    let names: [String] = try JSONValue(parsing: FileSystem.read(ids, limit: 1 << 30)).decoded()
    rows = Dictionary(
      names.enumerated().map { row, id in (ExactText(id), row) }, uniquingKeysWith: { first, _ in first })
  }

  /// The vectors of chunks; `nil` when one is not there.
  package func points(of ids: [String]) throws -> Points? {
    let wanted = ids.compactMap { rows[ExactText($0)] }
    return wanted.count == ids.count ? try NumPyFile.points(path, rows: wanted) : nil
  }
}
