import CCodes
import Foundations
import Models

/// What a build says of its own searches: the share of the true ten nearest that they find, over all chunks and under
/// filters, and which rows no search can come to.
///
/// The questions are vectors of the index, every n-th, each of which leaves itself out of its answers.
struct RecallCertificate {
  /// How many candidates a search of the graph should keep; 0: there is no graph.
  let ef: Int
  /// What is published of it.
  let report: JSONObject
  private let recall: Double
  private let worst: (filter: String, recall: Double)?
  private let unreachable: Int

  static let questions = 200
  /// For an update of an index that looks at all vectors: its codes were checked when they were made.
  static let updateQuestions = 10
  private static let depth = 10
  private static let efs = [64, 96, 128, 192, 256, 384, 512, 768]
  /// What `ef` is chosen for, where `min_recall` asks for no more.
  private static let wanted = 0.99
  private static let valuesPerField = 4

  /// - Parameter built: whether the graph was `built` or `updated`.
  static func measure(
    _ file: VectorFile, _ files: IndexFiles, _ settings: IndexSettings, postings: Postings, usesGraph: Bool,
    isUpdate: Bool, built: String?
  ) throws(SluiceError) -> RecallCertificate {
    let live = (0..<file.layout.rows).filter { file.isLive($0) }
    let graph =
      usesGraph
      ? VectorGraph(
        path: files.graph, VectorGraph.settings(settings, dimensions: file.layout.dimensions), token: file.token) : nil
    guard live.count > 1 else {
      return RecallCertificate(
        ef: graph == nil ? 0 : efs[0],
        report: JSONObject(present: [("questions", 0), ("recall_at_10", 1), ("graph", built.map { .string($0) })]),
        recall: 1, worst: nil,
        unreachable: 0)
    }
    var lost = (count: 0, rows: [Int]())
    if let graph {
      lost = graph.unreachable(limit: 20)
      guard graph.count == live.count, lost.count >= 0 else {
        throw SluiceError(.vectorStoreError, "the graph \(files.graph) does not hold what the index does")
      }
    }
    let sample = every(graph == nil && isUpdate ? updateQuestions : questions, of: live)
    let truths = try truth(sample, file, among: nil, byCodes: graph != nil)
    var search = VectorSearch(file: file, graph: graph, ef: 0)
    var recall = 0.0
    var isEnough = false
    for ef in graph == nil ? [0] : efs {
      search = VectorSearch(file: file, graph: graph, ef: ef)
      recall = try share(sample, truths, search, among: nil)
      // People's questions lie a little off what chunks say: a step more than chunks need.
      if isEnough { break }
      isEnough = recall >= max(wanted, settings.minRecall)
    }
    var filters: [JSONValue] = []
    var worst: (filter: String, recall: Double)?
    for field in settings.filterFields {
      for value in try sampleValues(field, postings) {
        let allowed = try postings.numbers(field, value)
        let inside = live.filter { allowed.contains($0) }
        guard inside.count > 1 else { continue }
        // Questions of all kinds, not only such as stand where the filter looks.
        let some = every(sample.count / 4, of: sample)
        let own = try share(some, truth(some, file, among: allowed, byCodes: graph != nil), search, among: allowed)
        let name = "\(field)=\(value.shown)"
        filters.append(["filter": .string(name), "chunks": JSONValue(inside.count), "recall_at_10": .double(own)])
        if own < worst?.recall ?? 2 { worst = (name, own) }
      }
    }
    let report = JSONObject(present: [
      ("vectors", JSONValue(live.count)), ("search", graph == nil ? "exact" : "hnsw"),
      ("codes", settings.isCoded ? "int8" : "float32"), ("questions", JSONValue(sample.count)),
      ("recall_at_10", .double(recall)), ("filters", .array(filters)), ("min_recall", .double(settings.minRecall)),
      ("ef", graph.map { _ in JSONValue(search.ef) }), ("unreachable", graph.map { _ in JSONValue(lost.count) }),
      ("graph", built.map { .string($0) }),
    ])
    return RecallCertificate(ef: search.ef, report: report, recall: recall, worst: worst, unreachable: lost.count)
  }

