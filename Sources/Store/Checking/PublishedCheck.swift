import Foundations
import Glibc
import SQLite
import Synchronization

/// Reads every published file of every generation and follows the links to the current ones.
///
/// A file that is an object is put back at once, and so are links. What was written out of a result is forgotten: the
/// next run puts it back where it is current, and going back to a generation writes it out again.
struct PublishedCheck {
  private let layout: ArtifactLayout
  private let store: ObjectStore

  init(_ store: ObjectStore) {
    layout = store.layout
    self.store = store
  }

  private struct Publication: Sendable {
    let pipeline: String
    let stage: String
    let export: String
    let mayBeEmpty: Bool
    /// Whether readers find it: then runs look after it.
    let isCurrent: Bool
    let files: [ExportedFile]
  }

  func run(_ connection: SQLiteConnection, _ findings: inout CheckFindings) throws {
    let publications = try publications(connection)
    let verdicts = Mutex([ExportFolder.Verdict?](repeating: nil, count: publications.count))
    try Parallel.forEach(count: publications.count, threads: Parallel.processors, grain: 1) { index in
      let publication = publications[index]
      if !publication.isCurrent, publication.files.isEmpty, isForgotten(publication.export) { return }
      let verdict = try ExportFolder(publication.export, layout: layout).verify(
        publication.files, mayBeEmpty: publication.mayBeEmpty)
      verdicts.withLock { $0[index] = verdict }
    }
    for (publication, verdict) in zip(publications, verdicts.withLock({ $0 })) {
      guard case .damaged(let file, let how)? = verdict else { continue }
      let (pipeline, stage, export) = (publication.pipeline, publication.stage, publication.export)
      findings.addHealable(
        "\(pipeline): what was published of '\(stage)' is not what it was: \(layout.exports)/\(export)"
          + (file.isEmpty ? " \(how)" : "/\(file) \(how)"),
        heal: { connection in
          if let files = try restored(publication) {
            try LedgerEntries.exported(export, files)(connection)
            return "\(pipeline): what was published of '\(stage)' was put back"
          }
          try connection.run("DELETE FROM exported_files WHERE export=?", .text(export))
          if !publication.isCurrent, ExportFolder.isName(export) {
            try FileSystem.remove("\(layout.exports)/\(export)")
          }
          return nil
        })
    }
    try checkLinks(connection, &findings)
  }

  /// Each export once.
  private func publications(_ connection: SQLiteConnection) throws -> [Publication] {
    var files: [String: [ExportedFile]] = [:]
    for case (let export, let file?) in try connection.all(
      "SELECT export, \(ExportedFile.columns) FROM exported_files", [],
      { (try $0.text(0), ExportedFile($0, from: 1)) })
    {
      files[export, default: []].append(file)
    }
    var seen: Set<String> = []
    return try connection.all(
      """
      SELECT pipeline, stage, export, count=0 AND files IS NULL, EXISTS (SELECT 1 FROM generations g
        WHERE g.pipeline=s.pipeline AND g.state='current' AND g.number BETWEEN s.first AND s.last) AS current
      FROM generation_stages s WHERE export IS NOT NULL ORDER BY current DESC, last DESC, pipeline, stage
      """
    ) { row in
      let export = try row.text(2)
      return Publication(
        pipeline: try row.text(0), stage: try row.text(1), export: export, mayBeEmpty: row.int(3) != 0,
        isCurrent: row.int(4) != 0,
        // Of an export that is not known there are no files.
        files: files[export] ?? [])
    }.filter { seen.insert($0.export).inserted }
  }

  /// The files as they are now, when all of them are objects and could be put back.
  private func restored(_ publication: Publication) throws -> [ExportedFile]? {
    guard !publication.files.isEmpty, ExportFolder.isName(publication.export),
      try publication.files.allSatisfy({ try store.contains($0.digest) })
    else { return nil }
    do {
      return try ExportFolder(publication.export, layout: layout).restore(publication.files, from: store)
    } catch  where SluiceError(wrapping: error).code == .corrupt {
      return nil
    }
  }

  /// Whether an export is nowhere, as one is that was forgotten: who goes back to it has it written out again.
  private func isForgotten(_ export: String) -> Bool {
    ExportFolder.isName(export) && !FileSystem.exists("\(layout.exports)/\(export)")
  }

  /// Whether the links lead to what the ledger says is published.
  private func checkLinks(_ connection: SQLiteConnection, _ findings: inout CheckFindings) throws {
    let generations = try connection.all(
      "SELECT pipeline, number, state='current' FROM generations ORDER BY pipeline, number"
    ) { (try $0.text(0), $0.int(1), $0.int(2) != 0) }
    for (line, number, isCurrent) in generations {
      let rows = try connection.all(
        """
        SELECT stage, export FROM generation_stages
        WHERE pipeline=? AND first<=? AND last>=? AND export IS NOT NULL
        """, [.text(line), .int(number), .int(number)]
      ) { (try $0.text(0), try $0.text(1)) }
      let exports = Dictionary(rows, uniquingKeysWith: { first, _ in first })
      let links = GenerationLinks(line: line, layout: layout)
      guard isCurrent else {
        // What is not there at all is made by who goes back to it.
        guard FileSystem.exists(layout.generation(number, of: line)), try !links.areWhole(number, exports),
          try isStill(line, number, isCurrent: false)
        else { continue }
        findings.addHealable(
          "\(line): the links of generation \(number) do not lead to what it published",
          heal: { _ in
            try links.make(number, exports)
            return "\(line): the links of generation \(number) were put back"
          })
        continue
      }
      switch try links.standing(of: number, exports) {
      case .whole: continue
      // A run is about to turn the entrance, or has published since this was read.
      case .behind where try FileSystem.exists(layout.published(line)) && !isStill(line, number, isCurrent: true):
        continue
      case .behind, .changed: break
      }
      findings.addHealable(
        "\(line): what is published cannot be found by the links at \(layout.published(line))",
        heal: { _ in
          try links.make(number, exports)
          try links.turn(to: number)
          return "\(line): the links to what is published were put back"
        })
    }
  }

  /// Whether the ledger says now what was read of a generation before, and nobody is at work on its line: what is checked may
  /// be a snapshot, while runs go on.
  private func isStill(_ line: String, _ number: Int, isCurrent: Bool) throws -> Bool {
    guard Lease.holder(pipeline: line, layout: layout) == nil else { return false }
    let states = try LedgerReader(layout).generations(of: line).filter { $0.number == number }.map(\.state)
    return states.contains { ($0 == .current) == isCurrent }
  }
}
