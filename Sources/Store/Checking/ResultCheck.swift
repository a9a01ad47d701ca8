import Foundations
import SQLite

/// Looks for results, memo entries and states that rest on what is damaged or not there.
struct ResultCheck {
  private var wholeness: Wholeness
  private let store: ObjectStore

  init(_ wholeness: Wholeness) {
    self.wholeness = wholeness
    store = wholeness.store
  }

  mutating func run(_ connection: SQLiteConnection, _ findings: inout CheckFindings) throws {
    try checkStages(connection, &findings)
    try checkGenerations(connection, &findings)
    try checkMemo(connection, &findings)
    try checkStates(connection, &findings)
  }

  private mutating func checkStages(_ connection: SQLiteConnection, _ findings: inout CheckFindings) throws {
    let rows = try connection.all("SELECT pipeline, \(StageRecord.columns) FROM stages ORDER BY pipeline, stage") {
      (try $0.text(0), try $0.text(1), StageRecord($0, from: 1))
    }
    for (pipeline, stage, record) in rows {
      guard let problem = try problem(of: record) else { continue }
      findings.add("\(pipeline): the \(record == nil ? "row" : "result") of '\(stage)' \(problem)") { connection in
        try connection.run("DELETE FROM stages WHERE pipeline=? AND stage=?", .text(pipeline), .text(stage))
      }
    }
  }

  /// Generations of which a result rests on what is not there.
  private mutating func checkGenerations(_ connection: SQLiteConnection, _ findings: inout CheckFindings) throws {
    let rows = try connection.all(
      "SELECT pipeline, stage, first, \(GenerationTable.stageColumns) FROM generation_stages ORDER BY pipeline, stage, first"
    ) { (try $0.text(0), try $0.text(1), $0.int(2), $0.optionalDigest(3), StageRecord($0, from: 5)) }
    for (pipeline, stage, first, identity, record) in rows {
      let problem = identity == nil ? "in the ledger has values that cannot be" : try problem(of: record)
      guard let problem else { continue }
      findings.add("\(pipeline): what generation \(first) holds of '\(stage)' \(problem)") { connection in
        try GenerationTable.forget(pipeline, stage, from: first, on: connection)
      }
    }
  }

  private mutating func problem(of record: StageRecord?) throws -> String? {
    guard let record else { return "in the ledger has values that cannot be" }
    do {
      guard try wholeness.areWhole(Reference.all(of: record, object: store.get)) else {
        return "rests on objects that are damaged or missing"
      }
      return try agrees(record) ? nil : "has parts that do not belong together"
    } catch  where SluiceError(wrapping: error).code == .corrupt {
      // The list of what it read is gone, or its parts are not what they should be.
      return "has parts that cannot be read"
    }
  }

  /// Whether the objects that it names are those of one result.
  private func agrees(_ record: StageRecord) throws -> Bool {
    let output = try Dataset(reading: store.get(record.dataset), digest: record.dataset)
    guard output.count == record.count else { return false }
    guard let origin = record.result.origin else { return true }
    _ = try DerivedDataset(
      input: Dataset(reading: store.get(origin.input), digest: origin.input), output: output,
      derivation: Derivation(reading: store.get(origin.derivation)))
    return true
  }

  private mutating func checkMemo(_ connection: SQLiteConnection, _ findings: inout CheckFindings) throws {
    try MemoRows.forEach(connection) { row in
      if let memo = row.result, try wholeness.areWhole(Reference.all(of: memo)) { return }
      findings.add("a memo entry (\(row.key.short)) rests on objects that are damaged or missing") { connection in
        try connection.run("DELETE FROM memo WHERE stage_key=? AND key=?", .digest(row.stageKey), .digest(row.key))
      }
    }
  }

  private mutating func checkStates(_ connection: SQLiteConnection, _ findings: inout CheckFindings) throws {
    for (pipeline, stage, state) in try connection.all(
      "SELECT pipeline, stage, state FROM source_state", [], { (try $0.text(0), try $0.text(1), $0.optionalDigest(2)) })
    {
      if let state, try wholeness.areWhole([Reference(.state, state)]) { continue }
      findings.add("\(pipeline): what '\(stage)' knows of its source is damaged or missing") { connection in
        try connection.run("DELETE FROM source_state WHERE pipeline=? AND stage=?", .text(pipeline), .text(stage))
      }
    }
    for (pipeline, stage, dataset, files) in try connection.all(
      "SELECT pipeline, stage, dataset, files FROM history", [],
      { (try $0.text(0), try $0.text(1), $0.optionalDigest(2), NamedDigests.read($0.optionalText(3))) }
    ) {
      if let dataset, let files, try wholeness.areWhole(Reference.all(ofHistory: dataset, files)) { continue }
      findings.add("\(pipeline): what '\(stage)' made before (its history) is damaged or missing") { connection in
        try connection.run("DELETE FROM history WHERE pipeline=? AND stage=?", .text(pipeline), .text(stage))
      }
    }
  }
}
