import Foundations
import Manifest
import Planning
import StageKit
import Store

/// Finds or makes the folder in which a stage's result is published, and looks after those that there are.
struct Exports {
  let session: RunSession
  let links: GenerationLinks

  private var layout: ArtifactLayout { session.prepared.layout }
  private var graph: StageGraph { session.prepared.graph }

  /// Who writes a stage's dataset out; `nil` when only the files that it left are published.
  func exporter(_ id: StageID) -> (any DatasetExporter)? {
    guard case .success(let body) = session.prepared.stages[id].stage else { return nil }
    switch graph.stages[id].publish {
    case false?: return nil
    case true?:
      return body.stage.exporter ?? body.stage.requestedExporter ?? JSONLinesExporter(fileName: PublishedFile.items)
    case nil: return body.stage.exporter
    }
  }

  private func isPublished(_ id: StageID, _ record: StageRecord) -> Bool {
    graph.stages[id].publish != false && (exporter(id) != nil || !record.files.isEmpty)
  }

  private func identity(_ id: StageID, _ record: StageRecord) -> Digest {
    Self.identity(record, exporter: exporter(id), isPublished: isPublished(id, record))
  }

  /// Of what is published of a stage: its content, and how it is written out.
  private static func identity(_ record: StageRecord, exporter: (any DatasetExporter)?, isPublished: Bool) -> Digest {
    var hasher = DigestHasher()
    hasher.update(record.combinedDigest)
    hasher.field(exporter?.identity ?? (isPublished ? "none" : "unpublished"))
    hasher.update(UInt64(exporter?.version ?? 0))
    return hasher.finalize()
  }

  /// Puts a stage's result into a draft.
  /// - Parameter known: what the current generation holds of it; its files were looked after.
  func add(_ record: StageRecord, _ id: StageID, known: GenerationStage?, to draft: inout GenerationDraft) throws {
    let identity = identity(id, record)
    let same = known.flatMap { $0.identity == identity ? $0 : nil }
    var export: String?
    if isPublished(id, record) {
      export = try same?.export ?? place(record, by: exporter(id), identity, besides: nil, &draft)
    }
    // What has not changed keeps the record of the run that made it.
    let kept = same.flatMap { $0.record.inputs == record.inputs ? $0.record : nil }
    draft.stages[record.stage] = GenerationStage(record: kept ?? record, identity: identity, export: export)
  }

  /// Takes over what a generation holds of a stage: its files as they are, or written out again where they are not.
  /// - Parameters:
  ///   - id: `nil` for a stage that the pipeline file no longer has.
  ///   - areLinked: whether its files are seen through links that stand.
  ///   - isStrict: whether what cannot be written out again is an error; if not, it is said, and left as it is.
  func keep(
    _ stage: GenerationStage, _ id: StageID?, files: [ExportedFile], areLinked: Bool, isStrict: Bool,
    in draft: inout GenerationDraft
  ) throws {
    let name = stage.record.stage
    draft.stages[name] = stage
    // Of what nothing was published, nothing is: whatever the pipeline file says today.
    guard stage.identity != unpublishedIdentity(stage.record) else { return }
    var how = "is not there any more"
    if let export = stage.export {
      guard let damage = try damage(export, files, of: stage.record, areLinked: areLinked, &draft) else { return }
      how = damage
    }
    guard let writer = writer(of: stage, id, files) else {
      let message =
        "what was published of '\(name)' \(how), and the pipeline file does not have the stage any more as it was, to write it out again"
      if isStrict {
        throw SluiceError(
          .corrupt, message,
          advice: "Put the stage back into the pipeline file, or choose another generation: sluice history")
      }
      return session.observe(.log(stage: name, level: .warning, message: message))
    }
    session.observe(
      .log(stage: name, level: .warning, message: "published: \(how) since it was published: it is put back"))
    let export = try place(stage.record, by: writer.exporter, stage.identity, besides: stage.export, &draft)
    draft.moved[name, default: []].formUnion(stage.export.map { [$0] } ?? [])
    draft.stages[name] = GenerationStage(record: stage.record, identity: stage.identity, export: export)
  }

  /// What is published of a stage when its result is another: nothing where nothing was.
  /// - Parameter placed: folders that the draft has already, by stage and identity.
  func replace(
    _ former: GenerationStage, by record: StageRecord, _ id: StageID, _ placed: inout [Digest: String],
    in draft: inout GenerationDraft
  ) throws -> GenerationStage {
    let isPublished = former.export != nil && isPublished(id, record)
    let identity = isPublished ? identity(id, record) : unpublishedIdentity(record)
    if identity == former.identity { return GenerationStage(record: record, identity: identity, export: former.export) }
    guard isPublished else { return GenerationStage(record: record, identity: identity, export: nil) }
    let key = Digest(of: "\(record.stage) \(identity.hex)")
    let isKnown = placed[key] != nil
    let export = try placed[key] ?? place(record, by: exporter(id), identity, besides: nil, &draft)
    placed[key] = export
    // What was written by today's program can be thinned out; all else is written anew.
    if !isKnown, let old = former.export, former.identity == self.identity(id, former.record),
      let exporter = exporter(id), exporter.writesLines, record.files.isEmpty
    {
      draft.thinned[export] = ThinnedExport(export: old, from: former.record, to: record)
    }
    return GenerationStage(record: record, identity: identity, export: export)
  }

