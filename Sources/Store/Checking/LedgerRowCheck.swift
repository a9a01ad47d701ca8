import Foundations
import SQLite

/// Looks for rows of the ledger that have values which cannot be, in all tables but `stages`, whose rows have a reader of
/// their own.
struct LedgerRowCheck {
  /// A run a second for thirty years.
  static let mostRuns = 1_000_000_000

  /// Columns that hold digests.
  private static let digests: [(table: String, columns: [String], whatRowsAre: String)] = [
    ("objects", ["digest"], "places of objects"), ("memo", ["stage_key", "key"], "memo entries"),
    ("stage_keys", ["digest"], "stage keys"), ("cache", ["key"], "remembered answers"),
    ("source_state", ["identity"], "states of sources"), ("generations", ["digest"], "generations"),
    ("exported_files", ["digest"], "published files"),
  ]
  /// Those that may be NULL: without them the row still says something.
  private static let optionalDigests: [(table: String, column: String)] = [
    ("quarantine", "digest"), ("item_runs", "before"), ("item_runs", "after"),
  ]

  private static func isNoDigest(_ column: String) -> String { "(typeof(\(column))<>'blob' OR length(\(column))<>32)" }

  static func run(_ connection: SQLiteConnection, _ findings: inout CheckFindings) throws {
    func count(_ table: String, _ condition: String) throws -> Int {
      try connection.first("SELECT count(*) FROM \(table) WHERE \(condition)") { $0.int(0) } ?? 0
    }
    let oddRun = "id<1 OR id>\(mostRuns)"
    let oddRuns = try count("runs", oddRun)
    if oddRuns > 0 {
      findings.add("ledger: \(oddRuns) runs have numbers that cannot be") { connection in
        try connection.execute("DELETE FROM runs WHERE \(oddRun)")
        try connection.run(
          "UPDATE sqlite_sequence SET seq=(SELECT coalesce(max(id), 0) FROM runs) WHERE name='runs' AND seq>?",
          .int(mostRuns))
      }
    }
    for (table, columns, rows) in digests {
      let condition = columns.map(isNoDigest).joined(separator: " OR ")
      let odd = try count(table, condition)
      guard odd > 0 else { continue }
      findings.add("ledger: \(odd) \(rows) have digests that cannot be") { connection in
        if table == "exported_files" {
          // An export of which one file is not known is not known.
          try connection.execute(
            "DELETE FROM exported_files WHERE export IN (SELECT export FROM exported_files WHERE \(condition))")
        } else {
          try connection.execute("DELETE FROM \(table) WHERE \(condition)")
        }
      }
    }
    for (table, column) in optionalDigests {
      let condition = "\(column) IS NOT NULL AND \(isNoDigest(column))"
      let odd = try count(table, condition)
      guard odd > 0 else { continue }
      findings.add("ledger: \(odd) rows of \(table) have digests that cannot be") { connection in
        try connection.execute("UPDATE \(table) SET \(column)=NULL WHERE \(condition)")
      }
    }
    let unknown = try connection.all("SELECT DISTINCT pack FROM objects WHERE pack NOT IN (SELECT id FROM packs)") {
      $0.int(0)
    }
    for pack in unknown {
      findings.add("ledger: it does not know the pack \(pack), in which objects lie") { connection in
        // A number that no pack can have leads to nothing; its objects are found damaged.
        if (1...mostRuns).contains(pack) { try connection.run("INSERT INTO packs(id, bytes) VALUES(?,0)", .int(pack)) }
      }
    }
  }
}
