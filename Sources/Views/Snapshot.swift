import Foundations
import StageKit
import Store

/// Results of a line as they are, or as they were in a generation: what is shown, compared and traced.
package struct Snapshot: Sendable {
  /// For people: `handbook, generation 12`.
  package private(set) var name: String
  package let line: PipelineLine
  package let layout: ArtifactLayout
  /// `nil`: the newest results, published or not.
  package let generation: GenerationRecord?
  /// By the names of stages.
  package let stages: [String: StageRecord]
  /// The folders of published files, by stage; only of a generation.
  package let exports: [String: String]
  package let reader: LedgerReader
  package let store: ObjectStore

  /// The newest results of a line, published or not.
  package init(newestOf line: PipelineLine, layout: ArtifactLayout) throws {
    name = "\(line.key), newest results"
    self.line = line
    self.layout = layout
    generation = nil
    exports = [:]
    reader = try LedgerReader(layout)
    store = try ObjectStore(layout)
    stages = try reader.stages(of: line.key)
  }

  /// A generation of a line.
  /// - Throws: `.missing` when it is not there (any more).
  package init(_ selector: GenerationSelector, of line: PipelineLine, layout: ArtifactLayout) throws {
    reader = try LedgerReader(layout)
    store = try ObjectStore(layout)
    let generation = try selector.resolve(reader.generations(of: line.key), of: line)
    // Its objects are read later: as long as somebody has it open, no run forgets it.
    OpenFolder(layout.generation(generation.number, of: line.key))?.holdUntilTheEnd()
    self.line = line
    self.layout = layout
    self.generation = generation
    name = "\(line.key), generation \(generation.number)"
    let held = try reader.stages(ofGeneration: generation.number, of: line.key)
    stages = held.mapValues(\.record)
    exports = held.compactMapValues { $0.export.map { "\(layout.exports)/\($0)" } }
  }

  /// The same, with the folder in its name: of other artifacts than those of the project.
  package func named(in folder: String) -> Snapshot {
    var snapshot = self
    snapshot.name += " in \(folder)"
    return snapshot
  }

  /// A stage's dataset.
  package func dataset(_ record: StageRecord) throws -> Dataset {
    try Dataset(reading: store.get(record.dataset), digest: record.dataset)
  }

  /// A stage's result as stages read it.
  package func stored(_ record: StageRecord) throws -> StoredDataset {
    StoredDataset(
      stage: record.stage, type: record.type, dataset: try dataset(record), files: record.files, store: store)
  }

  /// What of it was made item by item, and of what.
  package func derived(_ record: StageRecord) throws -> DerivedDataset? {
    try record.result.origin.map { origin in
      try DerivedDataset(
        input: Dataset(reading: store.get(origin.input)), output: dataset(record),
        derivation: Derivation(reading: store.get(origin.derivation)))
    }
  }
}
