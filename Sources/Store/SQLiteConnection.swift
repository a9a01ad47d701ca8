import CSQLite
import Foundations

/// One connection to a SQLite database, to be used by one thread at a time.
package final class SQLiteConnection: @unchecked Sendable {
  private let handle: OpaquePointer
  package let path: String
  private var statements: [String: SQLiteStatement] = [:]

  /// Opens a database. Writers wait up to ten seconds for one another.
  package init(path: String, readOnly: Bool) throws(SluiceError) {
    // In a folder that others can write to, a link would lead the writes elsewhere. SQLite's own files beside it are
    // opened without following links.
    if !readOnly, let target = FileSystem.linkTarget(path) {
      throw SluiceError(
        .system, "\(path) is a symbolic link to \(target): databases are not written through links",
        advice: "Move the file here, or let SLUICE_ARTIFACTS name the folder that it is in.")
    }
    var opened: OpaquePointer?
    let flags =
      (readOnly ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)
      | SQLITE_OPEN_NOMUTEX
    let code = sqlite3_open_v2(path, &opened, flags, nil)
    guard code == SQLITE_OK, let opened else {
      let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(opened)
      throw SluiceError(.system, "cannot open \(path): \(message)")
    }
    handle = opened
    self.path = path
    sqlite3_busy_timeout(handle, 10_000)
    sqlite3_extended_result_codes(handle, 1)
  }

  deinit {
    for statement in statements.values { statement.finalize() }
    sqlite3_close_v2(handle)
  }

  /// Runs SQL that returns nothing; several statements may stand in it.
  package func execute(_ sql: String) throws(SluiceError) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw error(sql) }
  }

  /// A prepared statement, kept for the next call with the same text.
  package func statement(_ sql: String) throws(SluiceError) -> SQLiteStatement {
    if let known = statements[sql] {
      known.reset()
      return known
    }
    var prepared: OpaquePointer?
    guard
      sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        == SQLITE_OK,
      let prepared
    else { throw error(sql) }
    let statement = SQLiteStatement(prepared, connection: self, sql: sql)
    statements[sql] = statement
    return statement
  }

  /// Runs a statement with arguments to its end.
  package func run(_ sql: String, _ arguments: SQLiteValue...) throws(SluiceError) {
    let statement = try statement(sql)
    statement.bind(arguments)
    while try statement.step() {}
  }

  /// The first row of a query, as `body` reads it.
  package func first<R>(
    _ sql: String, _ arguments: [SQLiteValue] = [], _ body: (SQLiteStatement) -> R
  ) throws(SluiceError) -> R? {
    let statement = try statement(sql)
    statement.bind(arguments)
    defer { statement.reset() }
    return try statement.step() ? body(statement) : nil
  }

  /// Every row of a query, as `body` reads it.
  package func all<R>(
    _ sql: String, _ arguments: [SQLiteValue] = [], _ body: (SQLiteStatement) -> R
  ) throws(SluiceError) -> [R] {
    let statement = try statement(sql)
    statement.bind(arguments)
    defer { statement.reset() }
    var rows: [R] = []
    while try statement.step() { rows.append(body(statement)) }
    return rows
  }

  /// Runs `body` in a transaction that is rolled back when it throws.
  package func transaction(_ body: () throws -> Void) throws {
    try execute("BEGIN IMMEDIATE")
    do {
      try body()
      try execute("COMMIT")
    } catch {
      sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
      throw error
    }
  }

  package var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

  package func error(_ sql: String) -> SluiceError {
    let code = sqlite3_errcode(handle)
    let message = String(cString: sqlite3_errmsg(handle))
    let advice =
      switch code & 0xFF {
      case SQLITE_FULL:
        "The disk is full. Make room (`sluice gc` removes what nothing needs) and run again; nothing was lost."
      case SQLITE_IOERR:
        "The disk reports an error: look at `dmesg`, then run again; what was finished is kept."
      case SQLITE_CORRUPT, SQLITE_NOTADB: "The file is damaged: `sluice fsck` says how badly."
      case SQLITE_BUSY: "Another program holds the database."
      case SQLITE_READONLY: "The file or its directory cannot be written to."
      default: ""
      }
    return SluiceError(
      code & 0xFF == SQLITE_CORRUPT || code & 0xFF == SQLITE_NOTADB ? .corrupt : .system,
      "\(path): \(message) (in: \(sql.prefix(200)))", advice: advice)
  }
}

/// A value bound to a statement.
package enum SQLiteValue: Sendable {
  case null
  case int(Int64)
  case real(Double)
  case text(String)
  case blob([UInt8])
  case digest(Digest)

  package static func int(_ value: Int) -> SQLiteValue { .int(Int64(value)) }
  package static func text(_ value: String?) -> SQLiteValue { value.map { .text($0) } ?? .null }
  package static func real(_ value: Double?) -> SQLiteValue { value.map { .real($0) } ?? .null }
  package static func digest(_ value: Digest?) -> SQLiteValue { value.map { .digest($0) } ?? .null }
}
