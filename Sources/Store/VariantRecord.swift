import Foundations
import SQLite

/// A variant of a pipeline: production with other parameters, in a line of its own.
package struct VariantRecord: Sendable {
  package let line: PipelineLine
  /// What `--set` said, in its order: `chunk.max_tokens=120`.
  package let settings: [String]
  package let created: Timestamp

  package init(line: PipelineLine, settings: [String], created: Timestamp) {
    self.line = line
    self.settings = settings
    self.created = created
  }
}

extension LedgerReader {
  /// The variants of a pipeline, by name.
  package func variants(of pipeline: String) throws -> [VariantRecord] {
    try query { connection in
      try connection.all(
        "SELECT pipeline, settings, created FROM lines WHERE settings IS NOT NULL ORDER BY pipeline", []
      ) { row -> VariantRecord? in
        let line = PipelineLine(key: try row.text(0))
        guard line.pipeline == pipeline, line.variant != nil,
          let settings = try? JSONValue(parsing: row.text(1)).decoded(as: [String].self)
        else { return nil }
        return VariantRecord(line: line, settings: settings, created: Timestamp(seconds: row.real(2)))
      }
    }.compactMap { $0 }
  }
}

extension LedgerEntries {
  /// The tables that keep something of a line under its key, besides generations.
  static let lineTables = ["stages", "quarantine", "source_state", "history"]

  /// Begins a variant, or begins it anew with other settings: it has the results that production has at this moment, so
  /// that only what differs is computed.
  package static func variant(_ record: VariantRecord) -> Recorder.Entry {
    { connection in
      let key = record.line.key
      for table in lineTables {
        try connection.run("DELETE FROM \(table) WHERE pipeline=?", .text(key))
        let columns = try connection.all("SELECT name FROM pragma_table_info('\(table)')", []) { try $0.text(0) }
          .filter { $0 != "pipeline" }.joined(separator: ", ")
        try connection.run(
          "INSERT INTO \(table)(pipeline, \(columns)) SELECT ?, \(columns) FROM \(table) WHERE pipeline=?", .text(key),
          .text(record.line.pipeline))
      }
      try connection.run(
        """
        INSERT INTO lines(pipeline, settings, created) VALUES(?,?,?)
        ON CONFLICT(pipeline) DO UPDATE SET settings=excluded.settings, created=excluded.created
        """, .text(key), .said(JSONValue(record.settings).canonicalText), .real(record.created.seconds))
    }
  }

  /// Makes the runs of one line those of another.
  package static func handOver(runsOf line: String, to other: String) -> Recorder.Entry {
    { connection in try connection.run("UPDATE runs SET pipeline=? WHERE pipeline=?", .text(other), .text(line)) }
  }

  /// Forgets a variant with all its results, generations and runs.
  package static func forgetVariant(_ line: PipelineLine) -> Recorder.Entry {
    precondition(line.variant != nil, "production is nothing that can be removed like a variant")
    return { connection in
      for table in ["item_runs", "attempts", "stage_runs"] {
        try connection.run(
          "DELETE FROM \(table) WHERE run IN (SELECT id FROM runs WHERE pipeline=?)", .text(line.key))
      }
      for table in lineTables + ["generations", "generation_stages", "runs", "lines"] {
        try connection.run("DELETE FROM \(table) WHERE pipeline=?", .text(line.key))
      }
    }
  }
}
