import Foundations
import SQLite
import TestSupport
import Testing

/// The wrapper by itself: what is bound, what a transaction gives, what damage says.
@Suite struct SQLiteTests {
  private static let report = SQLiteReport(subject: "the test ") { trouble in
    (trouble == .damaged ? .corrupt : .system, trouble == .damaged ? "mend it" : "")
  }

  private func open(_ scratch: Scratch, _ access: SQLiteConnection.Access = .writing) throws -> SQLiteConnection {
    try SQLiteConnection(path: scratch.path("a.sqlite"), access, report: Self.report)
  }

  @Test func valuesComeBackAsTheyWereBound() throws {
    let scratch = try Scratch()
    let connection = try open(scratch)
    try connection.execute("CREATE TABLE t(i INTEGER, r REAL, s TEXT, b BLOB, d BLOB, n TEXT)")
    let digest = Digest(of: "x")
    for (text, bytes) in [("", [UInt8]()), ("a\0b é", [0, 1, 255])] {
      try connection.run("DELETE FROM t")
      try connection.run(
        "INSERT INTO t VALUES(?, ?, ?, ?, ?, ?)", .int(Int.min), .real(0.5), .text(text), .blob(bytes), .digest(digest),
        .text(String?.none))
      let row = try #require(
        try connection.first("SELECT * FROM t") { row in
          (row.int(0), row.real(1), try row.text(2), row.blob(3), try row.digest(4), row.isNull(5), row.isNull(2))
        })
      #expect(row.0 == Int.min && row.1 == 0.5 && row.2 == text && row.3 == bytes && row.4 == digest && row.5 && !row.6)
    }
  }

  @Test func whatCannotBeBoundIsSaid() throws {
    let scratch = try Scratch()
    let connection = try open(scratch)
    try connection.execute("CREATE TABLE t(i INTEGER)")
    let error = #expect(throws: SluiceError.self) { try connection.run("INSERT INTO t VALUES(?)", .int(1), .int(2)) }
    #expect(error?.message.hasPrefix("the test ") == true && error?.message.contains("INSERT INTO t") == true)
    #expect(try connection.first("SELECT count(*) FROM t") { $0.int(0) } == 0)
  }

  @Test func aTransactionGivesWhatItMadeOrNothing() throws {
    let scratch = try Scratch()
    let connection = try open(scratch)
    try connection.execute("CREATE TABLE t(i INTEGER)")
    let id = try connection.transaction { () -> Int64 in
      try connection.run("INSERT INTO t VALUES(7)")
      return connection.lastInsertedRow
    }
    #expect(id == 1)
    #expect(throws: SluiceError.self) {
      try connection.transaction {
        try connection.run("INSERT INTO t VALUES(8)")
        throw SluiceError(.usage, "no")
      }
    }
    #expect(try connection.all("SELECT i FROM t") { $0.int(0) } == [7])
  }

  @Test func aRowWithoutWhatItMustHaveIsDamage() throws {
    let scratch = try Scratch()
    let connection = try open(scratch)
    try connection.execute("CREATE TABLE t(s TEXT, d BLOB); INSERT INTO t VALUES(NULL, x'01')")
    for read in [{ _ = try $0.text(0) }, { _ = try $0.digest(1) }] as [(SQLiteStatement) throws -> Void] {
      let error = #expect(throws: SluiceError.self) { try connection.first("SELECT s, d FROM t") { try read($0) } }
      #expect(error?.code == .corrupt && error?.advice == "mend it")
    }
  }

  @Test func whatIsNoDatabaseIsDamage() throws {
    let scratch = try Scratch()
    try FileSystem.writeReplaceable([UInt8](repeating: 65, count: 8192), to: scratch.path("a.sqlite"))
    let error = #expect(throws: SluiceError.self) { try self.open(scratch).execute("SELECT * FROM t") }
    #expect(error?.code == .corrupt)
  }

  @Test func aReaderDoesNotWrite() throws {
    let scratch = try Scratch()
    try open(scratch).execute("CREATE TABLE t(i INTEGER)")
    for access in [SQLiteConnection.Access.reading, .immutable] {
      #expect(throws: SluiceError.self) { try self.open(scratch, access).execute("INSERT INTO t VALUES(1)") }
    }
  }
}
