import CSQLite
import Formats
import Foundations

/// One connection to a SQLite database, to be used by one thread at a time.
///
/// Unchecked, since who owns one decides which thread that is: `SQLiteHandle.use` ends the program when two meet.
package final class SQLiteConnection: @unchecked Sendable {
  /// What a connection is for.
  package enum Access: Sendable {
    /// Reads a database that others may write to.
    case reading
    /// Reads and writes; writers wait up to ten seconds for one another.
    case writing
    /// Reads a file that nobody changes any more.
    case immutable
    /// Writes a file that only we know of: no journal, no sync.
    case alone
  }

  private let handle: SQLiteHandle
  /// Of the database.
  package var path: String { handle.path }
  private var statements: [String: SQLiteStatement] = [:]

  /// Opens a database, and makes it where it is to be written and not there.
  package init(path: String, _ access: Access, report: SQLiteReport) throws(SluiceError) {
    // In a folder that others can write to, a link would lead the writes elsewhere. SQLite's own files beside it are
    // opened without following links.
    if access == .writing, let target = FileSystem.linkTarget(path) {
      throw SluiceError(
        .system, "\(path) is a symbolic link to \(target): databases are not written through links",
        advice: "Move the file here, or let SLUICE_ARTIFACTS name the folder that it is in.")
    }
    let flags =
      switch access {
      case .reading, .immutable: SQLITE_OPEN_READONLY
      case .writing, .alone: SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE
      }
    let address =
      access == .immutable || access == .alone
      ? "file:\(SQLText.path(Path.absolute(path)))\(access == .immutable ? "?immutable=1" : "")" : path
    var opened: OpaquePointer?
    let code = sqlite3_open_v2(
      address, &opened, flags | SQLITE_OPEN_NOMUTEX | (address == path ? 0 : SQLITE_OPEN_URI), nil)
    guard code == SQLITE_OK, let opened else {
      let reason = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(opened)
      throw report.error(code, reason, path, "open")
    }
    sqlite3_extended_result_codes(opened, 1)
    handle = SQLiteHandle(opened, path: path, report: report)
    switch access {
    case .reading, .writing: sqlite3_busy_timeout(opened, 10_000)
    case .immutable: try execute("PRAGMA mmap_size=68719476736; PRAGMA query_only=1")
    case .alone:
      try execute(
        "PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE")
      try execute("PRAGMA secure_delete=ON; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY")
    }
  }

  /// Of the SQLite that is linked.
  package static var libraryVersion: String { String(cString: sqlite3_libversion()) }

  /// Runs SQL that returns nothing; several statements may stand in it.
  package func execute(_ sql: String) throws(SluiceError) {
    guard handle.use({ sqlite3_exec($0, sql, nil, nil, nil) }) == SQLITE_OK else { throw handle.error(sql) }
  }

  /// A statement of the caller's own.
  package func prepare(_ sql: String) throws(SluiceError) -> SQLiteStatement {
    var prepared: OpaquePointer?
    let code = handle.use { sqlite3_prepare_v3($0, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil) }
    guard code == SQLITE_OK, let prepared else { throw handle.error(sql) }
    return SQLiteStatement(prepared, of: handle, sql: sql)
  }

  /// A statement that is kept for the next call with the same text.
  package func statement(_ sql: String) throws(SluiceError) -> SQLiteStatement {
    if let known = statements[sql] {
      known.reset()
      return known
    }
    let statement = try prepare(sql)
    statements[sql] = statement
    return statement
  }

  /// Runs a statement with arguments to its end.
  package func run(_ sql: String, _ arguments: SQLiteValue...) throws(SluiceError) {
    try statement(sql).run(arguments)
  }

  /// The first row of a query, as `body` reads it.
  package func first<R>(
    _ sql: String, _ arguments: [SQLiteValue] = [], _ body: (SQLiteStatement) throws -> R
  ) throws -> R? {
    let statement = try statement(sql)
    try statement.bind(arguments)
    defer { statement.reset() }
    return try statement.step() ? body(statement) : nil
  }

  /// Every row of a query, as `body` reads it.
  package func all<R>(
    _ sql: String, _ arguments: [SQLiteValue] = [], _ body: (SQLiteStatement) throws -> R
  ) throws -> [R] {
    let statement = try statement(sql)
    try statement.bind(arguments)
    defer { statement.reset() }
    var rows: [R] = []
    while try statement.step() { rows.append(try body(statement)) }
    return rows
  }

  /// Runs `body` in a transaction, which is rolled back when it throws, and returns what it returned.
  package func transaction<R>(_ body: () throws -> R) throws -> R {
    try execute("BEGIN IMMEDIATE")
    do {
      let result = try body()
      try execute("COMMIT")
      return result
    } catch {
      // The first error is the one to tell; a rollback that fails leaves nothing that was not there.
      try? execute("ROLLBACK")
      throw error
    }
  }

  /// The rowid of the last row that this connection inserted.
  package var lastInsertedRow: Int64 { handle.use { sqlite3_last_insert_rowid($0) } }
}
