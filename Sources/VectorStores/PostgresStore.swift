import CPostgres
import Formats
import Foundations
import Glibc
import Models
import SearchIndex

/// PostgreSQL with pgvector: a table for each collection, `sluice_collections` with their passports.
///
/// An update is one transaction: readers see the old state or the new one.
final class PostgresStore: VectorStore {
  static let traits = StoreTraits(
    schemes: ["postgresql://", "postgres://"], example: "postgresql://user@localhost/database", batch: 100,
    takesUser: true)
  private let address: VectorStoreAddress
  private let connection: OpaquePointer
  private var table = ""

  init(_ address: VectorStoreAddress) throws(SluiceError) {
    self.address = address
    _ = try PostgresLibrary.version()
    guard let connection = postgres_connect(address.url, try address.key(), 15) else {
      throw SluiceError(.system, "there is not enough memory")
    }
    self.connection = connection
    if let reason = postgres_error(connection) { throw failure(String(cString: reason)) }
    // Two stages, or two runs, must not make the same tables at once.
    try run("SELECT pg_advisory_lock(hashtext('sluice'))")
    do throws(SluiceError) { try run("CREATE EXTENSION IF NOT EXISTS vector") } catch {
      throw SluiceError(
        .vectorStoreError, "\(error.message)",
        advice:
          "pgvector has to be installed there (apt-get install postgresql-16-pgvector), and the user may have to be allowed to create it."
      )
    }
    try run(
      "CREATE TABLE IF NOT EXISTS sluice_collections(name text PRIMARY KEY, passport jsonb NOT NULL)")
  }

  deinit { postgres_close(connection) }

  func open(_ collection: String, _ passport: VectorPassport) throws(SluiceError) {
    guard collection.utf8.count <= 50 else {
      throw SluiceError(
        .usage, "the collection's name '\(collection)' is too long for a table of PostgreSQL",
        advice: "Fifty bytes are possible.")
    }
    table = SQLText.name(collection)
    try run("BEGIN")
    let known = try rows("SELECT passport FROM sluice_collections WHERE name = $1", [collection])
    if let text = known.first?[0] {
      guard let members = (try? JSONValue(parsing: text))?.object else {
        throw failure("the passport of \(collection) in sluice_collections cannot be read")
      }
      return try passport.check(
        VectorPassport(members), of: "the table \(table) at \(address.url)", otherwise: "drop the table")
    }
    try create(collection, passport)
  }

  private func create(_ collection: String, _ passport: VectorPassport) throws(SluiceError) {
    let exists = try rows("SELECT to_regclass($1)::text", [table]).first?[0]
    guard exists == nil else {
      throw SluiceError(
        .vectorStoreError, "the table \(table) at \(address.url) was not made by Sluice",
        advice: "Take another name (collection), or drop the table.")
    }
    try run(
      """
      CREATE TABLE \(table)(
        id text COLLATE "C" PRIMARY KEY, digest text NOT NULL, document_id text NOT NULL, section_path text,
        page integer, chunk_index integer, element_type text NOT NULL, source_url text, title text, text text NOT NULL,
        metadata jsonb NOT NULL, embedding vector(\(passport.dimensions)) NOT NULL)
      """)
    // pgvector's graphs end at 2,000 dimensions.
    if passport.dimensions <= 2000 {
      try run("CREATE INDEX ON \(table) USING hnsw (embedding vector_cosine_ops)")
    }
    try run("CREATE INDEX ON \(table) (document_id)")
    try run("CREATE INDEX ON \(table) USING gin (metadata)")
    try run(
      "INSERT INTO sluice_collections VALUES($1, $2::jsonb)",
      [collection, JSONValue.object(passport.members).canonicalText])
  }

  func existing() throws(SluiceError) -> [(id: String, digest: Digest)] {
    var all: [(id: String, digest: Digest)] = []
    for row in try rows("SELECT id, digest FROM \(table) ORDER BY id") {
      guard let id = row[0] else { throw failure("a row of \(table) has no id") }
      all.append((id, row[1].flatMap { Digest(hex: $0) } ?? StoredFields.noDigest))
    }
    return all
  }

  func remove(_ ids: [String]) throws(SluiceError) {
    if ids.isEmpty { return }
    let places = (1...ids.count).map { "$\($0)" }.joined(separator: ", ")
    try run("DELETE FROM \(table) WHERE id IN (\(places))", ids)
  }

  func add(_ chunks: [IndexedChunk]) throws(SluiceError) {
    if chunks.isEmpty { return }
    var values: [String?] = []
    var places: [String] = []
    for chunk in chunks {
      let first = values.count + 1
      let casts = ["", "", "", "", "::integer", "::integer", "", "", "", "", "::jsonb", "::vector"]
      places.append("(" + casts.enumerated().map { "$\(first + $0.offset)\($0.element)" }.joined(separator: ", ") + ")")
      let vector = StoredFields.floats(chunk).map { "\($0)" }.joined(separator: ",")
      values += [
        chunk.id, chunk.digest.hex, chunk.documentID, chunk.sectionPath, chunk.page.map(String.init),
        chunk.position.map(String.init), chunk.elementType, chunk.sourceURL, chunk.title, chunk.text,
        JSONValue.object(chunk.metadata).canonicalText, "[\(vector)]",
      ]
    }
    // SQL's texts cannot hold a zero byte.
    try run(
      """
      INSERT INTO \(table)(id, digest, document_id, section_path, page, chunk_index, element_type, source_url, title,
        text, metadata, embedding) VALUES \(places.joined(separator: ", "))
      """, values.map { $0?.replacing("\0", with: "\u{FFFD}").replacing("\\u0000", with: "\\ufffd") })
  }

  func commit() throws(SluiceError) {
    try run("COMMIT")
  }

  func drop(_ collection: String) throws(SluiceError) {
    try run("BEGIN")
    let known = try rows("DELETE FROM sluice_collections WHERE name = $1 RETURNING name", [collection])
    if !known.isEmpty { try run("DROP TABLE IF EXISTS \(SQLText.name(collection))") }
    try run("COMMIT")
  }

  private func run(_ sql: String, _ values: [String?] = []) throws(SluiceError) { _ = try rows(sql, values) }

  private func rows(_ sql: String, _ values: [String?] = []) throws(SluiceError) -> [[String?]] {
    let copies = values.map { value in value.flatMap { strdup($0) } }
    defer { for copy in copies { free(copy) } }
    let pointers = copies.map { $0.map { UnsafePointer($0) } }
    let result = postgres_run(connection, sql, Int32(values.count), pointers)
    defer { if let result { postgres_clear(result) } }
    if let reason = postgres_result_error(connection, result) { throw failure(String(cString: reason)) }
    guard let result else { return [] }
    return (0..<postgres_rows(result)).map { row in
      (0..<postgres_columns(result)).map { column in postgres_value(result, row, column).map { String(cString: $0) } }
    }
  }

  private func failure(_ reason: String) -> SluiceError {
    let line = reason.split(separator: "\n").joined(separator: " ")
    return SluiceError(
      .vectorStoreError, "PostgreSQL at \(address.url): \(line)",
      advice: "Nothing was changed there: an update is one transaction.")
  }
}
