import Foundations

/// Reads everything that is stored and checks it against its digest and against the ledger.
package struct Checker {
  package struct Report: Sendable {
    package var objects = 0
    package var problems: [String] = []
    package var isRepaired = false
  }

  private let layout: ArtifactLayout

  package init(_ layout: ArtifactLayout) { self.layout = layout }

  /// - Parameter repair: forget what is damaged, so that the next run makes it again. Runs alone.
  package func check(repair: Bool) throws -> Report {
    guard FileSystem.exists(layout.ledger) else {
      throw SluiceError(.missing, "there is no ledger in \(layout.root): nothing was run here yet")
    }
    let lease = repair ? try Lease.sweeping(layout: layout, alone: true) : nil
    defer { withExtendedLifetime(lease) {} }
    let connection = repair ? try Ledger.openForWriting(layout) : try Ledger.openForReading(layout)
    var report = Report()
    let integrity = try connection.all("PRAGMA integrity_check", [], { $0.text(0) })
    if integrity != ["ok"] { report.problems.append(contentsOf: integrity.map { "ledger: \($0)" }) }
    let store = try ObjectStore(layout)
    let damaged = try damagedObjects(connection, store, &report)
    var wholeness = Wholeness(store, damaged: damaged)
    let broken = try broken(connection, &wholeness, &report)
    guard repair, !report.problems.isEmpty else { return report }
    try connection.transaction {
      for digest in damaged { try connection.run("DELETE FROM objects WHERE digest=?", .digest(digest)) }
      for (pipeline, stage) in broken.stages {
        try connection.run("DELETE FROM stages WHERE pipeline=? AND stage=?", .text(pipeline), .text(stage))
      }
      for (pipeline, stage) in broken.published {
        try connection.run("DELETE FROM published WHERE pipeline=? AND stage=?", .text(pipeline), .text(stage))
      }
      for (stageKey, key) in broken.memo {
        try connection.run("DELETE FROM memo WHERE stage_key=? AND key=?", .digest(stageKey), .digest(key))
      }
    }
    for digest in damaged {
      for isCompressed in [true, false] { try FileSystem.remove(layout.loose(digest, isCompressed: isCompressed)) }
    }
    report.isRepaired = true
    return report
  }

  private func damagedObjects(_ connection: SQLiteConnection, _ store: ObjectStore, _ report: inout Report) throws
    -> Set<Digest>
  {
    var digests = try connection.all("SELECT digest FROM objects ORDER BY pack, start", [], { $0.digest(0) }).compactMap
    { $0 }
    for folder in (try? FileSystem.list(layout.objects)) ?? [] where folder.count == 2 {
      for name in try FileSystem.list("\(layout.objects)/\(folder)") {
        if let digest = Digest(hex: folder + (name.hasSuffix(".zst") ? String(name.dropLast(4)) : name)) {
          digests.append(digest)
        }
      }
    }
    var damaged: Set<Digest> = []
    for digest in digests {
      report.objects += 1
      do { _ = try store.get(digest) } catch {
        damaged.insert(digest)
        report.problems.append(SluiceError(wrapping: error).message)
      }
    }
    return damaged
  }

  private struct Broken {
    var stages: [(pipeline: String, stage: String)] = []
    var memo: [(stageKey: Digest, key: Digest)] = []
    var published: [(pipeline: String, stage: String)] = []
  }

  /// Results, memo entries and publications that rest on what is not there.
  private func broken(_ connection: SQLiteConnection, _ wholeness: inout Wholeness, _ report: inout Report) throws
    -> Broken
  {
    var broken = Broken()
    for pipeline in try connection.all("SELECT DISTINCT pipeline FROM stages ORDER BY 1", [], { $0.text(0) }) {
      let records = try connection.all(
        "SELECT \(StageRecord.columns) FROM stages WHERE pipeline=?", [.text(pipeline)], { StageRecord($0) })
      for case let record? in records where !(try isWhole(record, &wholeness)) {
        broken.stages.append((pipeline, record.stage))
        report.problems.append(
          "\(pipeline): the result of '\(record.stage)' rests on objects that are damaged or missing")
      }
    }
    let entries = try connection.all(
      "SELECT stage_key, key, outputs FROM memo", [], { ($0.digest(0), $0.digest(1), $0.blob(2)) })
    for (stageKey, key, outputs) in entries {
      guard let stageKey, let key else { continue }
      if let named = Self.digests(in: outputs), try named.records.allSatisfy({ try wholeness.isRecordWhole($0) }),
        try named.objects.allSatisfy({ try wholeness.isThere($0) }),
        try named.dataset.map({ try wholeness.isDatasetWhole($0) }) ?? true
      {
        continue
      }
      broken.memo.append((stageKey, key))
      report.problems.append("a memo entry (\(key.short)) rests on objects that are damaged or missing")
    }
    for (pipeline, stage, export) in try connection.all(
      "SELECT pipeline, stage, export FROM published", [], { ($0.text(0), $0.text(1), $0.text(2)) })
    where !FileSystem.exists("\(layout.exports)/\(export)") {
      broken.published.append((pipeline, stage))
      report.problems.append("\(pipeline): what was published of '\(stage)' is missing (\(layout.exports)/\(export))")
    }
    return broken
  }

  private func isWhole(_ record: StageRecord, _ wholeness: inout Wholeness) throws -> Bool {
    let parts = [record.dataset] + [record.input, record.derivation].compactMap { $0 } + record.files.values
    guard try parts.allSatisfy({ try wholeness.isThere($0) }) else { return false }
    return try wholeness.isDatasetWhole(record.dataset)
  }

  /// What a memo entry names; `nil` when the entry cannot be read.
  private static func digests(in outputs: [UInt8]) -> (records: [Digest], objects: [Digest], dataset: Digest?)? {
    guard let value = try? JSONValue(parsing: outputs) else { return nil }
    let dataset = value["dataset"]?.string.flatMap { Digest(hex: $0) }
    var objects = value["files"]?.object?.members.compactMap { $0.value.string.flatMap { Digest(hex: $0) } } ?? []
    let list = value.array ?? []
    for case let members? in list.map({ $0["m"]?.object }) { objects += Wholeness.references(members) }
    return (list.compactMap { $0["d"]?.string.flatMap { Digest(hex: $0) } }, objects, dataset)
  }
}
