import CSQLite
import Foundations

/// A prepared statement and, while it steps, its current row.
package final class SQLiteStatement {
  private let handle: OpaquePointer
  private unowned let connection: SQLiteConnection
  private let sql: String

  init(_ handle: OpaquePointer, connection: SQLiteConnection, sql: String) {
    self.handle = handle
    self.connection = connection
    self.sql = sql
  }

  func finalize() { sqlite3_finalize(handle) }

  package func reset() { sqlite3_reset(handle) }

  package func bind(_ arguments: [SQLiteValue]) {
    for (index, argument) in arguments.enumerated() { bind(argument, at: Int32(index + 1)) }
  }

  package func bind(_ value: SQLiteValue, at index: Int32) {
    switch value {
    case .null: sqlite3_bind_null(handle, index)
    case .int(let value): sqlite3_bind_int64(handle, index, value)
    case .real(let value): sqlite3_bind_double(handle, index, value)
    case .text(var text):
      _ = text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
          csqlite_bind_text(handle, index, $0.baseAddress, Int32($0.count))
        }
      }
    case .blob(let bytes):
      bytes.withUnsafeBytes { raw in
        if raw.isEmpty {
          _ = sqlite3_bind_zeroblob(handle, index, 0)
        } else {
          _ = csqlite_bind_blob(handle, index, raw.baseAddress, Int32(raw.count))
        }
      }
    case .digest(let digest):
      digest.withBytes { raw in _ = csqlite_bind_blob(handle, index, raw.baseAddress, 32) }
    }
  }

  /// Goes to the next row; `false` when there is none.
  package func step() throws(SluiceError) -> Bool {
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      sqlite3_reset(handle)
      return false
    default:
      let error = connection.error(sql)
      sqlite3_reset(handle)
      throw error
    }
  }

  package func isNull(_ column: Int32) -> Bool {
    sqlite3_column_type(handle, column) == SQLITE_NULL
  }
  package func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(handle, column)) }
  package func real(_ column: Int32) -> Double { sqlite3_column_double(handle, column) }
  package func optionalReal(_ column: Int32) -> Double? { isNull(column) ? nil : real(column) }

  package func text(_ column: Int32) -> String {
    guard let start = sqlite3_column_text(handle, column) else { return "" }
    return String(
      decoding: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))),
      as: UTF8.self)
  }

  package func withBlob<R>(_ column: Int32, _ body: (UnsafeRawBufferPointer) throws -> R) rethrows
    -> R
  {
    let start = sqlite3_column_blob(handle, column)
    return try body(
      UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
  }

  package func blob(_ column: Int32) -> [UInt8] { withBlob(column) { Array($0) } }
  package func digest(_ column: Int32) -> Digest? { withBlob(column) { Digest(bytes: $0) } }
}
