import CKernels
import Foundations
import Models
import Synchronization

/// Searches an index file.
///
/// Reads it as immutable: an index is replaced, never changed. Safe to use from several threads, one
/// search at a time.
package final class Searcher: Sendable {
  package let info: IndexInfo
  package let path: String
  private let state: Mutex<State>

  /// Used under the lock only.
  private struct State: @unchecked Sendable {
    let database: Database
    var matrix: VectorMatrix?
  }

  /// How many of each ranking take part in the fusion, at least.
  private static let depth = 100
  /// k of reciprocal rank fusion.
  private static let fusion = 60.0

  /// Opens an index.
  /// - Throws: `.vectorStoreError` when there is none, or it cannot be read.
  package init(path: String) throws(SluiceError) {
    self.path = path
    guard FileSystem.exists(path) else {
      throw SluiceError(
        .vectorStoreError, "there is no index at \(path)",
        advice: "Run a pipeline with an index stage first: `sluice run`.")
    }
    let database = try Database(path: path, .reading)
    info = try IndexInfo.read(database)
    state = Mutex(State(database: database))
  }

  /// The chunks that answer `question` best.
  /// - Parameters:
  ///   - embedder: what the question is embedded with, unless `mode` is `.text`; its space must be the
  ///     index's. An index without vectors is searched by words in `.hybrid` mode.
  ///   - limit: the most hits.
  /// - Throws: `.embeddingNotReady` when meaning was asked for and the index has no vectors,
  ///   `.embeddingServiceUnavailable` when the question cannot be embedded, `.vectorStoreError` when the
  ///   index cannot be read or belongs to another space.
  package func search(
    _ question: String, mode: SearchMode = .hybrid, limit: Int = 5,
    embedder: (any TextEmbedder)? = nil
  ) throws(SluiceError) -> [SearchHit] {
    guard limit > 0 else { return [] }
    var vector: [Float]?
    if mode == .vector || (mode == .hybrid && info.vectors > 0) {
      vector = try embed(question, embedder)
    }
    let words = QueryWords(question)
    let result: Result<[SearchHit], SluiceError> = state.withLock { state in
      do throws(SluiceError) {
        return .success(
          try Self.search(&state, words, vector: vector, mode: mode, limit: limit, info: info))
      } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// The chunks nearest to a vector of the index's space.
  package func nearest(to vector: [Float], limit: Int) throws(SluiceError) -> [SearchHit] {
    guard limit > 0 else { return [] }
    let result: Result<[SearchHit], SluiceError> = state.withLock { state in
      do throws(SluiceError) {
        return .success(
          try Self.search(
            &state, QueryWords(""), vector: vector, mode: .vector, limit: limit, info: info))
      } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// Chunks by their ids, in the order asked for; those that are not there are left out.
  package func chunks(_ ids: [String]) throws(SluiceError) -> [IndexedChunk] {
    let result: Result<[IndexedChunk], SluiceError> = state.withLock { state in
      do throws(SluiceError) {
        let rows = try ChunkRows(state.database)
        var chunks: [IndexedChunk] = []
        for id in ids { if let chunk = try rows.chunk(id: id) { chunks.append(chunk) } }
        return .success(chunks)
      } catch { return .failure(error) }
    }
    return try result.get()
  }

  private func embed(_ question: String, _ embedder: (any TextEmbedder)?) throws(SluiceError)
    -> [Float]
  {
    guard info.vectors > 0, let passport = info.passport else {
      throw SluiceError(
        .embeddingNotReady, "the index \(path) has no vectors",
        advice:
          "Search by words (--mode text), or put an embed stage before the index and run the pipeline."
      )
    }
    guard let embedder else {
      throw SluiceError(
        .embeddingServiceUnavailable, "there is no model to embed the question with",
        advice:
          "The index was made with \(passport.model): install it (`scripts/setup`), or search with --mode text."
      )
    }
    let differences = passport.differences(from: embedder.passport)
    guard differences.isEmpty else {
      throw SluiceError(
        .vectorStoreError,
        "the index was made in another space than the question's model makes: \(differences.joined(separator: "; "))",
        advice:
          "Vectors of different models cannot be compared. Run the pipeline again with this model.")
    }
    let outcome: EmbeddingOutcome?
    do throws(SluiceError) { outcome = try embedder.embed([question], as: .query).first } catch {
      throw SluiceError(
        .embeddingServiceUnavailable, "the question cannot be embedded: \(error.message)",
        advice: error.advice.isEmpty ? "Search with --mode text meanwhile." : error.advice)
    }
    switch outcome {
    case .vector(let text): return text.values
    case .failed(let failure):
      throw SluiceError(
        .embeddingServiceUnavailable, "the question cannot be embedded: \(failure.message)")
    case nil:
      throw SluiceError(
        .embeddingServiceUnavailable, "the question cannot be embedded: there was no answer")
    }
  }

  private static func search(
    _ state: inout State, _ words: QueryWords, vector: [Float]?, mode: SearchMode, limit: Int,
    info: IndexInfo
  ) throws(SluiceError) -> [SearchHit] {
    let rows = try ChunkRows(state.database)
    let depth = mode == .hybrid ? max(depth, limit * 4) : limit
    var found: [Int: (id: String, scores: SearchHit.Scores)] = [:]
    if mode != .vector, let match = words.match {
      let ranked = try rows.matching(match, depth: depth)
      for (rank, entry) in ranked.enumerated() {
        found[entry.number] = (
          entry.id,
          SearchHit.Scores(
            total: mode == .text ? entry.score : 1 / (fusion + Double(rank + 1)),
            textRank: rank + 1, bm25: entry.score)
        )
      }
    }
    if let vector {
      let matrix: VectorMatrix
      if let loaded = state.matrix {
        matrix = loaded
      } else {
        matrix = try VectorMatrix(state.database, count: info.vectors, width: vector.count)
        state.matrix = matrix
      }
      for (rank, entry) in try matrix.nearest(vector, depth: depth, rows).enumerated() {
        var known = found[entry.number] ?? (entry.id, SearchHit.Scores(total: 0))
        known.scores.total += mode == .vector ? entry.score : 1 / (fusion + Double(rank + 1))
        known.scores.vectorRank = rank + 1
        known.scores.cosine = entry.score
        found[entry.number] = known
      }
    }
    let best = found.sorted { a, b in
      a.value.scores.total != b.value.scores.total
        ? a.value.scores.total > b.value.scores.total : a.value.id < b.value.id
    }
    let asked = Set(words.words)
    var hits: [SearchHit] = []
    for (_, entry) in best.prefix(limit) {
      guard let chunk = try rows.chunk(id: entry.id) else { continue }
      hits.append(
        SearchHit(
          chunkID: chunk.id, documentID: chunk.documentID, title: chunk.title,
          sectionPath: chunk.sectionPath,
          page: chunk.page, url: chunk.sourceURL, elementType: chunk.elementType, text: chunk.text,
          snippet: Snippet.make(chunk.text, words: asked), metadata: chunk.metadata,
          scores: entry.scores))
    }
    return hits
  }
}