  private func unpublishedIdentity(_ record: StageRecord) -> Digest {
    Self.identity(record, exporter: nil, isPublished: false)
  }

  /// How a stage's result is written out.
  private enum Writer {
    case exporter(any DatasetExporter)
    case filesAlone

    var exporter: (any DatasetExporter)? {
      switch self {
      case .exporter(let exporter): exporter
      case .filesAlone: nil
      }
    }
  }

  /// Who writes what was published of a stage as it was; who would write it in another way now cannot. Of a stage that
  /// the pipeline file no longer has that is whoever writes the like of it.
  private func writer(of stage: GenerationStage, _ id: StageID?, _ files: [ExportedFile]) -> Writer? {
    let lines = [PublishedFile.items] + files.map(\.name)
    let own = id.flatMap(exporter).map { [$0] } ?? []
    let known = own + lines.map(JSONLinesExporter.init) + session.prepared.exporters
    return (known.map(Writer.exporter) + [.filesAlone]).first {
      Self.identity(stage.record, exporter: $0.exporter, isPublished: true) == stage.identity
    }
  }

  /// What somebody did to what is published of a stage; `nil`: it is what was put there.
  private func damage(
    _ export: String, _ files: [ExportedFile], of record: StageRecord, areLinked: Bool, _ draft: inout GenerationDraft
  ) throws -> String? {
    if areLinked, try links.areUntouched(record.stage, files) { return nil }
    let mayBeEmpty = record.count == 0 && record.files.isEmpty
    switch try ExportFolder(export, layout: layout).check(files, mayBeEmpty: mayBeEmpty) {
    case .intact: return nil
    case .touched(let now):
      draft.entries.append(LedgerEntries.exported(export, now))
      return nil
    case .damaged(let file, let how): return "\(file.isEmpty ? "its folder" : "'\(file)'") \(how)"
    }
  }

  /// A folder for a result: one that holds it already, or a new one. A damaged folder is left to those who have it
  /// open, and to gc.
  private func place(
    _ record: StageRecord, by exporter: (any DatasetExporter)?, _ identity: Digest, besides damaged: String?,
    _ draft: inout GenerationDraft
  ) throws -> String {
    let name = "\(ArtifactLayout.fileName(ofStage: record.stage))-\(identity.short)"
    var export = name
    var number = 1
    while FileSystem.exists("\(layout.exports)/\(export)") {
      let files = export == damaged ? [] : try session.reader.exportedFiles(ofExport: export)
      if !files.isEmpty {
        switch try ExportFolder(export, layout: layout).check(files) {
        case .intact: return export
        case .touched(let now):
          draft.entries.append(LedgerEntries.exported(export, now))
          return export
        // Older generations that hold the same are mended with it.
        case .damaged: draft.moved[record.stage, default: []].insert(export)
        }
      }
      number += 1
      export = "\(name)-\(number)"
    }
    draft.staged.append(StagedExport(export, target: "\(layout.exports)/\(export)"))
    draft.contents.append((record, exporter))
    return export
  }

  /// Writes what a draft still needs, and puts it in its place. Returns the entries that say what was put there.
  func write(_ draft: GenerationDraft) throws -> [Recorder.Entry] {
    defer { for export in draft.staged { export.discard() } }
    try Parallel.forEach(
      count: draft.staged.count, threads: min(session.options.jobs, Parallel.processors), grain: 1
    ) { [session] index in
      let folder = draft.staged[index].temporary
      let (record, exporter) = draft.contents[index]
      try FileSystem.makeDirectory(folder)
      for (name, digest) in record.files { try session.store.copy(digest, to: Path.join(folder, name)) }
      guard let exporter else { return }
      if let thinned = draft.thinned[draft.staged[index].name],
        try thinned.write(to: folder, by: exporter, session)
      {
        return
      }
      let dataset = StoredDataset(
        stage: record.stage, type: record.type, dataset: try session.dataset(record.dataset), files: record.files,
        store: session.store)
      try exporter.export(dataset, to: folder)
    }
    return try StagedExport.putInPlace(draft.staged, folder: layout.exports).map { export, files in
      LedgerEntries.exported(export, files)
    }
  }
}
