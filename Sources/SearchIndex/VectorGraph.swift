import CCodes
import CHNSW
import Foundations
import Glibc
import Models

/// The graph of an index, mapped for searching.
final class VectorGraph: Sendable {
  /// Searching changes nothing in it.
  private let handle: SharedHandle
  private var graph: OpaquePointer { handle.pointer }
  let count: Int

  /// - Returns: `nil` for a file that is damaged, of other settings or of other vectors: it is a cache.
  init?(path: String, _ settings: hnsw_settings, token: Digest) {
    var error: UnsafeMutablePointer<CChar>?
    var settings = settings
    guard FileSystem.exists(path), let graph = hnsw_open(path, &settings, token.bytes, &error) else {
      free(error)
      return nil
    }
    handle = SharedHandle(graph) { hnsw_close($0) }
    count = hnsw_graph_count(graph)
  }

  static func settings(_ settings: IndexSettings, dimensions: Int) -> hnsw_settings {
    hnsw_settings(
      dim: UInt32(dimensions), coded: settings.isCoded ? 1 : 0, m: UInt32(settings.links),
      ef_construction: UInt32(settings.efConstruction))
  }

  /// About `ef` nearest rows, nearest first.
  /// - Parameter budget: gives up after so many comparisons; 0: never.
  /// - Returns: `nil` when it gave up, or when the file is damaged: the exact way is open still.
  func nearest(_ query: [Float], isCoded: Bool, ef: Int, among allowed: NumberSet?, budget: Int) -> [Int]? {
    var labels = [UInt32](repeating: 0, count: ef)
    var distances = [Float](repeating: 0, count: ef)
    var record = [UInt8](repeating: 0, count: isCoded ? codes_stride(query.count) : 0)
    if isCoded { codes_encode(query, query.count, &record) }
    let found = query.withUnsafeBytes { floats in
      record.withUnsafeBytes { codes in
        let start = isCoded ? codes.baseAddress : floats.baseAddress
        guard let allowed else { return hnsw_search(graph, start, ef, nil, 0, budget, &labels, &distances) }
        return hnsw_search(graph, start, ef, allowed.words, allowed.words.count * 64, budget, &labels, &distances)
      }
    }
    return found >= 0 ? labels.prefix(found).map { Int($0) } : nil
  }

  /// Rows that no search can come to, at most `limit` of them, and how many there are; -1: the file is damaged.
  func unreachable(limit: Int) -> (count: Int, rows: [Int]) {
    var labels = [UInt32](repeating: 0, count: max(1, limit))
    let count = hnsw_unreachable(graph, &labels, limit)
    return (count, labels.prefix(max(0, min(count, limit))).map { Int($0) })
  }
}

/// Builds the graph, anew or from a former one.
enum VectorGraphBuilder {
  /// A former graph is updated while no more than this share of the nodes that it had was taken out of it.
  private static let wornOut = 0.3

  /// Writes the graph over the live rows of `vectors` to `path`.
  /// - Parameters:
  ///   - former: a graph to start from; left aside when it is damaged or worn out.
  ///   - formerToken: the vectors that it belonged to.
  ///   - removed, added: rows that are not what they were then.
  /// - Returns: whether the former graph was used.
  static func build(
    _ path: String, _ vectors: VectorFile, _ settings: IndexSettings, former: String?, formerToken: Digest?,
    removed: [Int], added: [Int], isStopping: () -> Bool
  ) throws(SluiceError) -> Bool {
    var raw = VectorGraph.settings(settings, dimensions: vectors.layout.dimensions)
    var error: UnsafeMutablePointer<CChar>?
    func failure() -> SluiceError {
      defer { free(error) }
      return SluiceError(
        .vectorStoreError,
        "the graph of the index cannot be made: \(error.map { String(cString: $0) } ?? "no reason given")")
    }
    var builder: OpaquePointer?
    defer { builder.map { hnsw_free($0) } }
    var rows = added
    if let former, let formerToken, FileSystem.exists(former) {
      builder = hnsw_load(former, &raw, formerToken.bytes, added.count, &error)
      free(error)
      error = nil
    }
    if let loaded = builder {
      let gone = hnsw_removed(loaded) + removed.count
      if Double(gone) > wornOut * Double(hnsw_count(loaded)) {
        hnsw_free(loaded)
        builder = nil
      } else {
        let labels = removed.map { UInt32($0) }
        guard hnsw_remove(loaded, labels, labels.count, &error) == 0 else { throw failure() }
      }
    }
    let isUpdate = builder != nil
    if !isUpdate { rows = (0..<vectors.layout.rows).filter { vectors.isLive($0) } }
    guard let graph = builder ?? hnsw_create(&raw, rows.count, &error) else { throw failure() }
    builder = graph
    for (done, row) in rows.enumerated() {
      if done % 512 == 0, isStopping() { throw SluiceError(.interrupted, "the run was interrupted") }
      let record = settings.isCoded ? vectors.record(row) : UnsafeRawPointer(vectors.vector(row))
      guard hnsw_add(graph, record, UInt32(row), &error) == 0 else { throw failure() }
    }
    guard hnsw_save(graph, path, vectors.token.bytes, &error) == 0 else { throw failure() }
    return isUpdate
  }
}
