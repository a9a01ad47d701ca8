import CSQLite
import Formats
import Foundations

/// A connection to an index file, for one thread at a time.
final class Database {
  private var handle: OpaquePointer?
  let path: String

  enum Mode {
    /// A file that nobody changes any more.
    case reading
    /// A file that only we know of: no journal, no sync until `close`.
    case writing
  }

  init(path: String, _ mode: Mode) throws(SluiceError) {
    self.path = path
    let flags =
      switch mode {
      case .reading: SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX
      case .writing:
        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX
      }
    let suffix = mode == .reading ? "?immutable=1" : ""
    guard sqlite3_open_v2("file:" + SQLText.path(Path.absolute(path)) + suffix, &handle, flags, nil) == SQLITE_OK
    else {
      let error = failure("open")
      sqlite3_close_v2(handle)
      handle = nil
      throw error
    }
    switch mode {
    case .reading: try run("PRAGMA mmap_size=68719476736; PRAGMA query_only=1")
    case .writing:
      try run(
        "PRAGMA page_size=4096; PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF; PRAGMA locking_mode=EXCLUSIVE"
      )
      try run("PRAGMA secure_delete=ON; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY")
    }
  }

  deinit { sqlite3_close_v2(handle) }

  func close() throws(SluiceError) {
    guard sqlite3_close(handle) == SQLITE_OK else { throw failure("close") }
    handle = nil
  }

  func run(_ sql: String) throws(SluiceError) {
    guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw failure(sql) }
  }

  func prepare(_ sql: String) throws(SluiceError) -> Statement {
    var statement: OpaquePointer?
    guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK, let statement else {
      throw failure(sql)
    }
    return Statement(statement, in: self, sql: sql)
  }

  func failure(_ doing: String) -> SluiceError {
    let reason = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
    let code = handle.map { sqlite3_errcode($0) } ?? SQLITE_NOMEM
    let advice =
      switch code {
      case SQLITE_FULL:
        "The disk is full: make room and run again; the published index was not touched."
      case SQLITE_NOTADB, SQLITE_CORRUPT:
        "Run the pipeline again; it makes the index anew when the old one cannot be read."
      default: ""
      }
    return SluiceError(
      .vectorStoreError, "the index \(path): \(reason) (\(doing.prefix(60)))", advice: advice)
  }
}

/// A prepared statement.
final class Statement {
  private let handle: OpaquePointer
  private let database: Database
  private let sql: String

  init(_ handle: OpaquePointer, in database: Database, sql: String) {
    self.handle = handle
    self.database = database
    self.sql = sql
  }

  deinit { sqlite3_finalize(handle) }

  enum Value {
    case null
    case int(Int)
    case double(Double)
    case text(String)
    case blob([UInt8])

    init(_ text: String?) { self = text.map { .text($0) } ?? .null }
    init(_ number: Int?) { self = number.map { .int($0) } ?? .null }
  }

  /// Runs to the end with these parameters.
  func run(_ values: [Value]) throws(SluiceError) {
    try bind(values)
    while try step() {}
  }

  func bind(_ values: [Value]) throws(SluiceError) {
    sqlite3_reset(handle)
    for (index, value) in values.enumerated() {
      let position = Int32(index + 1)
      let status =
        switch value {
        case .null: sqlite3_bind_null(handle, position)
        case .int(let number): sqlite3_bind_int64(handle, position, Int64(number))
        case .double(let number): sqlite3_bind_double(handle, position, number)
        case .text(var text):
          text.withUTF8 { utf8 in
            utf8.withMemoryRebound(to: CChar.self) {
              // An empty buffer may have no address, which SQLite takes for NULL.
              csqlite_bind_text(
                handle, position, $0.baseAddress ?? UnsafePointer(bitPattern: 1), Int32($0.count))
            }
          }
        case .blob(let bytes):
          bytes.withUnsafeBytes {
            csqlite_bind_blob(handle, position, $0.baseAddress, Int32($0.count))
          }
        }
      guard status == SQLITE_OK else { throw database.failure(sql) }
    }
  }

  /// Whether there is another row.
  func step() throws(SluiceError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      sqlite3_reset(handle)
      return false
    default: throw database.failure(sql)
    }
  }

  func reset() { sqlite3_reset(handle) }

  func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }
  func double(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }
  func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }
  func isText(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_TEXT }
  func text(_ column: Int32) -> String? {
    guard let start = sqlite3_column_text(handle, column) else { return nil }
    return String(
      decoding: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))),
      as: UTF8.self)
  }
  /// Calls `body` with a blob, which stands until the next step.
  func blob<R>(_ column: Int32, _ body: (UnsafeRawBufferPointer) -> R) -> R {
    let start = sqlite3_column_blob(handle, column)
    return body(
      UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
  }
}
