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
  static let format = 3

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
    var values: [Key: String] = [:]
    let statement = try database.prepare("SELECT key, value FROM meta")
    while try statement.step() {
      if let key = Key(rawValue: try statement.text(0)) { values[key] = try statement.text(1) }
    }
    guard values[.format] == String(format) else {
      throw SluiceError(
        .vectorStoreError,
        "the index \(database.path) has the format \(values[.format] ?? "?"), \(format) was expected",
        advice: "Run the pipeline again: it makes the index anew.")
    }
    func damaged(_ key: Key) -> SluiceError {
      SluiceError(
        .vectorStoreError, "the index \(database.path) is damaged: its '\(key.rawValue)' cannot be read",
        advice: "Run the pipeline again with `--from` its index stage.")
    }
    func object(_ key: Key) throws(SluiceError) -> JSONObject? {
      guard let text = values[key] else { return nil }
      guard let object = try? JSONValue(parsing: text).object else { throw damaged(key) }
      return object
    }
    func number(_ key: Key) throws(SluiceError) -> Int {
      guard let number = values[key].flatMap({ Int($0) }) else { throw damaged(key) }
      return number
    }
    guard let settings = try object(.settings), let token = values[.token].flatMap({ Digest(hex: $0) }) else {
      throw damaged(values[.settings] == nil ? .settings : .token)
    }
    return IndexInfo(
      chunks: try number(.chunks), documents: try number(.documents), vectors: try number(.vectors),
      passport: try object(.passport).map { VectorPassport($0) }, settings: try IndexSettings(settings, database.path),
      ef: try number(.ef), certificate: try object(.recall) ?? [:], token: token)
  }

  /// The rows of the table `meta`.
  enum Key: String {
    case format, chunks, documents, vectors, passport, settings, ef, recall, token
  }
}

extension IndexSettings {
  /// As the table `meta` keeps them.
  private struct Kept: Codable {
    @Lenient var vectors: String?
    @Lenient var hnswAbove: Int?
    @Lenient var codes: String?
    @Lenient var links: Int?
    @Lenient var efConstruction: Int?
    @Lenient var minRecall: Double?
    @LenientList var filters: [String]
    @LenientList var require: [String]

    enum CodingKeys: String, CodingKey {
      case vectors, codes, links, filters, require
      case hnswAbove = "hnsw_above"
      case efConstruction = "ef_construction"
      case minRecall = "min_recall"
    }

    init(_ settings: IndexSettings) {
      vectors = settings.vectorSearch.rawValue
      hnswAbove = settings.hnswAbove
      codes = settings.isCoded ? "int8" : "float32"
      links = settings.links
      efConstruction = settings.efConstruction
      minRecall = settings.minRecall
      filters = settings.filterFields
      require = settings.requiredFields
    }
  }

  var json: JSONObject { JSONObject(encoding: Kept(self)) }

  fileprivate init(_ json: JSONObject, _ path: String) throws(SluiceError) {
    self.init()
    let kept: Kept
    do { kept = try json.decoded() } catch {
      throw SluiceError(.vectorStoreError, "the settings of the index \(path) cannot be read: \(error)")
    }
    vectorSearch = kept.vectors.flatMap { VectorSearch(rawValue: $0) } ?? vectorSearch
    hnswAbove = kept.hnswAbove ?? hnswAbove
    isCoded = kept.codes != "float32"
    links = kept.links ?? links
    efConstruction = kept.efConstruction ?? efConstruction
    minRecall = kept.minRecall ?? minRecall
    filterFields = kept.filters
    requiredFields = kept.require
  }
}
