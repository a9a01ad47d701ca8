import Foundations
import SQLite

/// The entries that the engine records; each runs inside the recorder's transaction.
package enum LedgerEntries {
  /// The components behind a stage key, for `why`.
  package static func stageKey(_ digest: Digest, components: [UInt8]) -> Recorder.Entry {
    { connection in
      try connection.run(
        "INSERT OR IGNORE INTO stage_keys(digest, components) VALUES(?,?)", .digest(digest),
        .text(String(decoding: components, as: UTF8.self)))
    }
  }

  /// A new complete result of a stage.
  package static func stage(_ record: StageRecord, pipeline: String) -> Recorder.Entry {
    { connection in
      let values = [.text(pipeline)] + record.row
      let places = values.map { _ in "?" }.joined(separator: ",")
      try connection.statement("INSERT OR REPLACE INTO stages(pipeline, \(StageRecord.columns)) VALUES(\(places))")
        .run(values)
    }
  }

  /// How a stage stands whose result stays as it is.
  package static func standing(_ standing: StageRecord.Standing, pipeline: String, stage: String) -> Recorder.Entry {
    { connection in
      try connection.run(
        "UPDATE stages SET state=? WHERE pipeline=? AND stage=?", .text(standing.rawValue), .text(pipeline),
        .text(stage))
    }
  }

  /// What a source knows of the world after its look. `state` names an object that was put before.
  package static func sourceState(pipeline: String, stage: String, identity: Digest, state: Digest, run: Int)
    -> Recorder.Entry
  {
    { connection in
      try connection.run(
        "INSERT OR REPLACE INTO source_state(pipeline, stage, identity, state, run) VALUES(?,?,?,?,?)", .text(pipeline),
        .text(stage), .digest(identity), .digest(state), .int(run))
    }
  }

  /// What a stage that reads its own history reads in later runs.
  package static func history(_ record: HistoryRecord, pipeline: String, stage: String) -> Recorder.Entry {
    { connection in
      try connection.run(
        "INSERT OR REPLACE INTO history(pipeline, stage, dataset, files, type, run) VALUES(?,?,?,?,?,?)",
        .text(pipeline), .text(stage), .digest(record.dataset), .text(NamedDigests.text(record.files)),
        .text(record.type), .int(record.run))
    }
  }

  /// What an item, or a whole input, became under a stage key.
  package static func memo(stageKey: Digest, key: Digest, _ entry: MemoEntry) -> Recorder.Entry {
    let validators =
      entry.validators.isEmpty ? nil : JSONValue.object(entry.validators).canonicalText
    return { connection in
      try connection.run(
        "INSERT OR REPLACE INTO memo(stage_key, key, outputs, valid_until, validators, run) VALUES(?,?,?,?,?,?)",
        .digest(stageKey), .digest(key), .blob(entry.outputs), .real(entry.validity.storedSeconds),
        .text(validators), .int(entry.run))
    }
  }

  /// What was remembered is no longer to be taken for true without asking.
  package static func expire(stageKey: Digest, key: Digest) -> Recorder.Entry {
    { connection in
      try connection.run("UPDATE memo SET valid_until=0 WHERE stage_key=? AND key=?", .digest(stageKey), .digest(key))
    }
  }

  /// That an item was worked on.
  package static func itemRun(_ record: ItemRunRecord) -> Recorder.Entry {
    { connection in
      try connection.run(
        "INSERT OR REPLACE INTO item_runs(run, stage, item, reason, before, after, seconds) VALUES(?,?,?,?,?,?,?)",
        .int(record.run), .text(record.stage), .text(record.item), .text(record.reason.rawValue),
        .digest(record.before),
        .digest(record.after), .real(record.seconds))
    }
  }

  /// That an item failed; of one that failed before, tries are added up and the first time stays.
  package static func quarantine(_ entry: QuarantineEntry, pipeline: String) -> Recorder.Entry {
    { connection in
      try connection.run(
        """
        INSERT INTO quarantine(pipeline, stage, item, digest, kind, message, transient, attempts, first, last, run)
        VALUES(?,?,?,?,?,?,?,?,?,?,?)
        ON CONFLICT(pipeline, stage, item) DO UPDATE SET digest=excluded.digest, kind=excluded.kind,
          message=excluded.message, transient=excluded.transient, attempts=attempts+excluded.attempts,
          last=excluded.last, run=excluded.run
        """,
        .text(pipeline), .text(entry.stage), .text(entry.item), .digest(entry.digest),
        .text(entry.kind),
        .said(entry.message), .int(entry.isTransient ? 1 : 0), .int(entry.attempts),
        .real(entry.first),
        .real(entry.last), .int(entry.run))
    }
  }

  /// An item leaves the quarantine.
  package static func release(pipeline: String, stage: String, item: String) -> Recorder.Entry {
    { connection in
      try connection.run(
        "DELETE FROM quarantine WHERE pipeline=? AND stage=? AND item=?", .text(pipeline),
        .text(stage), .text(item))
    }
  }

  /// A try that failed; `wait` in seconds when there will be another.
  package static func attempt(
    run: Int, stage: String, item: String, attempt: Int, at: Double, kind: String, message: String,
    isTransient: Bool,
    wait: Double?
  ) -> Recorder.Entry {
    { connection in
      try connection.run(
        "INSERT INTO attempts(run, stage, item, attempt, at, kind, message, transient, wait) VALUES(?,?,?,?,?,?,?,?,?)",
        .int(run), .text(stage), .text(item), .int(attempt), .real(at), .text(kind), .said(message),
        .int(isTransient ? 1 : 0), .real(wait))
    }
  }

  /// What a stage did in a run.
  package static func stageRun(_ record: StageRunRecord) -> Recorder.Entry {
    { connection in
      try connection.run(
        """
        INSERT OR REPLACE INTO stage_runs(run, stage, state, reasons, done, cached, failed, removed, outputs, seconds,
          work_seconds, message) VALUES(?,?,?,?,?,?,?,?,?,?,?,?)
        """,
        .int(record.run), .text(record.stage), .text(record.outcome.rawValue), .text(record.reasons),
        .int(record.done),
        .int(record.cached), .int(record.failed), .int(record.removed), .int(record.outputs),
        .real(record.seconds),
        .real(record.workSeconds), .said(record.message))
    }
  }

  /// A value that a stage keeps inside itself.
  package static func cache(_ key: Digest, _ value: [UInt8], run: Int) -> Recorder.Entry {
    { connection in
      try connection.run(
        "INSERT OR REPLACE INTO cache(key, value, run) VALUES(?,?,?)", .digest(key), .blob(value),
        .int(run))
    }
  }

  /// What was put into an export, or is there now.
  package static func exported(_ export: String, _ files: [ExportedFile]) -> Recorder.Entry {
    { connection in
      try connection.run("DELETE FROM exported_files WHERE export=?", .text(export))
      for file in files {
        try connection.run(
          "INSERT INTO exported_files(export, \(ExportedFile.columns)) VALUES(?,?,?,?,?,?,?)", .text(export),
          .text(file.name), .digest(file.digest), .int(file.size), .int(file.modified), .int(file.changed),
          .int(Int64(bitPattern: file.inode)))
      }
    }
  }

  /// Forgets stages that the pipeline file no longer has; what was published of them is the publisher's. A stage that
  /// never had a result may have items in quarantine, too. Its history and what it knows of the world stay until gc:
  /// it may come back.
  package static func forgetStages(pipeline: String, except names: Set<String>) -> Recorder.Entry {
    { connection in
      for table in ["stages", "quarantine"] {
        let known = try connection.all("SELECT DISTINCT stage FROM \(table) WHERE pipeline=?", [.text(pipeline)]) {
          try $0.text(0)
        }
        for stage in known where !names.contains(stage) {
          try connection.run("DELETE FROM \(table) WHERE pipeline=? AND stage=?", .text(pipeline), .text(stage))
        }
      }
    }
  }

  /// Begins a run and returns its number; a run of the same pipeline that never ended was killed.
  package static func beginRun(
    pipeline: String, arguments: String, pid: Int, started: Double, on connection: SQLiteConnection
  ) throws -> Int {
    try connection.run(
      "UPDATE runs SET state='killed', ended=? WHERE pipeline=? AND state='running'",
      .real(started), .text(pipeline))
    try connection.run(
      "INSERT INTO runs(pipeline, started, state, arguments, pid) VALUES(?,?,'running',?,?)",
      .text(pipeline),
      .real(started), .said(arguments), .int(pid))
    return Int(connection.lastInsertedRow)
  }

  /// A run has ended; `ended` in seconds since 1970.
  package static func endRun(_ id: Int, code: ExitCode, counts: RunCounts, ended: Double) -> Recorder.Entry {
    let state = RunState(code)
    return { connection in
      try connection.run(
        "UPDATE runs SET state=?, exit_code=?, counts=?, ended=? WHERE id=?", .text(state.rawValue),
        .int(Int(code.rawValue)), .text(JSONValue(encoding: counts).canonicalText), .real(ended), .int(id))
    }
  }
}
