import Foundations
import Glibc
import Graph
import Manifest
import Planning
import StageKit
import Store

/// Publishes what a run made: `published/<pipeline>` is a link to a folder of links, one per stage, so
/// that a reader sees the old set or the new one, never a mix.
struct Publisher {
  private let session: RunSession

  init(_ session: RunSession) { self.session = session }

  private var layout: ArtifactLayout { session.prepared.layout }
  private var pipeline: String { session.prepared.pipeline.name }
  private var graph: StageGraph { session.prepared.graph }

  /// Publishes every branch in which all stages succeeded; the others stay as they were.
  func publish(_ results: [NodeResult]) throws {
    let held = branchesThatFailed(results)
    let former = try session.reader.published(of: pipeline)
    var links: [String: String] = former.mapValues(\.export)
    let names = Set(graph.stages.map(\.name))
    var isChanged = false
    var entries: [Recorder.Entry] = []
    var touched: [String] = []
    // To look at every published file costs a moment that only a large graph would notice.
    let isSmall = graph.stages.count <= 256
    let withdrawn = Set(graph.stages.filter { $0.publish == false }.map(\.name))
    for name in former.keys.sorted() where !names.contains(name) || withdrawn.contains(name) {
      links[name] = nil
      isChanged = true
      entries.append(LedgerEntries.unpublished(pipeline: pipeline, stage: name))
    }
    // While the last generation stands, what it links to has not been swept.
    let stands = FileSystem.exists(layout.published(pipeline))
    var staged: [StagedExport] = []
    defer { for export in staged { export.discard() } }
    for (index, result) in results.enumerated() where !held.contains(index) {
      guard let record = result.record, !withdrawn.contains(record.stage) else { continue }
      let exporter = self.exporter(index)
      guard exporter != nil || !record.files.isEmpty else { continue }
      let digest = publicationDigest(record, exporter)
      let isKnown = stands && former[record.stage]?.dataset == digest
      if isKnown && !isSmall { continue }
      let export = "\(ArtifactLayout.fileName(ofStage: record.stage))-\(digest.short)"
      let isIntact = try !isSmall || isIntact(export, record)
      if isKnown && isIntact { continue }
      if !isIntact { try FileSystem.remove("\(layout.exports)/\(export)") }
      touched.append(record.stage)
      if let new = try stage(record, exporter, to: export) { staged.append(new) }
      isChanged = isChanged || links[record.stage] != export
      links[record.stage] = export
      entries.append(
        LedgerEntries.published(
          pipeline: pipeline, stage: record.stage, dataset: digest, export: export, run: session.run))
    }
    if links.isEmpty && !isChanged { return }
    if !entries.isEmpty {
      // Until the links stand the ledger says nothing of these stages: a run that is killed in between is followed by
      // one that publishes them again.
      for name in touched { try session.recorder.record(LedgerEntries.unpublished(pipeline: pipeline, stage: name)) }
      try session.recorder.flush()
    }
    try StagedExport.putInPlace(staged, folder: layout.exports)
    if isChanged || !stands { try link(links) }
    for entry in entries { try session.recorder.record(entry) }
  }

  /// Whether a published folder still holds what belongs into it.
  private func isIntact(_ export: String, _ record: StageRecord) throws -> Bool {
    let folder = "\(layout.exports)/\(export)"
    guard FileSystem.exists(folder) else { return false }
    let names = try FileSystem.list(folder)
    return !names.isEmpty && record.files.keys.allSatisfy(names.contains)
  }

  private func exporter(_ index: Int) -> (any DatasetExporter)? {
    guard case .success(let body) = session.prepared.stages[index].stage else { return nil }
    switch graph.stages[index].publish {
    case false?: return nil
    case true?: return body.stage.exporter ?? body.stage.requestedExporter ?? JSONLinesExporter(fileName: "items.jsonl")
    case nil: return body.stage.exporter
    }
  }

  private func publicationDigest(_ record: StageRecord, _ exporter: (any DatasetExporter)?)
    -> Digest
  {
    var hasher = DigestHasher()
    hasher.update(record.combinedDigest)
    hasher.field(exporter?.identity ?? "")
    hasher.update(UInt64(exporter?.version ?? 0))
    return hasher.finalize()
  }

  /// Stages that are connected with one that did not succeed.
  private func branchesThatFailed(_ results: [NodeResult]) -> Set<Int> {
    var queue = results.indices.filter {
      !results[$0].isUsable && results[$0].summary.state != .skipped
    }
    var held = Set(queue)
    while let index = queue.popLast() {
      for next in graph.needs[index] + graph.dependents[index] where held.insert(next).inserted {
        queue.append(next)
      }
    }
    return held
  }

  /// Writes an export under a temporary name; `nil` when it is there already.
  private func stage(_ record: StageRecord, _ exporter: (any DatasetExporter)?, to export: String) throws
    -> StagedExport?
  {
    let target = "\(layout.exports)/\(export)"
    if FileSystem.exists(target) { return nil }
    let staged = try StagedExport(target: target)
    do {
      for (name, digest) in record.files {
        let path = Path.join(staged.temporary, name)
        if Glibc.link(try session.store.path(of: digest), path) != 0 {
          try FileSystem.writeReplaceable(session.store.get(digest), to: path)
        }
      }
      if let exporter {
        let dataset = StoredDataset(
          stage: record.stage, type: record.type, dataset: try session.dataset(record.dataset), files: record.files,
          store: session.store)
        try exporter.export(dataset, to: staged.temporary)
      }
    } catch {
      staged.discard()
      throw error
    }
    return staged
  }

  /// Makes a generation of links and points `published/<pipeline>` at it.
  private func link(_ exports: [String: String]) throws {
    try FileSystem.syncDirectory(layout.exports)
    let folder = "\(layout.generations)/\(pipeline)/\(session.run)"
    try FileSystem.remove(folder)
    try FileSystem.makeDirectory(folder)
    for (stage, export) in exports {
      let link = "\(folder)/\(ArtifactLayout.fileName(ofStage: stage))"
      guard symlink("../../../exports/\(export)", link) == 0 else { throw FileSystem.systemError("link", link) }
    }
    try FileSystem.syncDirectory(folder)
    let temporary = Path.temporaryName(besides: layout.published(pipeline))
    guard symlink("../generations/\(pipeline)/\(session.run)", temporary) == 0,
      rename(temporary, layout.published(pipeline)) == 0
    else { throw FileSystem.systemError("publish", layout.published(pipeline)) }
    try FileSystem.syncDirectory(layout.published)
    try removeOldGenerations()
  }

  /// Keeps the newest generation and the one before, which a reader may still have open.
  private func removeOldGenerations() throws {
    let parent = "\(layout.generations)/\(pipeline)"
    let numbers = try FileSystem.list(parent).compactMap { Int($0) }.sorted()
    for number in numbers.filter({ $0 != session.run }).dropLast(1) { try FileSystem.remove("\(parent)/\(number)") }
  }
}
