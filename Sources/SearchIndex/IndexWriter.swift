import Foundations
import Glibc
import Models
import SQLite

/// Writes an index, anew or as a copy of a former one with only the difference done.
///
/// The same former files and the same calls give the same bytes.
package final class IndexWriter {
  private let database: SQLiteConnection
  private let files: IndexFiles
  private let former: IndexFiles?
  private let passport: VectorPassport?
  private let settings: IndexSettings
  private let vectors: VectorFileWriter?
  private let formerToken: Digest?
  private var token: IndexInfo.Token
  private var all: NumberSet
  private var withVector: Int
  /// Numbers that chunks left, the smallest last.
  private var free: [Int]
  private var next: Int
  private var postings = PostingChanges()
  private var touchedDocuments: Set<ExactText> = []
  private var hasRemoved = false
  private var removedRows: [Int] = []
  private var addedRows: [Int] = []
  private let insertChunk: SQLiteStatement
  private let insertWords: SQLiteStatement
  private let findChunk: SQLiteStatement
  private let deleteWords: SQLiteStatement
  private let deleteChunk: SQLiteStatement

  /// The version of SQLite, which shapes the file.
  package static var libraryVersion: String { SQLiteConnection.libraryVersion }

  private static let schema = """
    CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE chunks(
      number INTEGER PRIMARY KEY, id TEXT NOT NULL, digest BLOB NOT NULL, document_id TEXT NOT NULL,
      section_path TEXT NOT NULL, page INTEGER, element_type TEXT NOT NULL, position INTEGER, source_url TEXT, title TEXT,
      metadata TEXT NOT NULL, has_vector INTEGER NOT NULL, text TEXT NOT NULL);
    CREATE UNIQUE INDEX chunks_id ON chunks(id, digest);
    CREATE INDEX chunks_document ON chunks(document_id, id);
    CREATE VIRTUAL TABLE words USING fts5(
      text, content='', tokenize="unicode61 remove_diacritics 2 categories 'L* N* Co Mn Mc'");
    CREATE TABLE postings(
      field TEXT NOT NULL, value NOT NULL, numbers BLOB NOT NULL, PRIMARY KEY(field, value)) WITHOUT ROWID;
    CREATE TABLE documents(
      id TEXT PRIMARY KEY, title TEXT, url TEXT, chunks INTEGER NOT NULL) WITHOUT ROWID;
    """

  /// Begins an index at `path` (see `IndexFiles(besides:)`), where none may be.
  package convenience init(
    path: String, passport: VectorPassport?, settings: IndexSettings = IndexSettings(), former: String? = nil
  ) throws(SluiceError) {
    try self.init(
      files: IndexFiles(besides: path), passport: passport, settings: settings,
      former: former.map { IndexFiles(besides: $0) })
  }

  /// Begins an index, where none may be.
  /// - Parameters:
  ///   - passport: the space of the vectors; `nil` for an index by words only.
  ///   - former: an index to start from; its passport and format must be the same (see `canContinue`).
  ///   - expected: how many chunks there will be, as far as that is known.
  package init(
    files: IndexFiles, passport: VectorPassport?, settings: IndexSettings, former: IndexFiles? = nil, expected: Int = 0
  ) throws(SluiceError) {
    self.files = files
    self.former = former
    self.passport = passport
    self.settings = settings
    if let former { try FileSystem.copy(former.database, to: files.database) }
    database = try SQLiteConnection(path: files.database, .alone, report: .index)
    try database.execute("BEGIN")
    if former == nil { try database.execute(Self.schema) }
    let info = former == nil ? nil : try IndexInfo.read(database)
    formerToken = info?.token
    token = IndexInfo.Token(info?.token)
    withVector = info?.vectors ?? 0
    all = try Postings(database).all()
    next = (all.numbers.last ?? 0) + 1
    free = (1..<next).reversed().filter { [all] in !all.contains($0) }
    if let passport {
      let formerVectors: VectorFile? =
        if let former { try VectorFile(path: former.vectors) } else { nil }
      vectors = try VectorFileWriter(
        path: files.vectors, dimensions: passport.dimensions, isCoded: settings.isCoded, rows: expected + 1,
        former: formerVectors)
    } else {
      vectors = nil
    }
    insertChunk = try database.prepare("INSERT INTO chunks VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    insertWords = try database.prepare("INSERT INTO words(rowid, text) VALUES(?, ?)")
    findChunk = try database.prepare(
      """
      SELECT number, text, document_id, section_path, page, element_type, source_url, title, metadata, digest, has_vector
      FROM chunks WHERE id = ?
      """)
    // FTS5 must be told the old text to find its words.
    deleteWords = try database.prepare(
      "INSERT INTO words(words, rowid, text) VALUES('delete', ?, ?)")
    deleteChunk = try database.prepare("DELETE FROM chunks WHERE number = ?")
  }

  /// Whether an index can be updated to one in this space: readable, of our format, the same space.
  package static func canContinue(_ former: String, passport: VectorPassport?) -> Bool {
    canContinue(IndexFiles(besides: former), passport: passport)
  }

  package static func canContinue(_ former: IndexFiles, passport: VectorPassport?) -> Bool {
    guard FileSystem.exists(former.database),
      let database = try? SQLiteConnection(path: former.database, .immutable, report: .index),
      let info = try? IndexInfo.read(database), info.passport == passport
    else { return false }
    guard let passport else { return true }
    guard let vectors = try? VectorFile(path: former.vectors) else { return false }
    return vectors.token == info.token && vectors.layout.dimensions == passport.dimensions
  }

  /// The digests of the items in the file as it is now, by chunk id.
  package func existing() throws(SluiceError) -> [String: Digest] {
    var digests: [String: Digest] = [:]
    try forEachExisting { id, digest in digests[id] = digest }
    return digests
  }

  /// Calls `body` with the id and the item's digest of every chunk in the file, in the order of the ids' UTF-8.
  package func forEachExisting(_ body: (String, Digest) -> Void) throws(SluiceError) {
    let statement = try database.prepare("SELECT id, digest FROM chunks ORDER BY id")
    while try statement.step() {
      body(try statement.text(0), try statement.digest(1))
    }
  }

  /// Adds a chunk; call it in the order of ids.
  /// - Throws: `.vectorStoreError` when its vector has another width than the passport says.
  package func insert(_ chunk: IndexedChunk) throws(SluiceError) {
    if let vector = chunk.vector {
      guard let passport, vector.count == passport.dimensions * 4 else {
        throw SluiceError(
          .vectorStoreError,
          "the vector of \(chunk.id) has \(vector.count / 4) dimensions, the index has \(passport?.dimensions ?? 0)",
          advice: "Embed all chunks with one model: `sluice why` says which stage made them.")
      }
    }
    let number: Int
    if let reused = free.popLast() {
      number = reused
    } else {
      number = next
      next += 1
    }
    try insertChunk.run([
      .int(number), .text(chunk.id), .blob(chunk.digest.bytes), .text(chunk.documentID),
      .text(chunk.sectionPath),
      .int(chunk.page), .text(chunk.elementType), .int(chunk.position), .text(chunk.sourceURL), .text(chunk.title),
      .text(JSONValue.object(chunk.metadata).canonicalText), .int(chunk.vector == nil ? 0 : 1), .text(chunk.text),
    ])
    try insertWords.run([.int(number), .text(IndexedWords.of(chunk.text))])
    all.insert(number)
    token.toggle(number, chunk.digest)
    postings.add(number, ChunkFields.pairs(chunk))
    if postings.isFull { try postings.write(database) }
    touchedDocuments.insert(ExactText(chunk.documentID))
    guard let vector = chunk.vector else { return }
    withVector += 1
    addedRows.append(number)
    try vectors?.put(number, vector)
  }

  /// Takes a chunk out: its row, its words, its vector. Does nothing when it is not there.
  package func remove(id: String) throws(SluiceError) {
    try findChunk.bind([.text(id)])
    guard try findChunk.step() else { return }
    let number = findChunk.int(0)
    let text = try findChunk.text(1)
    let document = try findChunk.text(2)
    let pairs = ChunkFields.pairs(
      documentID: document, elementType: try findChunk.text(5), page: findChunk.isNull(4) ? nil : findChunk.int(4),
      sectionPath: try findChunk.text(3), sourceURL: findChunk.optionalText(6), title: findChunk.optionalText(7),
      metadata: try ChunkRows.metadata(findChunk, 8, of: id))
    let digest = try findChunk.digest(9)
    let hadVector = findChunk.int(10) == 1
    findChunk.reset()
    try deleteWords.run([.int(number), .text(IndexedWords.of(text))])
    try deleteChunk.run([.int(number)])
    postings.remove(number, pairs)
    touchedDocuments.insert(ExactText(document))
    token.toggle(number, digest)
    all.remove(number)
    // The smallest is taken first, so that numbers stay dense.
    let place = free.firstIndex { $0 < number } ?? free.count
    free.insert(number, at: place)
    hasRemoved = true
    guard hadVector else { return }
    withVector -= 1
    removedRows.append(number)
    vectors?.clear(number)
  }

  /// Completes the files and makes them durable.
  /// - Parameter isStopping: asked now and then while the graph is built.
  /// - Returns: the header.
  /// - Throws: `.vectorStoreError` when searching finds too few of the nearest: see `RecallCertificate`.
  @discardableResult
  package func finish(isStopping: () -> Bool = { false }) throws(SluiceError) -> IndexInfo {
    // FTS5 keeps the words of deleted chunks in its old segments until these are merged: they have to be gone. Without
    // deletions, only a first build is merged, for quicker searches.
    if hasRemoved || former == nil { try database.execute("INSERT INTO words(words) VALUES('optimize')") }
    try postings.write(database)
    try writeAll()
    try updateDocuments()
    let kind = settings.usesGraph(withVector)
    var ef = 0
    var certificate = JSONObject()
    if let vectors {
      try vectors.finish(rows: (all.numbers.last ?? 0) + 1, token: token.digest)
      let file = try VectorFile(path: files.vectors)
      var wasUpdated = false
      if kind {
        wasUpdated = try VectorGraphBuilder.build(
          files.graph, file, settings, former: former?.graph, formerToken: formerToken,
          removed: former == nil ? [] : removedRows, added: addedRows, isStopping: isStopping)
      }
      let measured = try RecallCertificate.measure(
        file, files, settings, postings: Postings(database), usesGraph: kind, isUpdate: former != nil,
        built: kind ? (wasUpdated ? "updated" : "built") : nil)
      ef = measured.ef
      certificate = measured.report
      try measured.check(settings, files)
    }
    try writeMeta(ef: ef, certificate)
    try database.execute("COMMIT")
    try compact()
    let info = try IndexInfo.read(database)
    try makeDurable()
    if vectors != nil {
      try FileSystem.writeAtomically(JSONValue.object(certificate).canonicalBytes + [0x0A], to: files.report)
    }
    return info
  }

  private func writeAll() throws(SluiceError) {
    try database.prepare("INSERT OR REPLACE INTO postings VALUES(?, '', ?)").run([
      .text(Postings.all), .blob(all.encoded),
    ])
  }

  private func updateDocuments() throws(SluiceError) {
    let drop = try database.prepare("DELETE FROM documents WHERE id = ?")
    let make = try database.prepare(
      """
      INSERT INTO documents SELECT document_id, min(title), min(source_url), count(*) FROM chunks
        WHERE document_id = ? GROUP BY document_id
      """)
    for document in touchedDocuments.sorted() {
      try drop.run([.text(document.text)])
      try make.run([.text(document.text)])
    }
  }

  private func writeMeta(ef: Int, _ certificate: JSONObject) throws(SluiceError) {
    try database.execute(
      """
      DELETE FROM meta;
      INSERT INTO meta SELECT 'documents', count(*) FROM documents;
      """)
    let put = try database.prepare("INSERT INTO meta VALUES(?, ?)")
    var values: [(IndexInfo.Key, String)] = [
      (.format, String(IndexInfo.format)), (.chunks, String(all.count)), (.vectors, String(withVector)),
      (.settings, JSONValue.object(settings.json).canonicalText), (.ef, String(ef)), (.token, token.digest.hex),
      (.recall, JSONValue.object(certificate).canonicalText),
    ]
    if let passport { values.append((.passport, JSONValue.object(passport.members).canonicalText)) }
    for (key, value) in values { try put.run([.text(key.rawValue), .text(value)]) }
  }

  /// Gives room back when a quarter of the file is empty.
  private func compact() throws(SluiceError) {
    func pragma(_ name: String) throws(SluiceError) -> Int {
      let statement = try database.prepare("PRAGMA \(name)")
      return try statement.step() ? statement.int(0) : 0
    }
    if try pragma("freelist_count") * 4 > pragma("page_count") { try database.execute("VACUUM") }
  }

  private func makeDurable() throws(SluiceError) {
    for path in [files.database, files.graph] where FileSystem.exists(path) {
      let descriptor = try FileDescriptor(path: path, flags: O_RDONLY)
      guard fsync(descriptor.raw) == 0 else { throw FileSystem.systemError("make durable", path) }
    }
  }
}
