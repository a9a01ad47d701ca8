import Foundations
import SQLite

/// The generations in the ledger.
///
/// A stage that is the same in many generations has one row: it holds from generation `first` to `last`. So a
/// publication writes what changed, however many stages there are and generations are kept. The rows that are open
/// (`last` is `stillOpen`) are those of the newest number.
enum GenerationTable {
  /// `last` of what the newest generation holds.
  static let stillOpen = Int(Int32.max)
  static let columns = "number, run, created, state, digest, gates"
  static let stageColumns = "identity, export, \(StageRecord.columns)"

  static func generation(_ row: SQLiteStatement) throws -> GenerationRecord? {
    guard let state = try GenerationRecord.State(rawValue: row.text(3)), let digest = row.optionalDigest(4) else {
      return nil
    }
    return GenerationRecord(
      number: row.int(0), run: row.int(1), created: Timestamp(seconds: row.real(2)), state: state, digest: digest,
      gates: row.optionalText(5).flatMap { try? JSONValue(parsing: $0) })
  }

  static func stage(_ row: SQLiteStatement) -> GenerationStage? {
    guard let identity = row.optionalDigest(0), let record = StageRecord(row, from: 2) else { return nil }
    return GenerationStage(record: record, identity: identity, export: row.optionalText(1))
  }

  /// Rows that no generation needs any more, and the folders of links that go with them.
  static let deadStages = """
    NOT EXISTS (SELECT 1 FROM generations g WHERE g.pipeline=generation_stages.pipeline
      AND g.number BETWEEN generation_stages.first AND generation_stages.last)
    """

  /// Forgets the generations that hold a row of which something is lost: nobody can go back to them. The current one is
  /// left without the stage, so that the next run publishes anew.
  static func forget(_ pipeline: String, _ stage: String, from first: Int, on connection: SQLiteConnection) throws {
    let key: [SQLiteValue] = [.text(pipeline), .text(stage), .int(first)]
    let last = try connection.first(
      "SELECT last FROM generation_stages WHERE pipeline=? AND stage=? AND first=?", key, { $0.int(0) })
    guard let last else { return }
    try connection.run(
      "DELETE FROM generations WHERE pipeline=? AND number BETWEEN ? AND ? AND state<>'current'", .text(pipeline),
      .int(first), .int(last))
    try connection.run("DELETE FROM generation_stages WHERE pipeline=? AND stage=? AND first=?", key[0], key[1], key[2])
    try connection.run(
      "UPDATE generations SET digest=zeroblob(32) WHERE pipeline=? AND number BETWEEN ? AND ? AND state='current'",
      .text(pipeline), .int(first), .int(last))
    try connection.run("DELETE FROM generation_stages WHERE pipeline=? AND \(deadStages)", .text(pipeline))
  }
}

extension LedgerEntries {
  /// Records a generation with all that it holds; what is the same as in the newest one stays written once.
  /// - Parameter stages: by name.
  package static func generation(
    _ generation: GenerationRecord, of line: String, stages: [String: GenerationStage]
  ) -> Recorder.Entry {
    { connection in
      let number = generation.number
      try connection.run(
        "INSERT OR REPLACE INTO generations(pipeline, \(GenerationTable.columns)) VALUES(?,?,?,?,?,?,?)", .text(line),
        .int(number), .int(generation.run), .real(generation.created.seconds), .text(generation.state.rawValue),
        .digest(generation.digest), .text(generation.gates?.canonicalText))
      let open = try connection.all(
        "SELECT first, \(GenerationTable.stageColumns) FROM generation_stages WHERE pipeline=? AND last=?",
        [.text(line), .int(GenerationTable.stillOpen)]
      ) { row in (first: row.int(0), stage: try row.text(3), identity: row.optionalDigest(1), run: row.int(12)) }
      var same: Set<String> = []
      for row in open {
        if let now = stages[row.stage], now.identity == row.identity, now.record.run == row.run {
          same.insert(row.stage)
        } else if row.first == number {
          try connection.run(
            "DELETE FROM generation_stages WHERE pipeline=? AND stage=? AND first=?", .text(line), .text(row.stage),
            .int(number))
        } else {
          try connection.run(
            "UPDATE generation_stages SET last=? WHERE pipeline=? AND stage=? AND first=?", .int(number - 1),
            .text(line), .text(row.stage), .int(row.first))
        }
      }
      for (name, stage) in stages where !same.contains(name) {
        try insert(stage, from: number, of: line, on: connection)
      }
    }
  }

  private static func insert(
    _ stage: GenerationStage, from number: Int, of line: String, on connection: SQLiteConnection
  )
    throws
  {
    let values =
      [.text(line), .int(number), .int(GenerationTable.stillOpen), .digest(stage.identity), .text(stage.export)]
      + stage.record.row
    let places = values.map { _ in "?" }.joined(separator: ",")
    try connection.statement(
      "INSERT OR REPLACE INTO generation_stages(pipeline, first, last, \(GenerationTable.stageColumns)) VALUES(\(places))"
    ).run(values)
  }

