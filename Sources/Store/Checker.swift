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
    let broken = try brokenResults(connection, store, damaged, &report)
    guard repair, !report.problems.isEmpty else { return report }
    try connection.transaction {
      for digest in damaged { try connection.run("DELETE FROM objects WHERE digest=?", .digest(digest)) }
      for (pipeline, stage) in broken.stages {
        try connection.run("DELETE FROM stages WHERE pipeline=? AND stage=?", .text(pipeline), .text(stage))
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

  private func damagedObjects(_ connection: SQLiteConnection, _ store: ObjectStore, _ report: inout Report) throws -> Set<Digest> {
    var digests = try connection.all("SELECT digest FROM objects ORDER BY pack, start", [], { $0.digest(0) }).compactMap { $0 }
    for folder in (try? FileSystem.list(layout.objects)) ?? [] where folder.count == 2 {
      for name in try FileSystem.list("\(layout.objects)/\(folder)") {
        if let digest = Digest(hex: folder + (name.hasSuffix(".zst") ? String(name.dropLast(4)) : name)) { digests.append(digest) }
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

  private typealias Broken = (stages: [(String, String)], memo: [(Digest, Digest)])

  /// Results and memo entries that rest on objects that are not there.
  private func brokenResults(_ connection: SQLiteConnection, _ store: ObjectStore, _ damaged: Set<Digest>, _ report: inout Report) throws -> Broken {
    func isMissing(_ digest: Digest) throws -> Bool { try damaged.contains(digest) || !store.contains(digest) }
    var broken: Broken = ([], [])
    let rows = try connection.all("SELECT pipeline, \(StageRecord.columns) FROM stages", [], { row in row.text(0) })
    let pipelines = Set(rows)
    for pipeline in pipelines.sorted() {
      let records = try connection.all("SELECT \(StageRecord.columns) FROM stages WHERE pipeline=?", [.text(pipeline)], { StageRecord($0) })
      for case let record? in records {
        var isBroken = try ([record.dataset] + [record.input, record.derivation].compactMap { $0 } + record.files.values).contains(where: isMissing)
        if !isBroken, let dataset = try? Dataset(reading: store.get(record.dataset)) {
          isBroken = try (0..<dataset.count).contains { try isMissing(dataset.digest($0)) }
        }
        if isBroken {
          broken.stages.append((pipeline, record.stage))
          report.problems.append("\(pipeline): the result of '\(record.stage)' rests on objects that are damaged or missing")
        }
      }
    }
    let entries = try connection.all("SELECT stage_key, key, outputs FROM memo", [], { ($0.digest(0), $0.digest(1), $0.blob(2)) })
    for (stageKey, key, outputs) in entries {
      guard let stageKey, let key else { continue }
      let digests = Self.digests(in: outputs)
      if try digests == nil || digests!.contains(where: isMissing) {
        broken.memo.append((stageKey, key))
        report.problems.append("a memo entry (\(key.short)) rests on objects that are damaged or missing")
      }
    }
    return broken
  }

  /// Every digest that a memo entry names; `nil` when the entry cannot be read.
  private static func digests(in outputs: [UInt8]) -> [Digest]? {
    guard let value = try? JSONValue(parsing: outputs) else { return nil }
    var found = value["dataset"]?.string.flatMap { Digest(hex: $0) }.map { [$0] } ?? []
    found += value["files"]?.object?.members.compactMap { $0.value.string.flatMap { Digest(hex: $0) } } ?? []
    found += value.array?.compactMap { $0["d"]?.string.flatMap { Digest(hex: $0) } } ?? []
    // Elsewhere only references count: a text of 64 digits may be anything.
    func visit(_ value: JSONValue) {
      switch value {
      case .string(let text): if let digest = Digest(reference: text) { found.append(digest) }
      case .array(let values): values.forEach(visit)
      case .object(let object): object.members.forEach { visit($0.value) }
      default: break
      }
    }
    visit(value)
    return found
  }
}
