import Foundations
import Glibc
import Manifest
import Planning
import StageKit
import Store

/// Publishes what a run made: `published/<pipeline>` is a link to a folder of links, one per stage, so
/// that a reader sees the old set or the new one, never a mix.
///
/// Every run looks at every published file (size, times, inode): what somebody edited, emptied or deleted is put back.
struct Publisher {
  private let session: RunSession
  private let links: GenerationLinks

  init(_ session: RunSession) {
    self.session = session
    links = GenerationLinks(
      pipeline: session.prepared.pipeline.name, layout: session.prepared.layout, run: session.run)
  }

  private var layout: ArtifactLayout { session.prepared.layout }
  private var pipeline: String { session.prepared.pipeline.name }
  private var graph: StageGraph { session.prepared.graph }

  private typealias Former = (dataset: Digest, export: String)

  /// What one run changes.
  private struct Changes: Sendable {
    /// Stage → export, as it is to be.
    var exports: [String: String]
    /// Whether the links have to be made anew.
    var isRelinked: Bool
    /// Stages of which something is put in place.
    var touched: [String] = []
    var staged: [StagedExport] = []
    /// What is to be written into `staged`, in the same order.
    var contents: [(record: StageRecord, exporter: (any DatasetExporter)?)] = []
    var entries: [Recorder.Entry] = []
  }

  /// Publishes every branch in which all stages succeeded; the others stay as they were. Returns the stages whose new
  /// results are not published because of that.
  func publish(_ results: StageTable<NodeResult>) throws -> [String] {
    let held = branchesThatFailed(results)
    let former = try session.reader.published(of: pipeline)
    let files = try session.reader.exportedFiles(of: pipeline)
    let exports = former.mapValues(\.export)
    var changes = Changes(exports: exports, isRelinked: try !links.stand(for: exports))
    if changes.isRelinked, !former.isEmpty {
      session.observe(
        .log(stage: pipeline, level: .warning, message: "links of \(layout.published(pipeline)) were changed: put back")
      )
    }
    defer { for export in changes.staged { export.discard() } }
    let names = Set(graph.stages.map(\.name))
    let withdrawn = Set(graph.stages.filter { $0.publish == false }.map(\.name))
    for name in former.keys.sorted() where !names.contains(name) || withdrawn.contains(name) {
      changes.exports[name] = nil
      changes.isRelinked = true
      changes.entries.append(LedgerEntries.unpublished(pipeline: pipeline, stage: name))
    }
    for (id, result) in results.entries {
      guard let record = result.record, !withdrawn.contains(record.stage) else { continue }
      let exporter = self.exporter(id)
      let isPublished = exporter != nil || !record.files.isEmpty
      let digest = publicationDigest(record, exporter)
      let known = former[record.stage]
      if let known {
        let isWhole = try isWhole(known.export, files[known.export] ?? [], of: record, &changes)
        if isWhole && (held.contains(id) || known.dataset == digest) { continue }
        if held.contains(id) && known.dataset != digest {
          warn(record.stage, "it can be put back when the stages that it hangs together with succeed")
          continue
        }
      } else if held.contains(id) {
        continue
      }
      if isPublished { try replace(record, exporter, digest, known, &changes) }
    }
    try put(changes)
    return results.indices.filter { held.contains($0) && results[$0].summary.outcome != .skipped }.map {
      graph.stages[$0].name
    }
  }

  /// Whether what is published of a stage is what was put there; says so when it is not.
  private func isWhole(_ export: String, _ files: [ExportedFile], of record: StageRecord, _ changes: inout Changes)
    throws -> Bool
  {
    let stage = record.stage
    if !changes.isRelinked, try links.areUntouched(stage, files) { return true }
    let mayBeEmpty = record.count == 0 && record.files.isEmpty
    switch try ExportFolder(export, layout: layout).check(files, mayBeEmpty: mayBeEmpty) {
    case .intact: return true
    case .touched(let now):
      changes.entries.append(LedgerEntries.exported(export, now))
      return true
    case .damaged(let file, let how):
      warn(stage, "\(file.isEmpty ? "its folder" : "'\(file)'") \(how) since it was published: it is put back")
      return false
    }
  }

