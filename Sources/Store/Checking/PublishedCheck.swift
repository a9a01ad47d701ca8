import Foundations
import Glibc
import SQLite
import Synchronization

/// Reads every published file and follows every link to them.
///
/// A file that is an object is put back at once. What was written out of a result, and links, are forgotten: the next run
/// puts them back.
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
    let files: [ExportedFile]
  }

  func run(_ connection: SQLiteConnection, _ findings: inout CheckFindings) throws {
    let publications = try publications(connection)
    let verdicts = Mutex([ExportFolder.Verdict?](repeating: nil, count: publications.count))
    try Parallel.forEach(count: publications.count, threads: Parallel.processors, grain: 1) { index in
      let publication = publications[index]
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
          try LedgerEntries.unpublished(pipeline: pipeline, stage: stage)(connection)
          try connection.run("DELETE FROM exported_files WHERE export=?", .text(export))
          return nil
        })
    }
    try checkLinks(Dictionary(grouping: publications, by: \.pipeline), &findings)
  }

  private func publications(_ connection: SQLiteConnection) throws -> [Publication] {
    var files: [String: [ExportedFile]] = [:]
    for case (let export, let file?) in try connection.all(
      "SELECT export, \(ExportedFile.columns) FROM exported_files", [],
      { (try $0.text(0), ExportedFile($0, from: 1)) })
    {
      files[export, default: []].append(file)
    }
    let emptyStages = Set(
      try connection.all("SELECT pipeline, stage FROM stages WHERE count=0 AND files IS NULL") {
        "\(try $0.text(0)) \(try $0.text(1))"
      })
    return try connection.all("SELECT pipeline, stage, export FROM published ORDER BY pipeline, stage") { row in
      let (pipeline, stage, export) = (try row.text(0), try row.text(1), try row.text(2))
      return Publication(
        pipeline: pipeline, stage: stage, export: export, mayBeEmpty: emptyStages.contains("\(pipeline) \(stage)"),
        // Of an export that is not known there are no files.
        files: files[export] ?? [])
    }
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

  /// Whether the links lead to what the ledger says is published.
  private func checkLinks(_ publications: [String: [Publication]], _ findings: inout CheckFindings) throws {
    for (pipeline, list) in publications.sorted(by: { $0.key < $1.key }) {
      let entrance = layout.published(pipeline)
      let links = list.map { publication in
        let link = "\(entrance)/\(ArtifactLayout.fileName(ofStage: publication.stage))"
        return (publication, link, FileSystem.linkTarget(link).map(Path.name))
      }
      guard let wrong = links.first(where: { $0.0.export != $0.2 }) else { continue }
      let reason =
        FileSystem.linkTarget(entrance) == nil
        ? "\(entrance) is no link"
        : wrong.2.map { "\(wrong.1) leads to \($0)" } ?? "\(wrong.1) is no link"
      findings.add("\(pipeline): what is published cannot be found by its links: \(reason)") { connection in
        try connection.run("DELETE FROM published WHERE pipeline=?", .text(pipeline))
      }
    }
  }
}
