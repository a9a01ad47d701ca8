import Foundations
import SQLite

/// What a sweep will do, found out before it touches anything.
struct SweepPlan {
  private(set) var marking: Marking
  private(set) var packs: [PackPlan]
  let exports: PublishedExports
  private(set) var evicted: EvictionPlan?
  private(set) var report = SweepReport()
  /// What runs up to this one left behind goes where nothing else needs it.
  let oldestRun: Int
  let oldestLog: Int
  let oldestItemRun: Int

  private let layout: ArtifactLayout

  /// - Parameter maxSize: in bytes; `nil` gives nothing up that was remembered lately.
  init(_ layout: ArtifactLayout, keepingRuns: Int, maxSize: Int?) throws {
    self.layout = layout
    let connection = try Ledger.openForWriting(layout)
    // What runs left beside the ledger is counted as what it will be: a part of it.
    try connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    let newest = try connection.first("SELECT max(id) FROM runs") { $0.int(0) } ?? 0
    oldestRun = newest - keepingRuns
    oldestLog = newest - max(keepingRuns, 50)
    oldestItemRun = newest - max(keepingRuns, 100)
    exports = try PublishedExports(connection, layout)
    marking = try Marking(connection, ObjectStore(layout), oldestRun: oldestRun)
    // Packs that only objects name are packs, too: a row that was lost must not cost what lies there.
    let known = try connection.all("SELECT id FROM packs UNION SELECT DISTINCT pack FROM objects") { $0.int(0) }
    packs = try PackPlan.all(marking.live, known: known, layout: layout)
    if let maxSize { try fit(maxSize, connection, known) }
  }

  /// Gives up what has to go so that everything fits.
  private mutating func fit(_ maxSize: Int, _ connection: SQLiteConnection, _ known: [Int]) throws {
    var size = try sizeAfterwards()
    defer {
      report.eviction = SweepReport.Eviction(
        maxSize: maxSize, size: size, entries: (evicted?.entries.count ?? 0) + (evicted?.answers.count ?? 0),
        paid: evicted?.paid ?? 0)
    }
    guard size > maxSize else { return }
    let reclaimable = packs.reduce(0) { $0 + ($1.fate == .kept ? $1.deadBytes : 0) }
    let plan = try EvictionPlan(connection, marking, layout: layout, freeing: size - reclaimable - maxSize)
    evicted = plan
    marking.evict(plan.entries, freeing: plan.objects)
    packs = try PackPlan.all(marking.live, known: known, layout: layout)
    size = try sizeAfterwards() - plan.freedRows
    for index in packs.indices.sorted(by: { packs[$0].deadBytes > packs[$1].deadBytes })
    where size > maxSize && packs[index].fate == .kept && packs[index].deadBytes > 0 {
      packs[index].fate = .rewritten
      size -= packs[index].deadBytes
    }
  }

  private func sizeAfterwards() throws -> Int {
    let account = try account()
    return account.total.bytes - (account.amounts[.garbage]?.bytes ?? 0)
  }

  private func account() throws -> StorageAccount {
    try StorageWalk(
      layout: layout, live: marking.live, packs: packs, named: exports.named, held: exports.held,
      deadGenerations: Set(exports.deadGenerations), oldestLog: oldestLog
    ).account()
  }

  /// The report of it, with what is there now.
  func finished() throws -> SweepReport {
    var report = report
    report.account = try account()
    report.memoEntries = marking.dead.count
    report.exports = exports.dead.count
    report.bytes = exports.dead.reduce(0) { $0 + $1.bytes }
    for pack in packs {
      report.objects += pack.deadObjects
      report.keptObjects += pack.objects.count - pack.deadObjects
      for position in pack.objects where marking.live.uses[position] == nil {
        let place = marking.live.table.places[position]
        if place.isPlausible { report.bytes += place.length }
      }
    }
    for object in try looseFiles() {
      if object.isLive {
        report.keptObjects += 1
      } else {
        report.objects += 1
        report.bytes += Int(try FileSystem.status(object.path)?.size ?? 0)
      }
    }
    return report
  }

  /// Every file among the large objects; one that is no object is garbage.
  func looseFiles() throws -> [(path: String, isLive: Bool)] {
    var files: [(path: String, isLive: Bool)] = []
    for folder in try FileSystem.list(layout.objects) where folder.utf8.count == 2 {
      for name in try FileSystem.list("\(layout.objects)/\(folder)") {
        let hex = folder + (name.hasSuffix(".zst") ? String(name.dropLast(4)) : name)
        files.append(("\(layout.objects)/\(folder)/\(name)", Digest(hex: hex).map(marking.live.contains) ?? false))
      }
    }
    return files
  }
}