  /// - Throws: `.vectorStoreError` when less is found than the settings ask for.
  func check(_ settings: IndexSettings, _ files: IndexFiles) throws(SluiceError) {
    let advice =
      "Raise ef_construction or links of the index stage, take vectors: exact, or lower min_recall if that is enough."
    func percent(_ share: Double) -> String { "\(Units.decimal(share * 100, 1)) %" }
    if recall < settings.minRecall {
      throw SluiceError(
        .vectorStoreError,
        "the index finds \(percent(recall)) of the ten nearest chunks, \(percent(settings.minRecall)) are asked for",
        advice: advice)
    }
    if let worst, worst.recall < settings.minRecall {
      throw SluiceError(
        .vectorStoreError,
        "under the filter \(worst.filter) the index finds \(percent(worst.recall)) of the ten nearest chunks, \(percent(settings.minRecall)) are asked for",
        advice: advice)
    }
    if unreachable > 0 {
      throw SluiceError(
        .vectorStoreError, "no search can come to \(unreachable) of the chunks", advice: advice)
    }
  }

  private static func every(_ count: Int, of rows: [Int]) -> [Int] {
    guard rows.count > count else { return rows }
    return (0..<max(1, count)).map { rows[$0 * rows.count / max(1, count)] }
  }

  private static func vector(_ row: Int, _ file: VectorFile) -> [Float] {
    Array(UnsafeBufferPointer(start: file.vector(row), count: file.layout.dimensions))
  }

  /// The score that a row has to reach to be one of the nearest: whoever ties is right.
  /// - Parameter byCodes: whether the exact search by codes says it, which the certificate of an index without a graph
  ///   holds against plain float32 sums over all rows.
  private static func truth(
    _ sample: [Int], _ file: VectorFile, among allowed: NumberSet?, byCodes: Bool
  ) throws(SluiceError) -> [(least: Float, count: Int)] {
    if byCodes {
      var truths: [(least: Float, count: Int)] = []
      for row in sample {
        let scores = try file.nearest(vector(row, file), depth: depth + 1, among: allowed).filter { $0.row != row }
          .map(\.score).sorted(by: >).prefix(depth)
        truths.append((scores.last ?? 2, scores.count))
      }
      return truths
    }
    let count = file.layout.rows
    var scores = [Float](repeating: 0, count: count)
    let isPassing = (0..<count).map { file.isLive($0) && allowed?.contains($0) ?? true }
    let passing = isPassing.indices.filter { isPassing[$0] }
    return sample.map { row in
      let query = vector(row, file)
      var best: [Float] = []
      best.reserveCapacity(depth + 1)
      for other in passing where other != row {
        scores[other] = codes_exact_dot(query, file.vector(other), query.count)
        if best.count < depth || scores[other] > best[depth - 1] {
          let place = best.firstIndex { $0 < scores[other] } ?? best.count
          best.insert(scores[other], at: place)
          if best.count > depth { best.removeLast() }
        }
      }
      return (best.last ?? 2, best.count)
    }
  }

  private static func share(
    _ sample: [Int], _ truths: [(least: Float, count: Int)], _ search: VectorSearch, among allowed: NumberSet?
  ) throws(SluiceError) -> Double {
    var found = 0
    var all = 0
    for (row, truth) in zip(sample, truths) {
      let rows = try search.nearest(vector(row, search.file), depth: depth + 1, among: allowed).rows
      found += min(truth.count, rows.count { $0.row != row && $0.score >= truth.least })
      all += truth.count
    }
    return all == 0 ? 1 : Double(found) / Double(all)
  }

  /// Values of a field from the rare to the common.
  private static func sampleValues(_ field: String, _ postings: Postings) throws(SluiceError) -> [FieldValue] {
    let values = try postings.values(field, limit: 1000).sorted { ($0.count, $0.value) < ($1.count, $1.value) }
    return every(valuesPerField, of: Array(values.indices)).map { values[$0].value }
  }
}
