import CSQLite
import Foundations
import Synchronization

/// An open database, shared by its connection and the connection's statements; closed with the last of them.
final class SQLiteHandle {
  let raw: OpaquePointer
  let path: String
  private let report: SQLiteReport
  private let isUsed = Atomic(false)

  init(_ raw: OpaquePointer, path: String, report: SQLiteReport) {
    self.raw = raw
    self.path = path
    self.report = report
  }

  deinit { sqlite3_close_v2(raw) }

  /// Calls SQLite. Connections have no lock of their own: two threads in one at the same time would break it unseen.
  func use<R>(_ body: (OpaquePointer) -> R) -> R {
    precondition(!isUsed.exchange(true, ordering: .acquiring), "a connection to \(path) is used by two threads at once")
    defer { isUsed.store(false, ordering: .releasing) }
    return body(raw)
  }

  /// The error of the last call.
  func error(_ doing: String) -> SluiceError {
    report.error(sqlite3_errcode(raw), String(cString: sqlite3_errmsg(raw)), path, doing)
  }

  /// A row that holds what it cannot hold.
  func damaged(_ what: String, _ sql: String) -> SluiceError { report.error(SQLITE_CORRUPT, what, path, sql) }
}
