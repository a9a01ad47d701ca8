import Foundations
import Models
import SQLite
import Synchronization

/// Searches an index.
///
/// Reads it as immutable: an index is replaced, never changed. Safe to use from several threads, one
/// search at a time.
package final class Searcher: Sendable {
  package let info: IndexInfo
  package let path: String
  private let files: IndexFiles
  private let state: Mutex<State>

  /// Used under the lock only.
  private struct State {
    let database: SQLiteConnection
    var vectors: VectorSearch?
  }

  /// How many of each ranking take part in the fusion, at least.
  private static let depth = 100
  /// Places for copies that are folded.
  private static let spare = 16
  /// k of reciprocal rank fusion.
  private static let fusion = 60.0

  /// Opens an index.
  /// - Throws: `.vectorStoreError` when there is none, or it cannot be read.
  package convenience init(path: String) throws(SluiceError) { try self.init(files: IndexFiles(besides: path)) }

  package init(files: IndexFiles) throws(SluiceError) {
    self.files = files
    path = files.database
    guard FileSystem.exists(path) else {
      throw SluiceError(
        .vectorStoreError, "there is no index at \(path)",
        advice: "Run a pipeline with an index stage first: `sluice run`.")
    }
    let database = try SQLiteConnection(path: path, .immutable, report: .index)
    info = try IndexInfo.read(database)
    state = Mutex(State(database: database))
  }

  /// The chunks that answer `question` best: see `search(_: SearchRequest, …)`.
  package func search(
    _ question: String, mode: SearchMode = .hybrid, limit: Int = 5,
    embedder: (any TextEmbedder)? = nil
  ) throws(SluiceError) -> [SearchHit] {
    var request = SearchRequest(question)
    request.mode = mode
    request.limit = limit
    return try search(request, embedder: embedder).hits
  }

  /// The chunks that answer a question best.
  /// - Parameters:
  ///   - embedder: what the question is embedded with, unless the mode is `.text`; its space must be the
  ///     index's. An index without vectors is searched by words in `.hybrid` mode.
  ///   - reranker: reads the best of them again and orders them.
  /// - Throws: `.embeddingNotReady` when meaning was asked for and the index has no vectors,
  ///   `.embeddingServiceUnavailable` when the question cannot be embedded, `.vectorStoreError` when the
  ///   index cannot be read or belongs to another space, `.filterRequired` when a mandatory field has no value.
  package func search(
    _ request: SearchRequest, embedder: (any TextEmbedder)? = nil, reranker: (any TextReranker)? = nil
  ) throws(SluiceError) -> (hits: [SearchHit], trace: SearchTrace) {
    try checkRequired(request.filter)
    var trace = SearchTrace()
    guard request.limit > 0 else { return ([], trace) }
    var vector: [Float]?
    if request.mode == .vector || (request.mode == .hybrid && info.vectors > 0) {
      let start = MonotonicClock.now
      vector = try self.vector(of: request, embedder)
      trace.embedding = MonotonicClock.seconds(since: start) * 1000
    }
    let start = MonotonicClock.now
    var wider = request
    if reranker != nil { wider.limit = max(request.limit, request.rerankDepth) }
    var hits = try locked { (state: inout State) throws(SluiceError) in
      try self.search(&state, wider, vector: vector, &trace)
    }
    trace.searching = MonotonicClock.seconds(since: start) * 1000
    if let reranker {
      let start = MonotonicClock.now
      hits = Array(try Self.rerank(hits, request.question, reranker).prefix(request.limit))
      trace.reranking = MonotonicClock.seconds(since: start) * 1000
    }
    return (hits, trace)
  }

  /// The chunks nearest to a vector of the index's space.
  package func nearest(to vector: [Float], limit: Int) throws(SluiceError) -> [SearchHit] {
    var request = SearchRequest("")
    request.mode = .vector
    request.limit = limit
    request.vector = vector
    var trace = SearchTrace()
    guard limit > 0 else { return [] }
    return try locked { (state: inout State) throws(SluiceError) in
      try self.search(&state, request, vector: vector, &trace)
    }
  }

  /// The numbers of the chunks nearest to a request's vector, best first, without reading the chunks: what the vector part
  /// alone takes.
  package func nearestRows(_ request: SearchRequest) throws(SluiceError) -> (rows: [Int], way: String) {
    try checkRequired(request.filter)
    guard let vector = request.vector else { return ([], "") }
    return try locked { (state: inout State) throws(SluiceError) in
      let allowed: NumberSet? =
        if let filter = request.filter { try filter.numbers(Postings(state.database)) } else { nil }
      let found = try self.vectors(&state).nearest(
        vector, depth: request.limit, among: allowed, isExact: request.isExact)
      let best = found.rows.sorted { $0.score != $1.score ? $0.score > $1.score : $0.row < $1.row }
      return (best.prefix(request.limit).map(\.row), found.way.rawValue)
    }
  }

  /// Chunks by their ids, in the order asked for; those that are not there are left out.
  package func chunks(_ ids: [String]) throws(SluiceError) -> [IndexedChunk] {
    try locked { (state: inout State) throws(SluiceError) in
      let rows = try ChunkRows(state.database)
      var chunks: [IndexedChunk] = []
      for id in ids { if let chunk = try rows.chunk(id: id) { chunks.append(chunk) } }
      return chunks
    }
  }

  /// Calls `body` with the id and the item's digest of every chunk of an index, in the order of ids; not at all when the
  /// file is none that can be read.
  package static func forEachChunk(ofIndex path: String, _ body: (String, Digest) -> Void) throws(SluiceError) {
    guard let database = try? SQLiteConnection(path: path, .immutable, report: .index),
      (try? IndexInfo.read(database)) != nil
    else { return }
    let statement = try database.prepare("SELECT id, digest FROM chunks ORDER BY id")
    while try statement.step() {
      body(try statement.text(0), try statement.digest(1))
    }
  }

  /// Why no chunk passes a filter.
  package func note(on filter: Filter) throws(SluiceError) -> String {
    try locked { (state: inout State) throws(SluiceError) in try filter.note(Postings(state.database)) }
  }

  /// The fields that chunks can be filtered by.
  package func fields() throws(SluiceError) -> [String] {
    try locked { (state: inout State) throws(SluiceError) in try Postings(state.database).fields() }
  }

  private func locked<R: Sendable>(_ body: (inout State) throws(SluiceError) -> R) throws(SluiceError) -> R {
    let result: Result<R, SluiceError> = state.withLock { state in
      do throws(SluiceError) { return .success(try body(&state)) } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// - Throws: `.filterRequired` when a filter leaves a mandatory field open.
  package func checkRequired(_ filter: Filter?) throws(SluiceError) {
    let missing = info.settings.requiredFields.filter { filter?.pins($0) != true }
    guard let first = missing.first else { return }
    throw SluiceError(
      .filterRequired,
      "this index holds what belongs to different owners: every search must say which \(missing.joined(separator: " and ")) it is for",
      advice:
        "Add --filter '\(first)=…' (joined to other conditions by 'and'); the index stage's `require` asks for it.")
  }

  private func vector(of request: SearchRequest, _ embedder: (any TextEmbedder)?) throws(SluiceError) -> [Float] {
    guard let vector = request.vector else { return try embed(request.question, embedder) }
    guard let passport = info.passport, passport.dimensions == vector.count else {
      throw SluiceError(
        .vectorStoreError,
        "the question's vector has \(vector.count) dimensions, the index has \(info.passport?.dimensions ?? 0)")
    }
    return vector
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

  private func vectors(_ state: inout State) throws(SluiceError) -> VectorSearch {
    if let opened = state.vectors { return opened }
    let file = try VectorFile(path: files.vectors)
    guard file.token == info.token, file.layout.dimensions == info.passport?.dimensions else {
      throw SluiceError(
        .vectorStoreError, "\(files.vectors) does not belong to \(path): they are of different builds",
        advice: "Run the pipeline again with `--from` its index stage.")
    }
    // A graph that is gone or damaged costs time, not answers.
    let graph =
      info.ef == 0
      ? nil
      : VectorGraph(
        path: files.graph, VectorGraph.settings(info.settings, dimensions: file.layout.dimensions), token: info.token)
    let opened = VectorSearch(file: file, graph: graph, ef: info.ef)
    state.vectors = opened
    return opened
  }

  private func search(
    _ state: inout State, _ request: SearchRequest, vector: [Float]?, _ trace: inout SearchTrace
  ) throws(SluiceError) -> [SearchHit] {
    let rows = try ChunkRows(state.database)
    let words = QueryWords(request.question)
    // Signs alone ask for nothing: any hit would be arbitrary.
    if words.words.isEmpty, request.question.contains(where: { !$0.isWhitespace }) { return [] }
    var allowed: NumberSet?
    if let filter = request.filter {
      let passing = try filter.numbers(Postings(state.database))
      trace.passing = passing.count
      if passing.isEmpty { return [] }
      allowed = passing
    }
    let mode = request.mode
    // A few more than asked for: addresses of one page are one hit.
    let depth = mode == .hybrid ? max(Self.depth, request.limit * 4) : request.limit + Self.spare
    var found: [Int: (id: String, scores: SearchHit.Scores)] = [:]
    if mode != .vector, let match = words.match {
      var ranked = try rows.matching(match, depth: depth, among: allowed)
      if ranked.isEmpty, let loose = words.looseMatch, loose != match {
        ranked = try rows.matching(loose, depth: depth, among: allowed)
      }
      for (rank, entry) in ranked.enumerated() {
        found[entry.number] = (
          entry.id,
          SearchHit.Scores(
            total: mode == .text ? entry.score : 1 / (Self.fusion + Double(rank + 1)),
            textRank: rank + 1, bm25: entry.score)
        )
      }
    }
    if let vector {
      let nearest = try vectors(&state).nearest(vector, depth: depth, among: allowed, isExact: request.isExact)
      trace.vectorSearch = nearest.way.rawValue
      let ranked = try rows.ranked(nearest.rows.map { ($0.row, Double($0.score)) }, depth: depth)
      for (rank, entry) in ranked.enumerated() {
        var known = found[entry.number] ?? (entry.id, SearchHit.Scores(total: 0))
        known.scores.total += mode == .vector ? entry.score : 1 / (Self.fusion + Double(rank + 1))
        known.scores.vectorRank = rank + 1
        known.scores.cosine = entry.score
        found[entry.number] = known
      }
    }
    let best = found.values.sorted { a, b in
      a.scores.total != b.scores.total ? a.scores.total > b.scores.total : a.id < b.id
    }
    let asked = Set(words.words)
    var hits = DistinctHits()
    for entry in best where hits.count < request.limit {
      guard let chunk = try rows.chunk(id: entry.id) else { continue }
      hits.add(SearchHit(chunk, snippet: Snippet.make(chunk.text, words: asked), scores: entry.scores))
    }
    return hits.hits
  }

  private static func rerank(_ hits: [SearchHit], _ question: String, _ reranker: any TextReranker) throws(SluiceError)
    -> [SearchHit]
  {
    let scores = try reranker.score(question, hits.map(\.text))
    guard scores.count == hits.count, scores.allSatisfy(\.isFinite) else {
      throw SluiceError(.badInput, "the re-ranker \(reranker.name) gave no usable score for each text")
    }
    return zip(hits, scores).map { hit, score in
      var hit = hit
      hit.scores.rerank = score
      hit.scores.total = score
      return hit
    }.sorted { a, b in
      a.scores.total != b.scores.total ? a.scores.total > b.scores.total : a.chunkID < b.chunkID
    }
  }
}
