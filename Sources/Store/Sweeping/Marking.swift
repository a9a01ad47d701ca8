import Foundations
import SQLite

/// Finds what is in use: everything that results, publications and states rest on, and what is remembered beside them.
struct Marking {
  /// An entry that is remembered, and that nothing current needs.
  struct Entry: Sendable {
    let stageKey: Digest
    let key: Digest
    let run: Int
    let bytes: Int
    let references: [Reference]
  }

  private(set) var live: LiveObjects
  /// Entries that go.
  private(set) var dead: [(stageKey: Digest, key: Digest)] = []
  /// Entries that only the last runs remembered.
  private(set) var recent: [Entry] = []

  init(_ connection: SQLiteConnection, _ store: ObjectStore, oldestRun: Int) throws {
    live = LiveObjects(store, try ObjectTable(connection))
    try markResults(connection)
    try markStates(connection, oldest: oldestRun)
    try live.follow()
    try markMemo(connection, oldest: oldestRun)
    try live.follow()
    for entry in recent { try add(entry.references, for: .recent) }
    try live.follow()
  }

  private mutating func markResults(_ connection: SQLiteConnection) throws {
    let results = try connection.all("SELECT pipeline, \(StageRecord.columns) FROM stages") {
      (PipelineLine(key: try $0.text(0)), StageRecord($0, from: 1))
    }
    let generations = try connection.all(
      "SELECT pipeline, \(GenerationTable.stageColumns) FROM generation_stages"
    ) { (PipelineLine(key: try $0.text(0)), StageRecord($0, from: 3)) }
    // What belongs to production is not said to be kept for a variant.
    try mark(results.filter { $0.0.variant == nil }, for: .current)
    try mark(generations.filter { $0.0.variant == nil }, for: .generation)
    try mark((results + generations).filter { $0.0.variant != nil }, for: .variant)
  }

  private mutating func mark(_ rows: [(PipelineLine, StageRecord?)], for use: ObjectUse) throws {
    for case (_, let record?) in rows {
      for reference in try Reference.all(of: record, object: live.bytes) { try live.add(reference, for: use) }
    }
  }

  /// What sources know of the world and what stages read of their history: of the stages that there are, and of those
  /// that went only lately.
  static let dyingStates = ["source_state", "history"].map { table in
    (
      table: table,
      condition:
        "run<=? AND NOT EXISTS (SELECT 1 FROM stages s WHERE s.pipeline=\(table).pipeline AND s.stage=\(table).stage)"
    )
  }

  private mutating func markStates(_ connection: SQLiteConnection, oldest: Int) throws {
    for (table, condition) in Self.dyingStates {
      let columns = table == "history" ? "dataset, files" : "state, NULL"
      let rows = try connection.all("SELECT \(columns) FROM \(table) WHERE NOT (\(condition))", [.int(oldest)]) { row in
        (row.optionalDigest(0), NamedDigests.read(row.optionalText(1)))
      }
      // A row that somebody damaged is nothing that anybody reads.
      for case (let digest?, let files?) in rows {
        let references = table == "history" ? Reference.all(ofHistory: digest, files) : [Reference(.state, digest)]
        for reference in references { try live.add(reference, for: .state) }
      }
    }
  }

  private mutating func markMemo(_ connection: SQLiteConnection, oldest: Int) throws {
    let current = Set(
      try connection.all("SELECT DISTINCT stage_key FROM stages") { $0.optionalDigest(0) }.compactMap { $0 })
    try MemoRows.forEach(connection) { row in
      // What cannot be read is of no use to anybody.
      guard let memo = row.result else { return dead.append((row.stageKey, row.key)) }
      let isNeeded =
        current.contains(row.stageKey) && memo.results.allSatisfy { live.use(of: $0)?.isResult ?? false }
      if isNeeded {
        try add(Reference.all(of: memo), for: .memo)
      } else if row.run > oldest {
        recent.append(
          Entry(
            stageKey: row.stageKey, key: row.key, run: row.run, bytes: row.bytes, references: Reference.all(of: memo)))
      } else {
        dead.append((row.stageKey, row.key))
      }
    }
  }

  private mutating func add(_ references: [Reference], for use: ObjectUse) throws {
    for reference in references {
      // A remembered dataset whose records were swept before is of no use, and does no harm.
      do { try live.add(reference, for: use) } catch  where SluiceError(wrapping: error).code == .corrupt {}
    }
  }

  /// Gives entries up, and the objects that only they needed.
  mutating func evict(_ entries: Set<Int>, freeing objects: [Digest]) {
    for index in entries { dead.append((recent[index].stageKey, recent[index].key)) }
    for digest in objects { live.forget(digest) }
    recent = recent.enumerated().filter { !entries.contains($0.offset) }.map(\.element)
  }
}
