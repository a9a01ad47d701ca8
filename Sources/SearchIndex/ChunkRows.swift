import Foundations
import Models
import SQLite

/// Reads the rows of an open index.
struct ChunkRows {
  private let database: SQLiteConnection
  private let byID: SQLiteStatement

  init(_ database: SQLiteConnection) throws(SluiceError) {
    self.database = database
    byID = try database.prepare(
      """
      SELECT id, digest, document_id, section_path, page, element_type, source_url, title, metadata, text, position
      FROM chunks WHERE id = ?
      """)
  }

  /// A chunk without its vector.
  func chunk(id: String) throws(SluiceError) -> IndexedChunk? {
    try byID.bind([.text(id)])
    guard try byID.step() else { return nil }
    let digest = try byID.digest(1)
    return IndexedChunk(
      id: try byID.text(0), digest: digest, documentID: try byID.text(2),
      sectionPath: try byID.text(3),
      page: byID.isNull(4) ? nil : byID.int(4), elementType: try byID.text(5),
      position: byID.isNull(10) ? nil : byID.int(10),
      sourceURL: byID.optionalText(6),
      title: byID.optionalText(7), text: try byID.text(9),
      metadata: try Self.metadata(byID, 8, of: id))
  }

  /// The metadata in a column.
  static func metadata(_ row: borrowing SQLiteStatement, _ column: Int32, of id: String) throws(SluiceError)
    -> JSONObject
  {
    guard let object = (try? JSONValue(parsing: row.text(column)))?.object else {
      throw damaged("the metadata of the chunk \(id) cannot be read")
    }
    return object
  }

  private static func damaged(_ what: String) -> SluiceError {
    SluiceError(
      .vectorStoreError, "the index is damaged: \(what)",
      advice: "Run the pipeline again with `--from` its index stage.")
  }

  /// A chunk's place in a ranking.
  struct Ranked {
    let number: Int
    let id: String
    let score: Double
  }

  /// The `depth` best by BM25 (k1 = 1.2, b = 0.75, as FTS5 has it), larger scores first, ties by id.
  /// - Parameter allowed: the chunks that may be found; `nil`: all.
  func matching(_ match: String, depth: Int, among allowed: NumberSet?) throws(SluiceError) -> [Ranked] {
    let statement = try database.prepare(
      "SELECT rowid, rank FROM words WHERE words MATCH ? ORDER BY rank")
    try statement.bind([.text(match)])
    var candidates: [(number: Int, score: Double)] = []
    while try statement.step() {
      let number = statement.int(0)
      if let allowed, !allowed.contains(number) { continue }
      let score = -statement.real(1)
      // All that tie with the last are looked at: which of them come in is a matter of ids, not of rows.
      if candidates.count >= depth, score < candidates[depth - 1].score { break }
      candidates.append((number, score))
    }
    return try ranked(candidates, depth: depth)
  }

  /// Orders candidates by score, then id.
  func ranked(_ candidates: [(number: Int, score: Double)], depth: Int) throws(SluiceError)
    -> [Ranked]
  {
    let statement = try database.prepare("SELECT id FROM chunks WHERE number = ?")
    var ranked: [Ranked] = []
    for candidate in candidates {
      try statement.bind([.int(candidate.number)])
      guard try statement.step() else { throw Self.damaged("there is no chunk \(candidate.number), which was found") }
      ranked.append(Ranked(number: candidate.number, id: try statement.text(0), score: candidate.score))
    }
    ranked.sort { $0.score != $1.score ? $0.score > $1.score : $0.id < $1.id }
    return Array(ranked.prefix(depth))
  }
}
