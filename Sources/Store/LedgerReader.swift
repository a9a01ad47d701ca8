import Foundations
import SQLite

/// Reads the ledger; never blocks a run and is never blocked by one (SQLite WAL).
package final class LedgerReader: Sendable {
  private let connection: Monitor<SQLiteConnection>

  /// Opens the ledger.
  /// - Throws: `.missing` when nothing was run here yet, `.corrupt` when it is of another version.
  package init(_ layout: ArtifactLayout) throws {
    connection = Monitor(try Ledger.openForReading(layout))
  }

  func query<R>(_ body: (SQLiteConnection) throws -> R) throws -> R { try connection.read { try body($0) } }

  /// The last results of all stages of a pipeline, by name.
  package func stages(of pipeline: String) throws -> [String: StageRecord] {
    let rows = try query { connection in
      try connection.all(
        "SELECT \(StageRecord.columns) FROM stages WHERE pipeline=?", [.text(pipeline)]
      ) { StageRecord($0) }
    }
    var result: [String: StageRecord] = [:]
    result.reserveCapacity(rows.count)
    for case let row? in rows { result[row.stage] = row }
    return result
  }

  /// The object that says what a source knew of the world after its last look under this identity.
  package func sourceState(pipeline: String, stage: String, identity: Digest) throws -> Digest? {
    try query { connection in
      try connection.first(
        "SELECT state FROM source_state WHERE pipeline=? AND stage=? AND identity=?",
        [.text(pipeline), .text(stage), .digest(identity)]
      ) { $0.optionalDigest(0) }
    } ?? nil
  }

  /// What stages that read their own history made last, trials apart, by name.
  package func histories(of pipeline: String) throws -> [String: HistoryRecord] {
    let rows = try query { connection in
      try connection.all(
        "SELECT stage, dataset, files, type, run FROM history WHERE pipeline=?", [.text(pipeline)]
      ) { row in
        (try row.text(0), row.optionalDigest(1), NamedDigests.read(row.optionalText(2)), try row.text(3), row.int(4))
      }
    }
    var result: [String: HistoryRecord] = [:]
    for (stage, dataset, files, type, run) in rows {
      guard let dataset, let files else { continue }
      result[stage] = HistoryRecord(dataset: dataset, files: files, type: type, run: run)
    }
    return result
  }

  /// What is remembered under a stage key and a memo key.
  package func memo(stageKey: Digest, key: Digest) throws -> MemoEntry? {
    try query { connection in
      try connection.first(
        "SELECT outputs, valid_until, validators, run FROM memo WHERE stage_key=? AND key=?",
        [.digest(stageKey), .digest(key)]
      ) { row in
        MemoEntry(
          outputs: row.blob(0), validity: Validity(seconds: row.optionalReal(1)),
          validators: row.isNull(2) ? [:] : (try? JSONValue(parsing: try row.text(2)))?.object ?? [:],
          run: row.int(3))
      }
    }
  }

  /// The components behind a stage key.
  package func components(ofStageKey digest: Digest) throws -> JSONObject? {
    try query { connection in
      try connection.first("SELECT components FROM stage_keys WHERE digest=?", [.digest(digest)]) {
        row in
        (try? JSONValue(parsing: try row.text(0)))?.object
      }
    } ?? nil
  }

  /// A value that a stage kept inside itself.
  package func cached(_ key: Digest) throws -> [UInt8]? {
    try query { try $0.first("SELECT value FROM cache WHERE key=?", [.digest(key)]) { $0.blob(0) } }
  }

  /// What is in quarantine, by stage and item; of all stages when none is named.
  package func quarantine(of pipeline: String, stage: String? = nil) throws -> [QuarantineEntry] {
    try query { connection in
      try connection.all(
        """
        SELECT stage, item, digest, kind, message, transient, attempts, first, last, run FROM quarantine
        WHERE pipeline=? AND (? IS NULL OR stage=?) ORDER BY stage, item
        """, [.text(pipeline), .text(stage), .text(stage)]
      ) { row in
        QuarantineEntry(
          stage: try row.text(0), item: try row.text(1), digest: row.optionalDigest(2), kind: try row.text(3),
          message: try row.text(4),
          isTransient: row.int(5) != 0, attempts: row.int(6), first: row.real(7), last: row.real(8),
          run: row.int(9))
      }
    }
  }

  /// The stages that have items in quarantine.
  package func quarantinedStages(of pipeline: String) throws -> Set<String> {
    try query { connection in
      Set(
        try connection.all("SELECT DISTINCT stage FROM quarantine WHERE pipeline=?", [.text(pipeline)]) {
          try $0.text(0)
        })
    }
  }

  /// The newest runs first.
  package func runs(of pipeline: String?, limit: Int) throws -> [RunRecord] {
    try query { connection in
      try connection.all(
        """
        SELECT id, pipeline, started, ended, state, arguments, exit_code, counts FROM runs
        WHERE ? IS NULL OR pipeline=? ORDER BY id DESC LIMIT ?
        """, [.text(pipeline), .text(pipeline), .int(limit)]
      ) { row in
        // A run of a newer program may have ended in a way that this one does not know.
        try RunState(rawValue: row.text(4)).map { state in
          RunRecord(
            id: row.int(0), pipeline: try row.text(1), started: row.real(2), ended: row.optionalReal(3), state: state,
            arguments: try row.text(5), exitCode: row.isNull(6) ? nil : row.int(6),
            counts: row.optionalText(7).flatMap { try? JSONValue(parsing: $0).decoded() })
        }
      }
    }.compactMap { $0 }
  }

  /// What the stages did in a run; those that had nothing to do left no trace.
  package func stageRuns(ofRun run: Int) throws -> [StageRunRecord] {
    try query { connection in
      try connection.all(
        """
        SELECT run, stage, state, reasons, done, cached, failed, removed, outputs, seconds, work_seconds, message
        FROM stage_runs WHERE run=?
        """, [.int(run)], Self.stageRun)
    }.compactMap { $0 }
  }

  /// The last run in which a stage did something.
  package func lastStageRun(pipeline: String, stage: String) throws -> StageRunRecord? {
    try query { connection in
      try connection.first(
        """
        SELECT s.run, s.stage, s.state, s.reasons, s.done, s.cached, s.failed, s.removed, s.outputs, s.seconds,
          s.work_seconds, s.message
        FROM stage_runs s JOIN runs r ON r.id=s.run WHERE r.pipeline=? AND s.stage=? ORDER BY s.run DESC LIMIT 1
        """, [.text(pipeline), .text(stage)], Self.stageRun)
    } ?? nil
  }

  /// The last run of each stage in which it did something, by name.
  package func lastStageRuns(pipeline: String) throws -> [String: StageRunRecord] {
    let rows = try query { connection in
      try connection.all(
        """
        SELECT max(s.run), s.stage, s.state, s.reasons, s.done, s.cached, s.failed, s.removed, s.outputs, s.seconds,
          s.work_seconds, s.message
        FROM stage_runs s JOIN runs r ON r.id=s.run WHERE r.pipeline=? GROUP BY s.stage
        """, [.text(pipeline)], Self.stageRun)
    }.compactMap { $0 }
    return Dictionary(rows.map { ($0.stage, $0) }, uniquingKeysWith: { first, _ in first })
  }

  private static func stageRun(_ row: SQLiteStatement) throws -> StageRunRecord? {
    try StageOutcome(rawValue: row.text(2)).map { outcome in
      StageRunRecord(
        run: row.int(0), stage: try row.text(1), outcome: outcome, reasons: try row.text(3), done: row.int(4),
        cached: row.int(5), failed: row.int(6), removed: row.int(7), outputs: row.int(8), seconds: row.real(9),
        workSeconds: row.real(10), message: try row.text(11))
    }
  }

  /// What an item went through, newest first.
  package func itemRuns(pipeline: String, stage: String, item: String, limit: Int = 5) throws
    -> [ItemRunRecord]
  {
    try query { connection in
      try connection.all(
        """
        SELECT i.run, i.stage, i.item, i.reason, i.before, i.after, i.seconds FROM item_runs i JOIN runs r ON r.id=i.run
        WHERE r.pipeline=? AND i.stage=? AND i.item=? ORDER BY i.run DESC LIMIT ?
        """, [.text(pipeline), .text(stage), .text(item), .int(limit)], Self.itemRun)
    }.compactMap { $0 }
  }

  /// Every item that a run worked on.
  package func itemRuns(ofRun run: Int) throws -> [ItemRunRecord] {
    try query { connection in
      try connection.all(
        "SELECT run, stage, item, reason, before, after, seconds FROM item_runs WHERE run=? ORDER BY stage, item",
        [.int(run)], Self.itemRun)
    }.compactMap { $0 }
  }

  /// How many tries of an item failed in a run.
  package func failedAttempts(run: Int, stage: String, item: String) throws -> Int {
    try query { connection in
      try connection.first(
        "SELECT count(*) FROM attempts WHERE run=? AND stage=? AND item=?", [.int(run), .text(stage), .text(item)]
      ) { $0.int(0) }
    } ?? 0
  }

  private static func itemRun(_ row: SQLiteStatement) throws -> ItemRunRecord? {
    try ItemRunRecord.Reason(rawValue: try row.text(3)).map { reason in
      ItemRunRecord(
        run: row.int(0), stage: try row.text(1), item: try row.text(2), reason: reason, before: row.optionalDigest(4),
        after: row.optionalDigest(5), seconds: row.real(6))
    }
  }

  /// The files of exports, by export.
  package func exportedFiles(of exports: [String]) throws -> [String: [ExportedFile]] {
    var result: [String: [ExportedFile]] = [:]
    try query { connection in
      for export in exports {
        result[export] = try connection.all(
          "SELECT \(ExportedFile.columns) FROM exported_files WHERE export=?", [.text(export)]
        ) { ExportedFile($0, from: 0) }.compactMap { $0 }
      }
    }
    return result
  }

  /// The files of one export, whoever has published it; empty when it is not known.
  package func exportedFiles(ofExport export: String) throws -> [ExportedFile] {
    try query { connection in
      try connection.all("SELECT \(ExportedFile.columns) FROM exported_files WHERE export=?", [.text(export)]) {
        ExportedFile($0, from: 0)
      }
    }.compactMap { $0 }
  }

  /// Names of all pipelines that were ever run here.
  package func pipelines() throws -> [String] {
    try query { try $0.all("SELECT DISTINCT pipeline FROM runs ORDER BY 1") { try $0.text(0) } }
  }
}
