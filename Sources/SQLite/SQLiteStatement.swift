import CSQLite
import Foundations

/// A prepared statement and, while it steps, its current row.
package final class SQLiteStatement {
  private let statement: OpaquePointer
  private let database: SQLiteHandle
  private let sql: String

  init(_ statement: OpaquePointer, of database: SQLiteHandle, sql: String) {
    self.statement = statement
    self.database = database
    self.sql = sql
  }

  deinit { sqlite3_finalize(statement) }

  /// Ends the walk over the rows; what was bound stays.
  package func reset() { database.use { _ in _ = sqlite3_reset(statement) } }

  /// Begins anew with these parameters.
  package func bind(_ values: [SQLiteValue]) throws(SluiceError) {
    reset()
    for (index, value) in values.enumerated() {
      let code = database.use { _ in bind(value, at: Int32(index + 1)) }
      guard code == SQLITE_OK else { throw database.error(sql) }
    }
  }

  private func bind(_ value: SQLiteValue, at index: Int32) -> Int32 {
    switch value {
    case .null: return sqlite3_bind_null(statement, index)
    case .int(let value): return sqlite3_bind_int64(statement, index, value)
    case .real(let value): return sqlite3_bind_double(statement, index, value)
    case .text(var text):
      return text.withUTF8 { bytes in
        bytes.withMemoryRebound(to: CChar.self) {
          // An empty buffer may have no address, which SQLite takes for NULL.
          csqlite_bind_text(statement, index, $0.baseAddress ?? UnsafePointer(bitPattern: 1), Int32($0.count))
        }
      }
    case .blob(let bytes):
      return bytes.withUnsafeBytes { raw in
        raw.isEmpty
          ? sqlite3_bind_zeroblob(statement, index, 0)
          : csqlite_bind_blob(statement, index, raw.baseAddress, Int32(raw.count))
      }
    case .digest(let digest):
      return digest.withBytes { csqlite_bind_blob(statement, index, $0.baseAddress, Int32($0.count)) }
    }
  }

  /// Runs to the end with these parameters.
  package func run(_ values: [SQLiteValue]) throws(SluiceError) {
    try bind(values)
    while try step() {}
  }

  /// Goes to the next row; `false` when there is none.
  package func step() throws(SluiceError) -> Bool {
    switch database.use({ _ in sqlite3_step(statement) }) {
    case SQLITE_ROW: return true
    case SQLITE_DONE:
      reset()
      return false
    default:
      let error = database.error(sql)
      reset()
      throw error
    }
  }

  /// Whether a column of the row has no value.
  package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }
  /// Whether a column of the row has a text.
  package func isText(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_TEXT }
  /// A whole number; 0 when the column has something else.
  package func int(_ column: Int32) -> Int { Int(sqlite3_column_int64(statement, column)) }
  /// A number; 0 when the column has something else.
  package func real(_ column: Int32) -> Double { sqlite3_column_double(statement, column) }
  /// A number; `nil` for NULL.
  package func optionalReal(_ column: Int32) -> Double? { isNull(column) ? nil : real(column) }

  /// A text; `nil` for NULL.
  package func optionalText(_ column: Int32) -> String? {
    guard let start = sqlite3_column_text(statement, column) else { return nil }
    return String(
      decoding: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))), as: UTF8.self)
  }

  /// - Throws: when there is none: somebody wrote to the database who should not.
  package func text(_ column: Int32) throws(SluiceError) -> String {
    guard let text = optionalText(column) else { throw database.damaged("a row has no text in column \(column)", sql) }
    return text
  }

  /// Calls `body` with a blob, which stands until the next step.
  package func withBlob<R, Failure>(_ column: Int32, _ body: (UnsafeRawBufferPointer) throws(Failure) -> R)
    throws(Failure) -> R
  {
    let start = sqlite3_column_blob(statement, column)
    return try body(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column))))
  }

  /// The bytes of a column; none for NULL.
  package func blob(_ column: Int32) -> [UInt8] { withBlob(column) { Array($0) } }
  /// A digest; `nil` when the column has no 32 bytes.
  package func optionalDigest(_ column: Int32) -> Digest? { withBlob(column) { Digest(bytes: $0) } }

  /// - Throws: when there is none: somebody wrote to the database who should not.
  package func digest(_ column: Int32) throws(SluiceError) -> Digest {
    guard let digest = optionalDigest(column) else {
      throw database.damaged("a row has no digest in column \(column)", sql)
    }
    return digest
  }
}
