import Foundations
import Manifest
import StageKit
import Store

/// What a pipeline has made, as golden sets look at it: whoever gives other records gives another generation.
package struct GoldenResults {
  package let pipeline: String
  /// The folder of the pipeline's project.
  package let project: String
  private let records: [String: StageRecord]
  private let store: ObjectStore
  /// Where a stage's files are published.
  private let folder: (StageRecord) -> String?

  /// - Parameters:
  ///   - records: the results by stage.
  ///   - folder: where the files of just this result can be opened; `nil`: nowhere.
  package init(
    pipeline: String, project: String, records: [String: StageRecord], store: ObjectStore,
    folder: @escaping (StageRecord) -> String?
  ) {
    self.pipeline = pipeline
    self.project = project
    self.records = records
    self.store = store
    self.folder = folder
  }

  /// The newest results of a line, published or not; or those of a generation. Reads only.
  /// - Parameter project: the folder of the pipeline's project.
  package init(_ snapshot: Snapshot, project: String) throws {
    self.init(
      pipeline: snapshot.line.pipeline, project: project, records: snapshot.stages, store: snapshot.store,
      folder: try Self.folders(snapshot))
  }

  private static func folders(_ snapshot: Snapshot) throws -> (StageRecord) -> String? {
    if snapshot.generation != nil { return { snapshot.exports[$0.stage] } }
    let (line, reader) = (snapshot.line.key, snapshot.reader)
    let generations = try reader.generations(of: line)
    // The newest may wait for a gate; files of just this result lie there or where readers look.
    let newest = generations.first.map { [$0] } ?? []
    let held = try (newest + generations.filter { $0.state == .current }).map {
      try reader.stages(ofGeneration: $0.number, of: line)
    }
    return { record in
      held.lazy.compactMap { stages -> String? in
        // What is published of another result says nothing of this one.
        guard let stage = stages[record.stage], stage.record.combinedDigest == record.combinedDigest else { return nil }
        return stage.export.map { "\(snapshot.layout.exports)/\($0)" }
      }.first
    }
  }

  /// What the stages made, by name.
  package var types: [String: String] { records.mapValues(\.type) }

  package func record(of stage: String) -> StageRecord? { records[stage] }

  /// Why a stage has no result that could be compared; `nil` when it has one.
  package func shortcoming(of stage: String) -> String? {
    guard let record = records[stage] else { return "it was not run yet" }
    if record.standing == .complete { return nil }
    return "its last result is of run \(record.run) and an old one: since then it \(record.standing.said)"
  }

  func stage(_ name: String) throws -> GoldenStage? {
    guard let record = records[name] else { return nil }
    let dataset = try Dataset(reading: store.get(record.dataset))
    return GoldenStage(
      name: name, pipeline: pipeline,
      result: StoredDataset(
        stage: name, type: record.type, dataset: dataset, files: record.files, store: store),
      folder: folder(record), project: project)
  }
}

extension StageRecord.Standing {
  fileprivate var said: String {
    switch self {
    case .complete: "was complete"
    case .failed: "failed"
    case .blocked: "had to wait for a stage that failed"
    case .guarded: "was stopped by the guard"
    case .interrupted: "was interrupted"
    }
  }
}
