import Foundations
import Glibc
import SQLite

/// Sweeps what no current result and no recent run needs (mark and sweep).
///
/// What lives: everything that the current results of any pipeline rest on; the memo entries of the last
/// runs and of current stage keys whose outputs live; what those refer to. It runs alone: no run can have
/// made something that is not yet in the ledger.
package struct Sweeper {
  /// With less room than this its own files may not fit on the disk.
  private static let littleRoom = 4 << 20
  /// A ledger of which a larger share is empty is written anew.
  private static let emptyShare = 0.25

  private let layout: ArtifactLayout

  package init(_ layout: ArtifactLayout) { self.layout = layout }

  /// - Parameter maxSize: gives remembered results up so that everything has at most so many bytes.
  /// - Throws: `SluiceError.busy` when a run is going on.
  package func sweep(keepingRuns: Int, isDryRun: Bool, maxSize: Int? = nil) throws -> SweepReport {
    guard FileSystem.exists(layout.ledger) else {
      throw SluiceError(.missing, "there is no ledger in \(layout.root): nothing was run here yet")
    }
    let lease = try Lease.sweeping(layout: layout, alone: true)
    defer { withExtendedLifetime(lease) {} }
    // First what the ledger does not know of: on a full disk its transactions need the room.
    if !isDryRun, FileSystem.freeBytes(layout.root).map({ $0 < Self.littleRoom }) ?? false {
      try FileSystem.remove(layout.reserve)
      try sweepRest()
    }
    let plan = try SweepPlan(layout, keepingRuns: keepingRuns, maxSize: maxSize)
    let report = try plan.finished()
    if !isDryRun { try carryOut(plan) }
    return report
  }

  private func carryOut(_ plan: SweepPlan) throws {
    try FileSystem.remove(layout.reserve)
    try sweepRest()
    for folder in plan.exports.deadGenerations {
      try OpenFolder.remove(folder)
      // Of a line that has none any more.
      rmdir(Path.parent(folder))
    }
    for export in plan.exports.dead { try FileSystem.remove("\(layout.exports)/\(export.name)") }
    let connection = try Ledger.openForWriting(layout)
    // Rows go by digest, that is all over the table: its pages should be at hand.
    try connection.execute("PRAGMA cache_size=-131072")
    try connection.transaction {
      let memo = try connection.statement("DELETE FROM memo WHERE stage_key=? AND key=?")
      for entry in plan.marking.dead { try memo.run([.digest(entry.stageKey), .digest(entry.key)]) }
      for key in plan.evicted?.answers ?? [] { try connection.run("DELETE FROM cache WHERE key=?", .digest(key)) }
      for export in plan.exports.dead {
        try connection.run("DELETE FROM exported_files WHERE export=?", .text(export.name))
      }
      for (table, condition) in Marking.dyingStates {
        try connection.run("DELETE FROM \(table) WHERE \(condition)", .int(plan.oldestRun))
      }
      for table in ["item_runs", "attempts"] {
        try connection.run("DELETE FROM \(table) WHERE run<?", .int(plan.oldestItemRun))
      }
    }
    try PackSweep(layout: layout, live: plan.marking.live).sweep(plan.packs, connection)
    for file in try plan.looseFiles() where !file.isLive { try FileSystem.remove(file.path) }
    try sweepLogs(oldestRun: plan.oldestLog)
    try compact(connection, isAsked: plan.evicted != nil)
    try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    layout.takeReserve()
  }

  /// Gives pages of the ledger back that hold nothing any more, where there is room to write it anew.
  /// - Parameter isAsked: whether every page counts, since a size has to be kept.
  private func compact(_ connection: SQLiteConnection, isAsked: Bool) throws {
    let pages = try connection.first("PRAGMA page_count") { $0.int(0) } ?? 0
    let free = try connection.first("PRAGMA freelist_count") { $0.int(0) } ?? 0
    let size = try connection.first("PRAGMA page_size") { $0.int(0) } ?? 0
    guard free > 0, isAsked || (Double(free) > Self.emptyShare * Double(pages) && free * size > 1 << 20),
      let room = FileSystem.freeBytes(layout.root), room > 3 * pages * size
    else { return }
    // In a transaction of its own; a reader that is at work only makes it wait for the next time.
    do {
      try connection.execute("VACUUM")
    } catch {
      guard error.code == .system else { throw error }
    }
  }

  /// What interrupted runs left, and copies that can be made again.
  private func sweepRest() throws {
    try FileSystem.remove(layout.scratch)
    try FileSystem.remove("\(layout.cache)/files")
    for folder in [layout.root, layout.cache, layout.published, layout.exports] where FileSystem.exists(folder) {
      for name in try FileSystem.list(folder) where name.hasPrefix(".") && name.hasSuffix(".tmp") {
        try FileSystem.remove("\(folder)/\(name)")
      }
    }
  }

  private func sweepLogs(oldestRun: Int) throws {
    for name in (try? FileSystem.list(layout.runs)) ?? [] {
      if let id = Int(name), id < oldestRun { try FileSystem.remove("\(layout.runs)/\(name)") }
    }
  }
}
