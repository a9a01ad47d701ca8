import CSQLite
import Foundations
import Glibc
import Models

/// Writes an index file, anew or as a copy of a former one with only the difference done.
///
/// The same former file and the same calls give the same bytes.
package final class IndexWriter {
  private let database: Database
  private let path: String
  private let passport: VectorPassport?
  private var next: Int
  private let insertChunk: Statement
  private let insertWords: Statement
  private let insertVector: Statement
  private let findChunk: Statement
  private let deleteWords: Statement
  private let deleteVector: Statement
  private let deleteChunk: Statement

  /// The version of SQLite, which shapes the file.
  package static var libraryVersion: String { String(cString: sqlite3_libversion()) }

  private static let schema = """
    CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE chunks(
      number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, digest BLOB NOT NULL, document_id TEXT NOT NULL,
      section_path TEXT NOT NULL, page INTEGER, element_type TEXT NOT NULL, source_url TEXT, title TEXT,
      metadata TEXT NOT NULL, text TEXT NOT NULL);
    CREATE VIRTUAL TABLE words USING fts5(
      text, content='chunks', content_rowid='number', tokenize="unicode61 remove_diacritics 2");
    CREATE TABLE vectors(number INTEGER PRIMARY KEY, vector BLOB NOT NULL);
    CREATE TABLE documents(
      id TEXT PRIMARY KEY, title TEXT, url TEXT, chunks INTEGER NOT NULL) WITHOUT ROWID;
    """

  /// Begins a file at `path`, where none may be.
  /// - Parameters:
  ///   - passport: the space of the vectors; `nil` for an index by words only.
  ///   - former: an index to start from; its passport and format must be the same (see `canContinue`).
  package init(path: String, passport: VectorPassport?, former: String? = nil) throws(SluiceError) {
    self.path = path
    self.passport = passport
    if let former { try Self.copy(former, to: path) }
    database = try Database(path: path, .writing)
    try database.run("BEGIN")
    if former == nil { try database.run(Self.schema) }
    let last = try database.prepare("SELECT coalesce(max(number), 0) FROM chunks")
    next = try last.step() ? last.int(0) + 1 : 1
    insertChunk = try database.prepare("INSERT INTO chunks VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
    insertWords = try database.prepare("INSERT INTO words(rowid, text) VALUES(?, ?)")
    insertVector = try database.prepare("INSERT INTO vectors VALUES(?, ?)")
    findChunk = try database.prepare("SELECT number, text FROM chunks WHERE id = ?")
    // FTS5 must be told the old text to find its words.
    deleteWords = try database.prepare(
      "INSERT INTO words(words, rowid, text) VALUES('delete', ?, ?)")
    deleteVector = try database.prepare("DELETE FROM vectors WHERE number = ?")
    deleteChunk = try database.prepare("DELETE FROM chunks WHERE number = ?")
  }

  /// Whether an index file can be updated to one in this space: readable, of our format, the same space.
  package static func canContinue(_ former: String, passport: VectorPassport?) -> Bool {
    guard FileSystem.exists(former), let database = try? Database(path: former, .reading),
      let info = try? IndexInfo.read(database)
    else { return false }
    return info.passport == passport
  }

  /// The digests of the items in the file as it is now, by chunk id.
  package func existing() throws(SluiceError) -> [String: Digest] {
    var digests: [String: Digest] = [:]
    let statement = try database.prepare("SELECT id, digest FROM chunks")
    while try statement.step() {
      digests[statement.text(0) ?? ""] = statement.blob(1) { Digest(bytes: $0) }
    }
    return digests
  }

  /// Adds a chunk; call it in the order of ids.
  /// - Throws: `.vectorStoreError` when its vector has another width than the passport says.
  package func insert(_ chunk: IndexedChunk) throws(SluiceError) {
    let number = next
    next += 1
    try insertChunk.run([
      .int(number), .text(chunk.id), .blob(chunk.digest.bytes), .text(chunk.documentID),
      .text(chunk.sectionPath),
      .init(chunk.page), .text(chunk.elementType), .init(chunk.sourceURL), .init(chunk.title),
      .text(JSONValue.object(chunk.metadata).canonicalText), .text(chunk.text),
    ])
    try insertWords.run([.int(number), .text(chunk.text)])
    guard let vector = chunk.vector else { return }
    guard let passport, vector.count == passport.dimensions * 4 else {
      throw SluiceError(
        .vectorStoreError,
        "the vector of \(chunk.id) has \(vector.count / 4) dimensions, the index has \(passport?.dimensions ?? 0)",
        advice: "Embed all chunks with one model: `sluice why` says which stage made them.")
    }
    try insertVector.run([.int(number), .blob(vector)])
  }

  /// Takes a chunk out: its row, its words, its vector. Does nothing when it is not there.
  package func remove(id: String) throws(SluiceError) {
    try findChunk.bind([.text(id)])
    guard try findChunk.step() else { return }
    let number = Statement.Value.int(findChunk.int(0))
    let text = findChunk.text(1) ?? ""
    findChunk.reset()
    try deleteWords.run([number, .text(text)])
    try deleteVector.run([number])
    try deleteChunk.run([number])
  }

  /// Completes the file and makes it durable.
  /// - Returns: its header.
  @discardableResult
  package func finish() throws(SluiceError) -> IndexInfo {
    // Merges all of FTS5's segments: deleted words are gone only then, and searching is faster.
    try database.run("INSERT INTO words(words) VALUES('optimize')")
    try database.run(
      """
      DELETE FROM documents;
      INSERT INTO documents SELECT document_id, min(title), min(source_url), count(*) FROM chunks
        GROUP BY document_id ORDER BY document_id;
      DELETE FROM meta;
      INSERT INTO meta SELECT 'chunks', count(*) FROM chunks;
      INSERT INTO meta SELECT 'documents', count(*) FROM documents;
      INSERT INTO meta SELECT 'vectors', count(*) FROM vectors;
      INSERT INTO meta VALUES('format', '\(IndexInfo.format)');
      """)
    if let passport {
      let text = JSONValue.object(passport.members).canonicalText
      try database.prepare("INSERT INTO meta VALUES('passport', ?)").run([.text(text)])
    }
    try database.run("COMMIT")
    let info = try IndexInfo.read(database)
    let descriptor = try FileDescriptor(path: path, flags: O_RDONLY)
    guard fsync(descriptor.raw) == 0 else { throw FileSystem.systemError("make durable", path) }
    return info
  }

  private static func copy(_ source: String, to target: String) throws(SluiceError) {
    let reading = try FileDescriptor(path: source, flags: O_RDONLY)
    let writing = try FileDescriptor(path: target, flags: O_WRONLY | O_CREAT | O_EXCL)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 4096)
    defer { buffer.deallocate() }
    while true {
      let count = read(reading.raw, buffer.baseAddress, buffer.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw FileSystem.systemError("read", source) }
      if count == 0 { return }
      try FileSystem.write(
        UnsafeRawBufferPointer(rebasing: buffer[..<count]), to: writing.raw, target)
    }
  }
}