  /// In which folder lies what is published of a stage: in all generations of a line that hold just that.
  package static func placed(_ stage: String, _ identity: Digest, of line: String, in export: String) -> Recorder.Entry
  {
    { connection in
      try connection.run(
        "UPDATE generation_stages SET export=? WHERE pipeline=? AND stage=? AND identity=?", .text(export),
        .text(line), .text(stage), .digest(identity))
    }
  }

  /// A generation gets another state.
  package static func generation(_ number: Int, of line: String, is state: GenerationRecord.State) -> Recorder.Entry {
    { connection in
      try connection.run(
        "UPDATE generations SET state=? WHERE pipeline=? AND number=?", .text(state.rawValue), .text(line),
        .int(number))
    }
  }

  /// What the gates of a generation say now.
  package static func gates(_ gates: JSONValue, ofGeneration number: Int, of line: String) -> Recorder.Entry {
    let text = gates.canonicalText
    return { connection in
      try connection.run(
        "UPDATE generations SET gates=? WHERE pipeline=? AND number=?", .text(text), .text(line), .int(number))
    }
  }

  /// Readers open this generation from now on; the one before becomes `former`.
  package static func current(_ number: Int, of line: String, former: GenerationRecord.State) -> Recorder.Entry {
    { connection in
      try connection.run(
        "UPDATE generations SET state=? WHERE pipeline=? AND state='current' AND number<>?", .text(former.rawValue),
        .text(line), .int(number))
      try connection.run(
        "UPDATE generations SET state='current' WHERE pipeline=? AND number=?", .text(line), .int(number))
    }
  }

  /// Holds the publications of a line, or lets them go again.
  package static func held(_ isHeld: Bool, line: String) -> Recorder.Entry {
    { connection in
      try connection.run(
        "INSERT INTO lines(pipeline, held) VALUES(?,?) ON CONFLICT(pipeline) DO UPDATE SET held=excluded.held",
        .text(line), .int(isHeld ? 1 : 0))
    }
  }

  /// Forgets generations, with what only they held.
  package static func forgetGenerations(_ numbers: [Int], of line: String) -> Recorder.Entry {
    { connection in
      for number in numbers {
        try connection.run("DELETE FROM generations WHERE pipeline=? AND number=?", .text(line), .int(number))
      }
      try connection.run(
        "DELETE FROM generation_stages WHERE pipeline=? AND \(GenerationTable.deadStages)", .text(line))
    }
  }
}

extension LedgerReader {
  /// All generations of a line, the newest first.
  package func generations(of line: String) throws -> [GenerationRecord] {
    try query { connection in
      try connection.all(
        "SELECT \(GenerationTable.columns) FROM generations WHERE pipeline=? ORDER BY number DESC", [.text(line)],
        GenerationTable.generation)
    }.compactMap { $0 }
  }

  /// What a generation holds, by stage.
  package func stages(ofGeneration number: Int, of line: String) throws -> [String: GenerationStage] {
    let rows = try query { connection in
      try connection.all(
        """
        SELECT \(GenerationTable.stageColumns) FROM generation_stages
        WHERE pipeline=? AND first<=? AND last>=?
        """, [.text(line), .int(number), .int(number)], GenerationTable.stage)
    }
    var result: [String: GenerationStage] = [:]
    result.reserveCapacity(rows.count)
    for case let stage? in rows { result[stage.record.stage] = stage }
    return result
  }

  /// The candidate that the newest results are, and that is not published; `nil`: none waits. One that a later run left
  /// behind waits no longer.
  package func waitingCandidate(of line: String) throws -> GenerationRecord? {
    let generations = try generations(of: line)
    let current = generations.first { $0.state == .current }
    guard let newest = generations.first(where: { $0.state == .candidate }), newest.number > current?.number ?? 0
    else { return nil }
    let published = try current.map { try stages(ofGeneration: $0.number, of: line) } ?? [:]
    let results = try stages(of: line)
    let isNewest = try stages(ofGeneration: newest.number, of: line).allSatisfy { name, stage in
      // What stayed as it was published is in it as such.
      stage.identity == published[name]?.identity || results[name]?.isInterchangeable(with: stage.record) ?? false
    }
    return isNewest ? newest : nil
  }

  /// The generation that readers of a line open; `nil` before the first publication.
  package func currentGeneration(of line: String) throws -> GenerationRecord? {
    try generations(of: line).first { $0.state == .current }
  }

  /// Whether publications of a line are held: what runs make is a candidate until somebody publishes it.
  package func isHeld(_ line: String) throws -> Bool {
    try query { try $0.first("SELECT held FROM lines WHERE pipeline=?", [.text(line)]) { $0.int(0) != 0 } } ?? false
  }
}
