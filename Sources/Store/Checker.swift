import Foundations
import Glibc
import SQLite

/// Reads everything that is stored and checks it against its digest and against the ledger.
package struct Checker {
  /// What was found.
  package struct Report: Sendable {
    /// How many objects were read.
    package var objects = 0
    /// One sentence for each thing that is not as it should be.
    package var problems: [String] = []
    /// Whether what is damaged was forgotten, so that the next run makes it again.
    package var isRepaired = false
  }

  /// A run a second for thirty years.
  private static let mostRuns = 1_000_000_000
  private let layout: ArtifactLayout

  package init(_ layout: ArtifactLayout) { self.layout = layout }

  /// - Parameter repair: forget what is damaged, so that the next run makes it again. Runs alone.
  package func check(repair: Bool) throws -> Report {
    guard FileSystem.exists(layout.ledger) else {
      throw SluiceError(.missing, "there is no ledger in \(layout.root): nothing was run here yet")
    }
    let lease = repair ? try Lease.sweeping(layout: layout, alone: true) : nil
    defer { withExtendedLifetime(lease) {} }
    var report = Report()
    if let damage = try ledgerDamage() {
      report.problems = damage.map { "ledger: \($0)" }
      guard repair else { return report }
      return try putAside(&report)
    }
    let connection = repair ? try Ledger.openForWriting(layout) : try Ledger.openForReading(layout)
    let oddRuns = try connection.first("SELECT count(*) FROM runs WHERE id<1 OR id>?", [.int(Self.mostRuns)]) {
      $0.int(0)
    }
    if let oddRuns, oddRuns > 0 { report.problems.append("ledger: \(oddRuns) runs have numbers that cannot be") }
    let store = try ObjectStore(layout)
    let damaged = try damagedObjects(connection, store, &report)
    var wholeness = Wholeness(store, damaged: damaged)
    let broken = try broken(connection, &wholeness, &report)
    guard repair, !report.problems.isEmpty else { return report }
    try connection.transaction {
      try connection.run("DELETE FROM runs WHERE id<1 OR id>?", .int(Self.mostRuns))
      try connection.run(
        "UPDATE sqlite_sequence SET seq=(SELECT coalesce(max(id), 0) FROM runs) WHERE name='runs' AND seq>?",
        .int(Self.mostRuns))
      for digest in damaged { try connection.run("DELETE FROM objects WHERE digest=?", .digest(digest)) }
      for (table, pipeline, stage) in broken.stages {
        try connection.run("DELETE FROM \(table) WHERE pipeline=? AND stage=?", .text(pipeline), .text(stage))
      }
      for export in broken.exports {
        try connection.run("DELETE FROM exported_files WHERE export=?", .text(export))
        // It is written out again when somebody needs it: by the next run, or by a rollback.
        try connection.run("UPDATE generation_stages SET export=NULL WHERE export=?", .text(export))
      }
      for (pipeline, stage, first) in broken.generations {
        try forgetGenerations(pipeline, stage, first, on: connection)
      }
      for (stageKey, key) in broken.memo {
        try connection.run("DELETE FROM memo WHERE stage_key=? AND key=?", .digest(stageKey), .digest(key))
      }
    }
    for digest in damaged {
      for isCompressed in [true, false] { try FileSystem.remove(layout.loose(digest, isCompressed: isCompressed)) }
    }
    report.isRepaired = true
    return report
  }

  /// Generations that hold a result of which nothing is left cannot be gone back to. The current one is left without
  /// the stage, so that the next run publishes anew.
  private func forgetGenerations(_ pipeline: String, _ stage: String, _ first: Int, on connection: SQLiteConnection)
    throws
  {
    let key: [SQLiteValue] = [.text(pipeline), .text(stage), .int(first)]
    let last = try connection.first(
      "SELECT last FROM generation_stages WHERE pipeline=? AND stage=? AND first=?", key, { $0.int(0) })
    try connection.run(
      "DELETE FROM generations WHERE pipeline=? AND number BETWEEN ? AND ? AND state<>'current'", .text(pipeline),
      .int(first), .int(last ?? first))
    try connection.run("DELETE FROM generation_stages WHERE pipeline=? AND stage=? AND first=?", key[0], key[1], key[2])
    try connection.run(
      "UPDATE generations SET digest=zeroblob(32) WHERE pipeline=? AND number BETWEEN ? AND ? AND state='current'",
      .text(pipeline), .int(first), .int(last ?? first))
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
  private func putAside(_ report: inout Report) throws -> Report {
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

  private func damagedObjects(_ connection: SQLiteConnection, _ store: ObjectStore, _ report: inout Report) throws
    -> Set<Digest>
  {
    var digests = try connection.all("SELECT digest FROM objects ORDER BY pack, start", [], { $0.optionalDigest(0) })
      .compactMap { $0 }
    for folder in (try? FileSystem.list(layout.objects)) ?? [] where folder.count == 2 {
      for name in try FileSystem.list("\(layout.objects)/\(folder)") {
        if let digest = Digest(hex: folder + (name.hasSuffix(".zst") ? String(name.dropLast(4)) : name)) {
          digests.append(digest)
        }
      }
    }
    var damaged: Set<Digest> = []
    for digest in digests {
      report.objects += 1
      do { _ = try store.get(digest) } catch {
        damaged.insert(digest)
        report.problems.append(SluiceError(wrapping: error).message)
      }
    }
    return damaged
  }

  private struct Broken {
    /// Rows of the tables that are keyed by pipeline and stage.
    var stages: [(table: String, pipeline: String, stage: String)] = []
    var memo: [(stageKey: Digest, key: Digest)] = []
    var exports: [String] = []
    var generations: [(pipeline: String, stage: String, first: Int)] = []
  }

  /// Results, memo entries and publications that rest on what is not there.
  private func broken(_ connection: SQLiteConnection, _ wholeness: inout Wholeness, _ report: inout Report) throws
    -> Broken
  {
    var broken = Broken()
    for pipeline in try connection.all("SELECT DISTINCT pipeline FROM stages ORDER BY 1", [], { try $0.text(0) }) {
      let records = try connection.all(
        "SELECT \(StageRecord.columns) FROM stages WHERE pipeline=?", [.text(pipeline)],
        { (try $0.text(0), StageRecord($0)) })
      for (stage, record) in records {
        if let record, try isWhole(record, &wholeness) { continue }
        broken.stages.append(("stages", pipeline, stage))
        report.problems.append(
          record == nil
            ? "\(pipeline): the row of '\(stage)' in the ledger has values that cannot be"
            : "\(pipeline): the result of '\(stage)' rests on objects that are damaged or missing")
      }
    }
    let entries = try connection.all(
      "SELECT stage_key, key, outputs FROM memo", [], { ($0.optionalDigest(0), $0.optionalDigest(1), $0.blob(2)) })
    for (stageKey, key, outputs) in entries {
      guard let stageKey, let key else { continue }
      if let memo = try? MemoResult(reading: outputs), try wholeness.areWhole(Reference.all(of: memo)) { continue }
      broken.memo.append((stageKey, key))
      report.problems.append("a memo entry (\(key.short)) rests on objects that are damaged or missing")
    }
    try checkStates(connection, &wholeness, &broken, &report)
    try checkGenerations(connection, &wholeness, &broken, &report)
    try checkPublished(connection, &broken, &report)
    return broken
  }

  private func checkStates(
    _ connection: SQLiteConnection, _ wholeness: inout Wholeness, _ broken: inout Broken, _ report: inout Report
  ) throws {
    for (pipeline, stage, state) in try connection.all(
      "SELECT pipeline, stage, state FROM source_state", [], { (try $0.text(0), try $0.text(1), $0.optionalDigest(2)) })
    {
      if let state, try wholeness.areWhole([Reference(.state, state)]) { continue }
      broken.stages.append(("source_state", pipeline, stage))
      report.problems.append("\(pipeline): what '\(stage)' knows of its source is damaged or missing")
    }
    for (pipeline, stage, dataset, files) in try connection.all(
      "SELECT pipeline, stage, dataset, files FROM history", [],
      { (try $0.text(0), try $0.text(1), $0.optionalDigest(2), NamedDigests.read($0.optionalText(3))) }
    ) {
      if let dataset, let files, try wholeness.areWhole(Reference.all(ofHistory: dataset, files)) { continue }
      broken.stages.append(("history", pipeline, stage))
      report.problems.append("\(pipeline): what '\(stage)' made before (its history) is damaged or missing")
    }
  }

  /// Reads every published file of every generation; what is wrong is forgotten, so that the next run puts it back.
  private func checkPublished(_ connection: SQLiteConnection, _ broken: inout Broken, _ report: inout Report) throws {
    var seen: Set<String> = []
    for (pipeline, stage, export, mayBeEmpty) in try connection.all(
      """
      SELECT pipeline, stage, export, count=0 AND files IS NULL FROM generation_stages
      WHERE export IS NOT NULL ORDER BY last DESC
      """, [], { (try $0.text(0), try $0.text(1), try $0.text(2), $0.int(3) != 0) })
    where seen.insert(export).inserted {
      let files = try connection.all(
        "SELECT \(ExportedFile.columns) FROM exported_files WHERE export=?", [.text(export)]
      ) { ExportedFile($0, from: 0) }.compactMap { $0 }
      guard
        case .damaged(let file, let how) = try ExportFolder(export, layout: layout).verify(
          files, mayBeEmpty: mayBeEmpty)
      else { continue }
      broken.exports.append(export)
      report.problems.append(
        "\(pipeline): what was published of '\(stage)' is not what it was: "
          + (file.isEmpty ? "\(layout.exports)/\(export) \(how)" : "\(layout.exports)/\(export)/\(file) \(how)"))
    }
  }

  /// Generations of which a result rests on what is not there. The current one is made again by the next run.
  private func checkGenerations(
    _ connection: SQLiteConnection, _ wholeness: inout Wholeness, _ broken: inout Broken, _ report: inout Report
  ) throws {
    let rows = try connection.all(
      "SELECT pipeline, stage, first, \(GenerationTable.stageColumns) FROM generation_stages", []
    ) { (try $0.text(0), try $0.text(1), $0.int(2), StageRecord($0, from: 5)) }
    for (pipeline, stage, first, record) in rows {
      if let record, try isWhole(record, &wholeness) { continue }
      broken.generations.append((pipeline, stage, first))
      report.problems.append(
        "\(pipeline): what generation \(first) holds of '\(stage)' rests on objects that are damaged or missing")
    }
  }

  private func isWhole(_ record: StageRecord, _ wholeness: inout Wholeness) throws -> Bool {
    do {
      return try wholeness.areWhole(Reference.all(of: record, object: wholeness.store.get))
    } catch  where SluiceError(wrapping: error).code == .corrupt {
      // The list of what it read is gone.
      return false
    }
  }
}
