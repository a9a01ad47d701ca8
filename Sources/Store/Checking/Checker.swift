import Foundations
import Glibc
import SQLite
import Synchronization

/// Reads everything that is stored and checks it against its digest and against the ledger.
package struct Checker {
  private let layout: ArtifactLayout

  package init(_ layout: ArtifactLayout) { self.layout = layout }

  /// - Parameter repair: heal what can be healed, and forget the rest, so that the next run makes it again. Runs alone.
  package func check(repair: Bool) throws -> CheckReport {
    guard FileSystem.exists(layout.ledger) else {
      throw SluiceError(.missing, "there is no ledger in \(layout.root): nothing was run here yet")
    }
    let lease = repair ? try Lease.sweeping(layout: layout, alone: true) : nil
    defer { withExtendedLifetime(lease) {} }
    var report = CheckReport()
    // On a thread of its own: it reads the ledger while the objects are read.
    let damage = Mutex<Result<[String]?, any Error>>(.success(nil))
    let integrity = BlockingThread("integrity") { damage.withLock { $0 = Result { try ledgerDamage() } } }
    let found = Result { try look(repair: repair, &report) }
    integrity.join()
    if let damage = try damage.withLock({ $0 }).get() {
      report.problems = damage.map { "ledger: \($0)" }
      guard repair else { return report }
      return try putAside(&report)
    }
    let (connection, findings) = try found.get()
    report.problems = findings.problems
    guard repair, !findings.problems.isEmpty else { return report }
    report.healed = try connection.transaction { try findings.mends.compactMap { try $0(connection) } }
    report.isRepaired = true
    return report
  }

  private func look(repair: Bool, _ report: inout CheckReport) throws -> (SQLiteConnection, CheckFindings) {
    let connection = repair ? try Ledger.openForWriting(layout) : try Ledger.openForReading(layout)
    let store = try ObjectStore(layout)
    let table = try ObjectTable(connection)
    let scan = try ObjectScan(table, store)
    report.objects = scan.count
    var findings = CheckFindings()
    try LedgerRowCheck.run(connection, &findings)
    for (digest, problem) in scan.damaged.sorted(by: { $0.key < $1.key }) {
      findings.add(problem) { connection in
        try connection.run("DELETE FROM objects WHERE digest=?", .digest(digest))
        for isCompressed in [true, false] {
          try FileSystem.remove(layout.loose(digest, isCompressed: isCompressed))
        }
      }
    }
    var results = ResultCheck(try Wholeness(store, table, scan))
    try results.run(connection, &findings)
    try PublishedCheck(store).run(connection, &findings)
    return (connection, findings)
  }

  /// What SQLite finds wrong with the ledger's own file; `nil` when nothing is.
  private func ledgerDamage() throws -> [String]? {
    do {
      let connection = try SQLiteConnection(path: layout.ledger, .reading, report: .ledger)
      let found = try connection.all("PRAGMA integrity_check", []) { try $0.text(0) }
      return found == ["ok"] ? nil : found
    } catch  where SluiceError(wrapping: error).code == .corrupt {
      return [SluiceError(wrapping: error).message]
    }
  }

  /// A ledger that cannot be read is moved aside: the next run begins a new one, and gc sweeps what only the old one
  /// named.
  private func putAside(_ report: inout CheckReport) throws -> CheckReport {
    let aside = "\(layout.ledger).damaged-\(Timestamp.now.rfc3339.filter { $0 != ":" })"
    for ending in ["-wal", "-shm", ""] where FileSystem.exists(layout.ledger + ending) {
      guard rename(layout.ledger + ending, aside + ending) == 0 else {
        throw FileSystem.systemError("move aside", layout.ledger + ending)
      }
    }
    try FileSystem.syncDirectory(layout.root)
    report.problems.append("the ledger was moved to \(aside); the next run makes everything anew")
    report.isRepaired = true
    return report
  }
}
