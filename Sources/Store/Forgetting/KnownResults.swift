import Foundations
import SQLite

/// A stage's result in a stretch of a line's generations.
package struct GenerationRow: Sendable {
  /// `last` of what the newest generation holds.
  package static let stillOpen = GenerationTable.stillOpen

  package let first: Int
  package let last: Int
  package let stage: GenerationStage

  package init(first: Int, last: Int, stage: GenerationStage) {
    self.first = first
    self.last = last
    self.stage = stage
  }

  package func holds(_ number: Int) -> Bool { first <= number && number <= last }
}

/// A row of `source_state`.
package struct SourceStateRow: Sendable {
  package let stage: String
  package let identity: Digest
  package let state: Digest
  package let run: Int
}

extension LedgerReader {
  /// The keys of all lines of a pipeline that left anything: production's, and those of variants.
  package func lines(of pipeline: String) throws -> [PipelineLine] {
    let keys = try query { connection in
      try connection.all(
        """
        SELECT pipeline FROM stages UNION SELECT pipeline FROM generations UNION SELECT pipeline FROM lines
        UNION SELECT pipeline FROM quarantine UNION SELECT pipeline FROM runs ORDER BY 1
        """, []
      ) { try $0.text(0) }
    }
    return keys.map { PipelineLine(key: $0) }.filter { $0.pipeline == pipeline }
  }

  /// What all generations of a line hold.
  package func generationRows(of line: String) throws -> [GenerationRow] {
    try query { connection in
      try connection.all(
        "SELECT first, last, \(GenerationTable.stageColumns) FROM generation_stages WHERE pipeline=?", [.text(line)]
      ) { row -> GenerationRow? in
        guard let identity = row.optionalDigest(2), let record = StageRecord(row, from: 4) else { return nil }
        let stage = GenerationStage(record: record, identity: identity, export: row.optionalText(3))
        return GenerationRow(first: row.int(0), last: row.int(1), stage: stage)
      }
    }.compactMap { $0 }
  }

  /// What the sources of a line know of the world.
  package func sourceStates(of line: String) throws -> [SourceStateRow] {
    try query { connection in
      try connection.all("SELECT stage, identity, state, run FROM source_state WHERE pipeline=?", [.text(line)]) {
        row in
        guard let identity = row.optionalDigest(1), let state = row.optionalDigest(2) else { return nil }
        return SourceStateRow(stage: try row.text(0), identity: identity, state: state, run: row.int(3))
      }
    }.compactMap { $0 }
  }
}

extension LedgerEntries {
  /// Forgets the newest results of some stages, and what they read of their history.
  package static func dropStages(_ names: [String], of line: String, withHistory: Bool) -> Recorder.Entry {
    { connection in
      for table in ["stages"] + (withHistory ? ["history"] : []) {
        for name in names {
          try connection.run("DELETE FROM \(table) WHERE pipeline=? AND stage=?", .text(line), .text(name))
        }
      }
    }
  }

  /// Puts other results into the generations of a line: all rows are given, by their stages and first generations.
  package static func replaceGenerationRows(_ rows: [GenerationRow], of line: String) -> Recorder.Entry {
    { connection in
      try connection.run("DELETE FROM generation_stages WHERE pipeline=?", .text(line))
      for row in rows {
        let values =
          [
            .text(line), .int(row.first), .int(row.last), .digest(row.stage.identity), .text(row.stage.export),
          ] + row.stage.record.row
        let places = values.map { _ in "?" }.joined(separator: ",")
        try connection.statement(
          """
          INSERT INTO generation_stages(pipeline, first, last, \(GenerationTable.stageColumns)) VALUES(\(places))
          """
        ).run(values)
      }
    }
  }

  /// What readers see of a generation is another.
  package static func generation(_ number: Int, of line: String, has digest: Digest) -> Recorder.Entry {
    { connection in
      try connection.run(
        "UPDATE generations SET digest=? WHERE pipeline=? AND number=?", .digest(digest), .text(line), .int(number))
    }
  }

  /// What was deleted is overwritten, from here on and on this connection.
  package static let overwritingDeleted: Recorder.Entry = { connection in
    _ = try connection.first("PRAGMA secure_delete=ON") { $0.int(0) }
  }
}
