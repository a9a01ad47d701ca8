import Foundations
import Models
import SQLite

/// What the header of an index says.
package struct IndexInfo: Sendable, Hashable {
  package let chunks: Int
  package let documents: Int
  /// 0 for an index that can be searched by words only.
  package let vectors: Int
  /// The space of the vectors; `nil` when there are none.
  package let passport: VectorPassport?
  /// How it was built.
  package let settings: IndexSettings
  /// How many candidates a search of the graph keeps; 0: there is no graph.
  package let ef: Int
  /// What the build measured: see `RecallCertificate`.
  package let certificate: JSONObject
  /// Says which vectors and graph belong to the database.
  let token: Digest

  /// Raised whenever the tables change; a file of another format is made anew, never guessed at.
  static let format = 2

  /// The sum, without carry, of a digest of each chunk's number and item: the same for the same chunks, in whatever
  /// order they came, and quick to bring up to date.
  struct Token {
    private(set) var words: (UInt64, UInt64, UInt64, UInt64)
    /// - Parameter digest: the sum so far; `nil`: of no chunk.
    init(_ digest: Digest?) { words = digest?.words ?? (0, 0, 0, 0) }

    mutating func toggle(_ number: Int, _ digest: Digest) {
      var hasher = DigestHasher()
      hasher.update(UInt64(number))
      hasher.update(digest)
      let own = hasher.finalize().words
      words = (words.0 ^ own.0, words.1 ^ own.1, words.2 ^ own.2, words.3 ^ own.3)
    }
    var digest: Digest { Digest(words: words) }
  }

  static func read(_ database: SQLiteConnection) throws(SluiceError) -> IndexInfo {
    var values: [String: String] = [:]
    let statement = try database.prepare("SELECT key, value FROM meta")
    while try statement.step() { values[try statement.text(0)] = try statement.text(1) }
    guard values["format"] == String(format) else {
      throw SluiceError(
        .vectorStoreError,
        "the index \(database.path) has the format \(values["format"] ?? "?"), \(format) was expected",
        advice: "Run the pipeline again: it makes the index anew.")
    }
    func object(_ key: String) -> JSONObject? { values[key].flatMap { try? JSONValue(parsing: $0).object } }
    return IndexInfo(
      chunks: values["chunks"].flatMap { Int($0) } ?? 0,
      documents: values["documents"].flatMap { Int($0) } ?? 0,
      vectors: values["vectors"].flatMap { Int($0) } ?? 0,
      passport: object("passport").map { VectorPassport($0) },
      settings: IndexSettings(object("settings") ?? [:]),
      ef: values["ef"].flatMap { Int($0) } ?? 0,
      certificate: object("recall") ?? [:],
      token: Token(values["token"].flatMap { Digest(hex: $0) }).digest)
  }
}

extension IndexSettings {
  var json: JSONObject {
    [
      "vectors": .string(vectorSearch.rawValue), "hnsw_above": JSONValue(hnswAbove),
      "codes": isCoded ? "int8" : "float32", "links": JSONValue(links), "ef_construction": JSONValue(efConstruction),
      "min_recall": .double(minRecall), "filters": JSONValue(filterFields), "require": JSONValue(requiredFields),
    ]
  }

  init(_ json: JSONObject) {
    self.init()
    vectorSearch = json["vectors"]?.string.flatMap { VectorSearch(rawValue: $0) } ?? vectorSearch
    hnswAbove = json["hnsw_above"]?.int ?? hnswAbove
    isCoded = json["codes"]?.string != "float32"
    links = json["links"]?.int ?? links
    efConstruction = json["ef_construction"]?.int ?? efConstruction
    minRecall = json["min_recall"]?.double ?? minRecall
    filterFields = json["filters"]?.array?.compactMap(\.string) ?? []
    requiredFields = json["require"]?.array?.compactMap(\.string) ?? []
  }
}
