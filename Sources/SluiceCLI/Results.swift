import Foundations
import Manifest
import StageKit
import Store

/// Reading the last results of stages.
enum Results {
  /// - Parameter known: the stages of the pipeline file; `nil` when it cannot be read: then what the ledger knows counts.
  static func dataset(of stage: String, _ pipeline: String, _ layout: ArtifactLayout, known: StageGraph?) throws -> (
    StageRecord, Dataset, ObjectStore
  ) {
    if let known { _ = try Selector(stage).resolve(in: known) }
    let records = try LedgerReader(layout).stages(of: pipeline)
    guard let record = records[stage] else {
      let guess = known == nil ? Suggestion.nearest(to: stage, among: records.keys.sorted()) : nil
      throw SluiceError(
        .missing, "the stage '\(stage)' has no result yet",
        advice: guess.map { "Did you mean '\($0)'?" } ?? "Run it: sluice run +\(stage)")
    }
    let store = try ObjectStore(layout)
    return (record, try Dataset(reading: store.get(record.dataset)), store)
  }

  /// An item by its id; by the end of its id where that is enough to tell it.
  static func item(_ id: String, in dataset: Dataset, _ stage: String, _ store: ObjectStore) throws -> Item {
    let position: Int
    if let exact = dataset.index(of: id) {
      position = exact
    } else {
      let ending = (0..<dataset.count).filter { dataset.id($0).hasSuffix(id) }
      guard ending.count == 1 else {
        let guess =
          ending.isEmpty
          ? Suggestion.nearest(to: id, among: (0..<min(dataset.count, 5000)).map { dataset.id($0) }) : nil
        throw SluiceError(
          .usage,
          ending.isEmpty
            ? "the stage '\(stage)' has no item '\(id)'" : "\(ending.count) items of '\(stage)' end in '\(id)'",
          advice: guess.map { "Did you mean '\($0)'?" } ?? "`sluice show \(stage)` lists them.")
      }
      position = ending[0]
    }
    let digest = dataset.digest(position)
    return Item(id: dataset.id(position), digest: digest, record: Record(bytes: try store.get(digest)))
  }
}
