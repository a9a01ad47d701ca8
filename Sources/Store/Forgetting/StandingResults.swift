import Foundations
import SQLite

/// What stays when something was forgotten: the objects of all results, and which of them are records of their own.
struct StandingResults {
  /// Everything that results, histories and states of sources rest on; no memo.
  private(set) var live: LiveObjects
  /// What items that were made one by one say, and the bodies that they refer to.
  private(set) var texts: LiveObjects
  /// Records that stages made of whole datasets.
  private(set) var derived: Set<Digest> = []
  /// Datasets are named by results, and no text of anybody.
  private(set) var datasets: Set<Digest> = []
  /// The datasets of the pipeline itself.
  private(set) var ownDatasets: [Dataset] = []

  /// - Parameter lines: those of the pipeline.
  init(_ connection: SQLiteConnection, _ store: ObjectStore, lines: Set<String>) throws {
    texts = LiveObjects(store, try ObjectTable(connection))
    var records = try connection.all("SELECT pipeline, \(StageRecord.columns) FROM stages") { row in
      (line: try row.text(0), record: StageRecord(row, from: 1))
    }
    records += try connection.all("SELECT pipeline, \(GenerationTable.stageColumns) FROM generation_stages") { row in
      (line: try row.text(0), record: StageRecord(row, from: 3))
    }
    var seen: Set<Digest> = []
    for case (let line, let record?) in records {
      let isNew = seen.insert(record.dataset).inserted
      datasets.insert(record.dataset)
      if let origin = record.result.origin {
        datasets.formUnion([origin.input, origin.derivation])
        try texts.add(Reference(.dataset, record.dataset), for: .current)
      }
      guard isNew else { continue }
      let dataset = try Dataset(reading: store.get(record.dataset), digest: record.dataset)
      if lines.contains(line) { ownDatasets.append(dataset) }
      if record.result.origin == nil { for position in 0..<dataset.count { derived.insert(dataset.digest(position)) } }
    }
    try texts.follow()
    live = texts
    for case (_, let record?) in records {
      for reference in try Reference.all(of: record, object: live.bytes) { try live.add(reference, for: .current) }
    }
    for row in try connection.all(
      "SELECT dataset, files FROM history", [],
      { row in
        (row.optionalDigest(0), NamedDigests.read(row.optionalText(1)))
      })
    {
      guard case (let dataset?, let files?) = row else { continue }
      for reference in Reference.all(ofHistory: dataset, files) { try live.add(reference, for: .current) }
    }
    for case let state? in try connection.all("SELECT state FROM source_state", [], { $0.optionalDigest(0) }) {
      try live.add(Reference(.state, state), for: .current)
    }
    try live.follow()
  }
}