  private func warn(_ stage: String, _ message: String) {
    session.observe(.log(stage: stage, level: .warning, message: "published: \(message)"))
  }

  /// Publishes a result: a folder that holds it already, or a new one. A damaged folder is left to those who have it
  /// open, and to gc.
  private func replace(
    _ record: StageRecord, _ exporter: (any DatasetExporter)?, _ digest: Digest, _ known: Former?,
    _ changes: inout Changes
  ) throws {
    var export = "\(ArtifactLayout.fileName(ofStage: record.stage))-\(digest.short)"
    if FileSystem.exists("\(layout.exports)/\(export)") {
      let files = known?.export == export ? [] : try session.reader.exportedFiles(ofExport: export)
      var isUsable = false
      if !files.isEmpty, case .intact = try ExportFolder(export, layout: layout).check(files) { isUsable = true }
      if !isUsable { export += "-\(session.run)" }
    }
    changes.touched.append(record.stage)
    // A folder that is there holds the same already.
    if !FileSystem.exists("\(layout.exports)/\(export)") {
      changes.staged.append(StagedExport(export, target: "\(layout.exports)/\(export)"))
      changes.contents.append((record, exporter))
    }
    changes.isRelinked = changes.isRelinked || changes.exports[record.stage] != export
    changes.exports[record.stage] = export
    changes.entries.append(
      LedgerEntries.published(
        pipeline: pipeline, stage: record.stage, dataset: digest, export: export, run: session.run))
  }

  private func put(_ changes: Changes) throws {
    if changes.exports.isEmpty && !changes.isRelinked { return }
    try write(changes)
    if !changes.touched.isEmpty {
      // Until the links stand the ledger says nothing of these stages: a run that is killed in between is followed by
      // one that publishes them again.
      for name in changes.touched {
        try session.recorder.record(LedgerEntries.unpublished(pipeline: pipeline, stage: name))
      }
      try session.recorder.flush()
    }
    let files = try StagedExport.putInPlace(changes.staged, folder: layout.exports)
    if changes.isRelinked { try links.make(changes.exports) }
    for (export, list) in files { try session.recorder.record(LedgerEntries.exported(export, list)) }
    for entry in changes.entries { try session.recorder.record(entry) }
  }

  private func exporter(_ id: StageID) -> (any DatasetExporter)? {
    guard case .success(let body) = session.prepared.stages[id].stage else { return nil }
    switch graph.stages[id].publish {
    case false?: return nil
    case true?:
      return body.stage.exporter ?? body.stage.requestedExporter ?? JSONLinesExporter(fileName: PublishedFile.items)
    case nil: return body.stage.exporter
    }
  }

  private func publicationDigest(_ record: StageRecord, _ exporter: (any DatasetExporter)?)
    -> Digest
  {
    var hasher = DigestHasher()
    hasher.update(record.combinedDigest)
    hasher.field(exporter?.identity ?? "none")
    hasher.update(UInt64(exporter?.version ?? 0))
    return hasher.finalize()
  }

  /// Stages that are connected with one that did not succeed.
  private func branchesThatFailed(_ results: StageTable<NodeResult>) -> Set<StageID> {
    var queue = results.indices.filter {
      !results[$0].isUsable && results[$0].summary.outcome != .skipped
    }
    var held = Set(queue)
    while let id = queue.popLast() {
      for next in graph.needs[id] + graph.dependents[id] where held.insert(next).inserted {
        queue.append(next)
      }
    }
    return held
  }

  /// Writes the exports under their temporary names.
  private func write(_ changes: Changes) throws {
    try Parallel.forEach(
      count: changes.staged.count, threads: min(session.options.jobs, Parallel.processors), grain: 16
    ) { [session] index in
      let folder = changes.staged[index].temporary
      let (record, exporter) = changes.contents[index]
      try FileSystem.makeDirectory(folder)
      for (name, digest) in record.files { try session.store.copy(digest, to: Path.join(folder, name)) }
      guard let exporter else { return }
      let dataset = StoredDataset(
        stage: record.stage, type: record.type, dataset: try session.dataset(record.dataset), files: record.files,
        store: session.store)
      try exporter.export(dataset, to: folder)
    }
  }
}
