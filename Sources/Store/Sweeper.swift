import Foundations
import Glibc
import SQLite

/// Sweeps what no current result and no recent run needs (mark and sweep).
///
/// What lives: everything that the current results of any pipeline rest on; the memo entries of the last
/// runs and of current stage keys whose outputs live; what those refer to. It runs alone: no run can have
/// made something that is not yet in the ledger.
package struct Sweeper {
  /// What was swept, or would be.
  package struct Report: Sendable {
    /// How many objects go.
    package var objects = 0
    /// How many bytes they and the exports have.
    package var bytes = 0
    /// How many memo entries go.
    package var memoEntries = 0
    /// How many folders of published files go.
    package var exports = 0
    /// How many objects stay.
    package var keptObjects = 0
  }

  private let layout: ArtifactLayout

  package init(_ layout: ArtifactLayout) { self.layout = layout }

  /// - Throws: `SluiceError.busy` when a run is going on.
  package func sweep(keepingRuns: Int, isDryRun: Bool) throws -> Report {
    guard FileSystem.exists(layout.ledger) else {
      throw SluiceError(.missing, "there is no ledger in \(layout.root): nothing was run here yet")
    }
    let lease = try Lease.sweeping(layout: layout, alone: true)
    defer { withExtendedLifetime(lease) {} }
    var report = Report()
    // First what the ledger does not know of: on a full disk its transactions need the room.
    if !isDryRun {
      try FileSystem.remove(layout.reserve)
      try sweepRest()
    }
    let connection = try Ledger.openForWriting(layout)
    let store = try ObjectStore(layout)
    let unnamed = try sweepExports(connection, isDryRun, &report)
    var live = LiveObjects(store)
    try markResults(connection, &live)
    let newest = try connection.first("SELECT max(id) FROM runs") { $0.int(0) } ?? 0
    try markStates(connection, &live, oldest: newest - keepingRuns)
    let dead = try markMemo(connection, &live, oldest: newest - keepingRuns)
    report.memoEntries = dead.count
    if !isDryRun {
      try connection.transaction {
        for entry in dead {
          try connection.run(
            "DELETE FROM memo WHERE stage_key=? AND key=?", .digest(entry.stageKey), .digest(entry.key))
        }
        for name in unnamed { try connection.run("DELETE FROM exported_files WHERE export=?", .text(name)) }
        for (table, condition) in Self.dyingStates {
          try connection.run("DELETE FROM \(table) WHERE \(condition)", .int(newest - keepingRuns))
        }
        let old = newest - max(keepingRuns, 100)
        for table in ["item_runs", "attempts"] { try connection.run("DELETE FROM \(table) WHERE run<?", .int(old)) }
      }
    }
    try sweepPacks(connection, live, isDryRun, &report)
    try sweepLoose(live, isDryRun, &report)
    if !isDryRun {
      try sweepLogs(oldestRun: newest - max(keepingRuns, 50))
      layout.takeReserve()
    }
    return report
  }

  private func markResults(_ connection: SQLiteConnection, _ live: inout LiveObjects) throws {
    var rows = try connection.all("SELECT \(StageRecord.columns) FROM stages") { StageRecord($0) }
    rows += try connection.all("SELECT \(GenerationTable.stageColumns) FROM generation_stages") {
      StageRecord($0, from: 2)
    }
    for case let record? in rows {
      for reference in try Reference.all(of: record, object: live.bytes) { try live.add(reference) }
    }
  }

  /// What sources know of the world and what stages read of their history: of the stages that there are, and of those
  /// that went only lately.
  private static let dyingStates = ["source_state", "history"].map { table in
    (
      table,
      "run<=? AND NOT EXISTS (SELECT 1 FROM stages s WHERE s.pipeline=\(table).pipeline AND s.stage=\(table).stage)"
    )
  }

  private func markStates(_ connection: SQLiteConnection, _ live: inout LiveObjects, oldest: Int) throws {
    for (table, condition) in Self.dyingStates {
      let columns = table == "history" ? "dataset, files" : "state, NULL"
      let rows = try connection.all("SELECT \(columns) FROM \(table) WHERE NOT (\(condition))", [.int(oldest)]) { row in
        (row.optionalDigest(0), NamedDigests.read(row.optionalText(1)))
      }
      // A row that somebody damaged is nothing that anybody reads.
      for case (let digest?, let files?) in rows {
        let references = table == "history" ? Reference.all(ofHistory: digest, files) : [Reference(.state, digest)]
        for reference in references { try live.add(reference) }
      }
    }
  }

  private typealias MemoKey = (stageKey: Digest, key: Digest)

  private func markMemo(_ connection: SQLiteConnection, _ live: inout LiveObjects, oldest: Int) throws -> [MemoKey] {
    let current = Set(
      try connection.all("SELECT DISTINCT stage_key FROM stages") { $0.optionalDigest(0) }.compactMap { $0 })
    let rows = try connection.all("SELECT stage_key, key, outputs, run FROM memo") { row in
      (row.optionalDigest(0), row.optionalDigest(1), row.blob(2), row.int(3))
    }
    var dead: [MemoKey] = []
    for (stageKey, key, outputs, run) in rows {
      guard let stageKey, let key else { continue }
      // What cannot be read is of no use to anybody.
      guard let memo = try? MemoResult(reading: outputs) else {
        dead.append((stageKey, key))
        continue
      }
      let isUsed = current.contains(stageKey) && memo.results.allSatisfy { live.contains($0) }
      guard run > oldest || isUsed else {
        dead.append((stageKey, key))
        continue
      }
      for reference in Reference.all(of: memo) {
        // A remembered dataset whose records were swept before is of no use, and does no harm.
        do { try live.add(reference) } catch  where SluiceError(wrapping: error).code == .corrupt {}
      }
    }
    return dead
  }

  /// A pack of which more than half is dead is written anew with what lives; rows of the dead go.
  private func sweepPacks(_ connection: SQLiteConnection, _ live: LiveObjects, _ isDryRun: Bool, _ report: inout Report)
    throws
  {
    struct Row {
      let digest: Digest
      let pack: Int
      let start: Int
      let length: Int
    }
    var byPack: [Int: (live: [Row], dead: [Row])] = [:]
    for case let row? in try connection.all(
      "SELECT digest, pack, start, length FROM objects", [],
      { row in
        row.optionalDigest(0).map { Row(digest: $0, pack: row.int(1), start: row.int(2), length: row.int(3)) }
      })
    {
      if live.contains(row.digest) {
        byPack[row.pack, default: ([], [])].live.append(row)
      } else {
        byPack[row.pack, default: ([], [])].dead.append(row)
      }
    }
    for pack in try connection.all("SELECT id FROM packs", [], { $0.int(0) }) where byPack[pack] == nil {
      byPack[pack] = ([], [])
    }
    for (pack, rows) in byPack.sorted(by: { $0.key < $1.key }) {
      report.keptObjects += rows.live.count
      report.objects += rows.dead.count
      let deadBytes = rows.dead.reduce(0) { $0 + $1.length }
      let liveBytes = rows.live.reduce(0) { $0 + $1.length }
      report.bytes += deadBytes
      if isDryRun || (rows.dead.isEmpty && !rows.live.isEmpty) { continue }
      var target = pack
      var moved: [(Digest, Int)] = []
      if liveBytes > 0, deadBytes > liveBytes {
        let source = try FileDescriptor(path: layout.pack(pack), flags: O_RDONLY)
        try connection.transaction {
          try connection.run("INSERT INTO packs(bytes) VALUES(?)", .int(liveBytes))
          target = Int(connection.lastInsertedRow)
        }
        let path = layout.pack(target)
        let file = try FileDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC)
        var offset = 0
        for row in rows.live {
          var buffer = [UInt8](repeating: 0, count: row.length)
          guard pread(source.raw, &buffer, row.length, row.start) == row.length else {
            throw FileSystem.systemError("read", layout.pack(pack))
          }
          try buffer.withUnsafeBytes { try FileSystem.write($0, to: file.raw, path) }
          moved.append((row.digest, offset))
          offset += row.length
        }
        guard fsync(file.raw) == 0 else { throw FileSystem.systemError("make durable", path) }
        try FileSystem.syncDirectory(layout.packs)
      }
      try connection.transaction {
        for row in rows.dead { try connection.run("DELETE FROM objects WHERE digest=?", .digest(row.digest)) }
        for (digest, start) in moved {
          try connection.run(
            "UPDATE objects SET pack=?, start=? WHERE digest=?", .int(target), .int(start), .digest(digest))
        }
        if target != pack || rows.live.isEmpty { try connection.run("DELETE FROM packs WHERE id=?", .int(pack)) }
      }
      // Only now: the ledger no longer names the old file.
      if target != pack || rows.live.isEmpty { try FileSystem.remove(layout.pack(pack)) }
    }
    guard !isDryRun else { return }
    let known = Set(try connection.all("SELECT id FROM packs", [], { $0.int(0) }))
    for name in try FileSystem.list(layout.packs) {
      if let id = Int(name.split(separator: ".").first ?? ""), known.contains(id) { continue }
      try FileSystem.remove("\(layout.packs)/\(name)")
    }
  }

  private func sweepLoose(_ live: LiveObjects, _ isDryRun: Bool, _ report: inout Report) throws {
    for folder in try FileSystem.list(layout.objects) where folder.count == 2 {
      for name in try FileSystem.list("\(layout.objects)/\(folder)") {
        let hex = folder + (name.hasSuffix(".zst") ? String(name.dropLast(4)) : name)
        if let digest = Digest(hex: hex), live.contains(digest) {
          report.keptObjects += 1
          continue
        }
        let path = "\(layout.objects)/\(folder)/\(name)"
        report.objects += 1
        report.bytes += Int(try FileSystem.status(path)?.size ?? 0)
        if !isDryRun { try FileSystem.remove(path) }
      }
    }
  }

  /// Removes exports that no ledger row and no generation names, and returns their names.
  private func sweepExports(_ connection: SQLiteConnection, _ isDryRun: Bool, _ report: inout Report) throws -> [String]
  {
    guard FileSystem.exists(layout.exports) else { return [] }
    let named = Set(
      try connection.all("SELECT DISTINCT export FROM generation_stages WHERE export IS NOT NULL", []) {
        try $0.text(0)
      }
    ).union(try linked())
    var dead: [String] = []
    for name in try FileSystem.list(layout.exports) where !named.contains(name) {
      report.exports += 1
      dead.append(name)
      let folder = "\(layout.exports)/\(name)"
      if (try FileSystem.status(folder))?.isDirectory == true {
        for file in try FileSystem.list(folder) {
          report.bytes += Int((try FileSystem.status("\(folder)/\(file)"))?.size ?? 0)
        }
      }
      if !isDryRun { try FileSystem.remove(folder) }
    }
    return dead
  }

  /// The exports that folders of links lead to: what readers may have open, whatever the ledger says.
  private func linked() throws -> Set<String> {
    var named: Set<String> = []
    for pipeline in (try? FileSystem.list(layout.generations)) ?? [] {
      for generation in try FileSystem.list("\(layout.generations)/\(pipeline)") {
        let folder = "\(layout.generations)/\(pipeline)/\(generation)"
        for stage in try FileSystem.list(folder) {
          if let target = FileSystem.linkTarget("\(folder)/\(stage)") { named.insert(Path.name(target)) }
        }
      }
    }
    return named
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
