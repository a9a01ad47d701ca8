import Foundations
import Manifest
import StageKit
import Store
import Views

/// Reading the last results of stages.
enum Results {
  /// - Parameter known: the stages of the pipeline file; `nil` when it cannot be read: then what the ledger knows counts.
  static func dataset(of stage: String, in snapshot: Snapshot, known: StageGraph?) throws -> (StageRecord, Dataset) {
    if let record = snapshot.stages[stage] { return (record, try snapshot.dataset(record)) }
    if let known { _ = try Selector(stage).resolve(in: known) }
    let guess = known == nil ? Suggestion.nearest(to: stage, among: snapshot.stages.keys.sorted()) : nil
    throw SluiceError(
      .missing,
      snapshot.generation == nil
        ? "the stage '\(stage)' has no result yet" : "\(snapshot.name), has no result of the stage '\(stage)'",
      advice: guess.map { "Did you mean '\($0)'?" } ?? "Run it: sluice run +\(stage)")
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
