import Foundations
import SQLite

/// The ledger's schema and its versions. The ledger is the truth about everything but bytes.
package enum Ledger {
  /// Raised with every change of the schema; a migration from the version before belongs to it.
  package static let version = 6

  /// Opens the ledger for reading.
  /// - Throws: `SluiceError` when there is none yet, or it is of another version.
  package static func openForReading(_ layout: ArtifactLayout) throws -> SQLiteConnection {
    guard FileSystem.exists(layout.ledger) else {
      throw SluiceError(
        .missing, "there is no ledger in \(layout.root): nothing was run here yet",
        advice: "Run `sluice run` first.")
    }
    let connection = try SQLiteConnection(path: layout.ledger, .reading, report: .ledger)
    let found = try version(of: connection)
    guard found == version else { throw mismatch(found, layout) }
    return connection
  }

  /// Opens the ledger for writing; makes or migrates it.
  package static func openForWriting(_ layout: ArtifactLayout) throws -> SQLiteConnection {
    let connection = try SQLiteConnection(path: layout.ledger, .writing, report: .ledger)
    try connection.execute(
      "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000; PRAGMA temp_store=MEMORY;")
    let found = try version(of: connection)
    if found == version { return connection }
    guard found < version else { throw mismatch(found, layout) }
    try connection.transaction {
      // Another process may have done it while this one waited.
      var current = try version(of: connection)
      while current < version {
        try connection.execute(migrations[current])
        current += 1
        try connection.execute("PRAGMA user_version=\(current)")
      }
    }
    return connection
  }

  private static func version(of connection: SQLiteConnection) throws -> Int {
    try connection.first("PRAGMA user_version") { $0.int(0) } ?? 0
  }

  private static func mismatch(_ found: Int, _ layout: ArtifactLayout) -> SluiceError {
    found > version
      ? SluiceError(
        .corrupt,
        "\(layout.ledger) has schema \(found), this program knows schemas up to \(version)",
        advice:
          "It was written by a newer Sluice: use that one, or another artifacts directory (SLUICE_ARTIFACTS)."
      )
      : SluiceError(
        .corrupt,
        "\(layout.ledger) has the older schema \(found), this program reads schema \(version)",
        advice: "`sluice run` migrates it.")
  }

  /// `migrations[n]` leads from version n to n + 1.
  private static let migrations = [
    """
    CREATE TABLE runs(
      id INTEGER PRIMARY KEY AUTOINCREMENT, pipeline TEXT NOT NULL, started REAL NOT NULL, ended REAL, state TEXT NOT NULL,
      arguments TEXT NOT NULL, pid INTEGER NOT NULL, exit_code INTEGER, counts TEXT);
    CREATE TABLE stage_runs(
      run INTEGER NOT NULL, stage TEXT NOT NULL, state TEXT NOT NULL, reasons TEXT NOT NULL, done INTEGER, cached INTEGER,
      failed INTEGER, removed INTEGER, outputs INTEGER, seconds REAL, work_seconds REAL, message TEXT,
      PRIMARY KEY(run, stage)) WITHOUT ROWID;
    CREATE TABLE stage_keys(id INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, components TEXT NOT NULL);
    CREATE TABLE stages(
      pipeline TEXT NOT NULL, stage TEXT NOT NULL, state TEXT NOT NULL, stage_key BLOB NOT NULL, inputs BLOB NOT NULL,
      input BLOB, dataset BLOB NOT NULL, derivation BLOB, files TEXT, fingerprint BLOB, valid_until REAL, failed INTEGER NOT NULL,
      count INTEGER NOT NULL, type TEXT NOT NULL, run INTEGER NOT NULL, summary TEXT,
      PRIMARY KEY(pipeline, stage)) WITHOUT ROWID;
    CREATE TABLE memo(
      stage_key BLOB NOT NULL, key BLOB NOT NULL, outputs BLOB NOT NULL, valid_until REAL, validators TEXT, run INTEGER NOT NULL,
      PRIMARY KEY(stage_key, key)) WITHOUT ROWID;
    CREATE TABLE objects(
      digest BLOB PRIMARY KEY, pack INTEGER NOT NULL, start INTEGER NOT NULL, length INTEGER NOT NULL, size INTEGER NOT NULL)
      WITHOUT ROWID;
    CREATE TABLE packs(id INTEGER PRIMARY KEY AUTOINCREMENT, bytes INTEGER NOT NULL);
    CREATE TABLE quarantine(
      pipeline TEXT NOT NULL, stage TEXT NOT NULL, item TEXT NOT NULL, digest BLOB, kind TEXT NOT NULL, message TEXT NOT NULL,
      transient INTEGER NOT NULL, attempts INTEGER NOT NULL, first REAL NOT NULL, last REAL NOT NULL, run INTEGER NOT NULL,
      PRIMARY KEY(pipeline, stage, item)) WITHOUT ROWID;
    CREATE TABLE attempts(
      run INTEGER NOT NULL, stage TEXT NOT NULL, item TEXT NOT NULL, attempt INTEGER NOT NULL, at REAL NOT NULL,
      kind TEXT NOT NULL, message TEXT NOT NULL, transient INTEGER NOT NULL, wait REAL);
    CREATE INDEX attempts_by_run ON attempts(run, stage);
    CREATE TABLE item_runs(
      run INTEGER NOT NULL, stage TEXT NOT NULL, item TEXT NOT NULL, reason TEXT NOT NULL, before BLOB, after BLOB,
      seconds REAL, PRIMARY KEY(stage, item, run)) WITHOUT ROWID;
    CREATE TABLE cache(key BLOB PRIMARY KEY, value BLOB NOT NULL, run INTEGER NOT NULL) WITHOUT ROWID;
    """,
    """
    CREATE TABLE published(
      pipeline TEXT NOT NULL, stage TEXT NOT NULL, dataset BLOB NOT NULL, export TEXT NOT NULL, run INTEGER NOT NULL,
      PRIMARY KEY(pipeline, stage)) WITHOUT ROWID;
    """,
    // What sources know of the world; what stages that read their own history read; what is published, file by file;
    // by which recipe a result was made.
    """
    CREATE TABLE source_state(
      pipeline TEXT NOT NULL, stage TEXT NOT NULL, identity BLOB NOT NULL, state BLOB NOT NULL, run INTEGER NOT NULL,
      PRIMARY KEY(pipeline, stage, identity)) WITHOUT ROWID;
    CREATE TABLE history(
      pipeline TEXT NOT NULL, stage TEXT NOT NULL, dataset BLOB NOT NULL, files TEXT, type TEXT NOT NULL,
      run INTEGER NOT NULL, PRIMARY KEY(pipeline, stage)) WITHOUT ROWID;
    INSERT INTO history SELECT pipeline, stage, dataset, files, type, run FROM stages WHERE input IS NULL;
    CREATE TABLE exported_files(
      export TEXT NOT NULL, file TEXT NOT NULL, digest BLOB NOT NULL, size INTEGER NOT NULL, modified INTEGER NOT NULL,
      changed INTEGER NOT NULL, inode INTEGER NOT NULL, PRIMARY KEY(export, file)) WITHOUT ROWID;
    ALTER TABLE stages ADD COLUMN recipe BLOB;
    ALTER TABLE stages ADD COLUMN recorded REAL NOT NULL DEFAULT 0;
    """,
    // Results by kind of stage: a column no longer means another thing for each kind.
    """
    CREATE TABLE results(
      pipeline TEXT NOT NULL, stage TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, stage_key BLOB NOT NULL,
      recipe BLOB, type TEXT NOT NULL, dataset BLOB NOT NULL, count INTEGER NOT NULL, failed INTEGER NOT NULL,
      run INTEGER NOT NULL, recorded REAL NOT NULL, inputs BLOB, input BLOB, derivation BLOB, fingerprint BLOB,
      freshness_policy BLOB, valid_until REAL, datasets BLOB, files TEXT, summary TEXT, provisional INTEGER,
      PRIMARY KEY(pipeline, stage)) WITHOUT ROWID;
    INSERT INTO results SELECT pipeline, stage, 'collection', state, stage_key, recipe, type, dataset, count, failed, run,
      recorded, inputs, NULL, NULL, NULL, NULL, NULL, derivation, files, coalesce(summary, ''), valid_until IS NOT NULL
      FROM stages WHERE input IS NULL AND derivation IS NOT NULL;
    INSERT INTO results SELECT pipeline, stage, CASE WHEN length(inputs)=0 THEN 'source' ELSE 'items' END, state, stage_key,
      recipe, type, dataset, count, failed, run, recorded, inputs, input, derivation,
      CASE WHEN length(inputs)=0 THEN fingerprint END, CASE WHEN length(inputs)>0 THEN fingerprint END, valid_until, NULL,
      NULL, NULL, NULL FROM stages WHERE input IS NOT NULL AND derivation IS NOT NULL;
    DROP TABLE stages;
    ALTER TABLE results RENAME TO stages;
    """,
    // Numbered generations, of pipelines and of their variants. What was published until now becomes the first, under the
    // number of its folder; stages that had a newer result that was not published are not part of it.
    """
    CREATE TABLE generations(
      pipeline TEXT NOT NULL, number INTEGER NOT NULL, run INTEGER NOT NULL, created REAL NOT NULL, state TEXT NOT NULL,
      digest BLOB NOT NULL, gates TEXT, PRIMARY KEY(pipeline, number)) WITHOUT ROWID;
    CREATE TABLE generation_stages(
      pipeline TEXT NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, identity BLOB NOT NULL, export TEXT,
      stage TEXT NOT NULL, kind TEXT NOT NULL, state TEXT NOT NULL, stage_key BLOB NOT NULL, recipe BLOB,
      type TEXT NOT NULL, dataset BLOB NOT NULL, count INTEGER NOT NULL, failed INTEGER NOT NULL, run INTEGER NOT NULL,
      recorded REAL NOT NULL, inputs BLOB, input BLOB, derivation BLOB, fingerprint BLOB, freshness_policy BLOB,
      valid_until REAL, datasets BLOB, files TEXT, summary TEXT, provisional INTEGER,
      PRIMARY KEY(pipeline, stage, first)) WITHOUT ROWID;
    CREATE INDEX generation_stages_by_identity ON generation_stages(stage, identity);
    CREATE TABLE lines(
      pipeline TEXT PRIMARY KEY, held INTEGER NOT NULL DEFAULT 0, settings TEXT, created REAL) WITHOUT ROWID;
    CREATE TABLE followed(
      pipeline TEXT NOT NULL, stage TEXT NOT NULL, identity BLOB NOT NULL, state TEXT NOT NULL,
      PRIMARY KEY(pipeline, stage)) WITHOUT ROWID;
    INSERT INTO generations SELECT p.pipeline, max(p.run), max(p.run), max(s.recorded), 'current', zeroblob(32), NULL
      FROM published p JOIN stages s ON s.pipeline=p.pipeline AND s.stage=p.stage WHERE s.run<=p.run GROUP BY p.pipeline;
    INSERT INTO generation_stages(pipeline, first, last, identity, export, stage, kind, state, stage_key, recipe, type,
      dataset, count, failed, run, recorded, inputs, input, derivation, fingerprint, freshness_policy, valid_until,
      datasets, files, summary, provisional)
      SELECT p.pipeline, g.number, 2147483647, p.dataset, p.export, s.stage, s.kind, s.state, s.stage_key, s.recipe,
        s.type, s.dataset, s.count, s.failed, s.run, s.recorded, s.inputs, s.input, s.derivation, s.fingerprint,
        s.freshness_policy, s.valid_until, s.datasets, s.files, s.summary, s.provisional
      FROM published p JOIN stages s ON s.pipeline=p.pipeline AND s.stage=p.stage
        JOIN generations g ON g.pipeline=p.pipeline WHERE s.run<=p.run;
    DROP TABLE published;
    """,
    // What was forgotten: digests of ids, so that the next fetch does not bring it back.
    """
    CREATE TABLE tombstones(
      pipeline TEXT NOT NULL, item BLOB NOT NULL, created REAL NOT NULL, PRIMARY KEY(pipeline, item)) WITHOUT ROWID;
    """,
  ]
}
