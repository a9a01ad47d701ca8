import Foundations
import Glibc
import Models
import SearchIndex

/// What Benchmarks/search measures: builds indexes of given vectors and texts and searches them, in one process and on one
/// thread. Prints JSON. No part of the installed program.
@main
enum SearchBench {
  static func main() {
    do { try run(Array(CommandLine.arguments.dropFirst())) } catch {
      print("search-bench: \(error)")
      exit(1)
    }
  }

  private static func run(_ arguments: [String]) throws {
    guard arguments.count >= 2 else {
      throw SluiceError(.usage, "search-bench build|update|query CONFIG.json")
    }
    let config = try JSONValue(parsing: FileSystem.read(arguments[1])).object ?? [:]
    switch arguments[0] {
    case "build": try build(config)
    case "query": try query(config)
    default: throw SluiceError(.usage, "there is no \(arguments[0])")
    }
  }

  private static func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  private static func text(_ config: JSONObject, _ name: String) throws -> String {
    guard let value = config[name]?.string else { throw SluiceError(.usage, "\(name) is missing") }
    return value
  }

  private static func number(_ config: JSONObject, _ name: String) throws -> Int {
    guard let value = config[name]?.int else { throw SluiceError(.usage, "\(name) is missing") }
    return value
  }

  /// `vectors`: float32 rows; `texts`: a line for each; `from`, `count`: which rows; `version`: of changed chunks; `former`.
  private static func build(_ config: JSONObject) throws {
    let dimensions = try number(config, "dimensions")
    let vectors = try FileSystem.read(text(config, "vectors"))
    let texts = try FileSystem.read(text(config, "texts")).split(separator: UInt8(ascii: "\n"))
    let changed = Set((config["changed"]?.array ?? []).compactMap(\.int))
    var settings = IndexSettings()
    settings.vectorSearch = IndexSettings.VectorSearch(rawValue: config["search"]?.string ?? "auto") ?? .auto
    let passport = VectorPassport(config["passport"]?.object ?? ["model": "bench", "dim": JSONValue(dimensions)])
    func chunk(_ row: Int) -> IndexedChunk {
      let bytes = dimensions * 4
      let shift = changed.contains(row) ? 1 : 0
      let source = (row + shift) % (vectors.count / bytes)
      return IndexedChunk(
        id: "doc\(row / 20)#" + String(String(10_000_000 + row).dropFirst()), digest: Digest(of: "\(row) \(shift)"),
        documentID: "doc\(row / 20)", sectionPath: "1. A -> 1.\(row % 20). B", position: row % 20,
        sourceURL: "https://example.org/doc\(row / 20)", title: "Document \(row / 20)",
        text: String(decoding: texts[source % texts.count], as: UTF8.self),
        metadata: [
          "hundredth": JSONValue(row % 100), "lang": .string(row % 3 == 0 ? "en" : "de"),
          "user_id": .string("u\(row % 1000)"),
        ],
        vector: Array(vectors[(source * bytes)..<((source + 1) * bytes)]))
    }
    let former = config["former"]?.string
    let count = try number(config, "count")
    let wall = MonotonicClock.now
    let cpu = cpuSeconds()
    let writer = try IndexWriter(
      files: IndexFiles(besides: try text(config, "index")), passport: passport, settings: settings,
      former: former.map { IndexFiles(besides: $0) }, expected: count)
    let rows = former == nil ? Array(0..<count) : changed.sorted()
    if former != nil { for row in rows { try writer.remove(id: chunk(row).id) } }
    for row in rows { try writer.insert(chunk(row)) }
    let before = cpuSeconds()
    let info = try writer.finish()
    let spent: JSONValue = [
      "cpu_seconds": .double(cpuSeconds() - cpu), "finish_cpu_seconds": .double(cpuSeconds() - before),
      "wall_seconds": .double(MonotonicClock.seconds(since: wall)), "certificate": .object(info.certificate),
      "chunks": JSONValue(info.chunks),
    ]
    print(spent.canonicalText)
  }

  /// `queries`: float32 rows; `filter`; `exact`; gives the ids' rows of the ten nearest of each.
  private static func query(_ config: JSONObject) throws {
    let dimensions = try number(config, "dimensions")
    let raw = try FileSystem.read(text(config, "queries"))
    let queries = raw.withUnsafeBytes { bytes in
      stride(from: 0, to: bytes.count, by: dimensions * 4).map { start in
        (0..<dimensions).map { bytes.loadUnaligned(fromByteOffset: start + $0 * 4, as: Float.self) }
      }
    }
    let searcher = try Searcher(path: text(config, "index"))
    var request = SearchRequest("")
    request.mode = .vector
    request.limit = 10
    request.isExact = config["exact"]?.bool ?? false
    request.filter = try FilterReader.read((config["filter"]?.string).map { [$0] } ?? [], fields: try searcher.fields())
    request.vector = queries[0]
    _ = try searcher.search(request)
    var found: [JSONValue] = []
    var way: String?
    let start = cpuSeconds()
    for query in queries {
      request.vector = query
      let answer = try searcher.nearestRows(request)
      found.append(.array(answer.rows.map { JSONValue($0) }))
      way = answer.way
    }
    let spent = cpuSeconds() - start
    print(
      JSONValue.object([
        "cpu_seconds": .double(spent), "milliseconds": .double(spent * 1000 / Double(queries.count)),
        "way": JSONValue(way), "ef": JSONValue(searcher.info.ef), "found": .array(found),
      ]).canonicalText)
  }
}
