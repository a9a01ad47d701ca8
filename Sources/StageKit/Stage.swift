import Foundations
import Store

/// What is common to all stages: values made from checked parameters, before anything runs.
package protocol Stage: Sendable {
  /// Raised whenever the same input and parameters may give another output.
  var implementationVersion: Int { get }
  /// What else shapes the output and is not a parameter: versions of libraries, digests of models,
  /// prompts and programs. Parameters that affect the output are added by the engine.
  ///
  /// A stage that cannot determine one of them throws when it is made.
  var keyComponents: JSONObject { get }
  /// The type of its items, where that depends on parameters; `nil`: as its definition says.
  var outputType: String? { get }
  /// Writes its dataset for people; `nil` when only the files it leaves are published.
  var exporter: (any DatasetExporter)? { get }
  /// Types of which it needs one among the stages that it needs, each.
  var requiredInputs: [String] { get }
  /// Writes its dataset when the pipeline file says `publish: true`; `nil`: `exporter` does, or else JSON Lines.
  var requestedExporter: (any DatasetExporter)? { get }
  /// Why it cannot run here, though it can be planned (a variable is not set).
  var problem: SluiceError? { get }
  /// What a person should know before a run: what the key does not see.
  var notes: [String] { get }
  /// Whether it always makes one item and no more.
  var makesOneItem: Bool { get }
  /// What its results can be measured by, besides `CommonMeasures`; `nil`: nothing.
  var gateMeasures: (any GateMeasures)? { get }
}

extension Stage {
  package var outputType: String? { nil }
  package var exporter: (any DatasetExporter)? { nil }
  package var requiredInputs: [String] { [] }
  package var requestedExporter: (any DatasetExporter)? { nil }
  package var problem: SluiceError? { nil }
  package var notes: [String] { [] }
  package var makesOneItem: Bool { false }
  package var gateMeasures: (any GateMeasures)? { nil }
}

/// A stage that looks at the outside world and says which items are there (files of a folder, rows
/// of a table).
package protocol SourceStage: Stage {
  /// Looks, cheaply: reads directories and the status of files, but no content. Also called when
  /// planning, so it writes nothing.
  func look(_ context: SourceContext) throws -> any SourceView
}

/// A stage that turns each item, on its own, into zero or more items.
package protocol ItemStage: Stage {
  /// What it reads of an item.
  var projection: Projection { get }
  /// How many threads run `ItemWorker.run` and whether they take part in `--jobs`.
  var parallelism: Parallelism { get }
  /// What decides for how long results hold without being part of the key (`refresh`); `nil`: nothing does. When it
  /// is not what it was, `validity` is asked anew for every item.
  var freshnessPolicy: String? { get }
  /// Until when a kept result may be taken for true, given what was written down when it was made. Cheap; asked for
  /// single items only.
  func validity(_ stored: Validity, of item: Item, validators: JSONObject) -> Validity
  /// Names the versions of those parts of the stage of which each item meets only some (readers of formats); `nil`: it
  /// has none. They are not in its key: when it is not what it was, `isCurrent` is asked of every item.
  var partVersions: String? { get }
  /// Whether the parts that made a kept result are those of now, given what was written down when it was made.
  func isCurrent(_ validators: JSONObject) -> Bool
  /// Whether a look at this machine shows that a kept result holds though it is due: a file with the times that it had.
  /// A plan asks it, which reads nothing and asks nobody; a run looks for itself.
  func stillHolds(_ item: Item, validators: JSONObject) -> Bool
  /// Makes the worker that carries out the work of one stage run; called once, when there is work.
  func makeWorker(_ context: StageContext) throws -> any ItemWorker
}

extension ItemStage {
  package var freshnessPolicy: String? { nil }
  package func validity(_ stored: Validity, of item: Item, validators: JSONObject) -> Validity { stored }
  package var partVersions: String? { nil }
  package func isCurrent(_ validators: JSONObject) -> Bool { true }
  package func stillHolds(_ item: Item, validators: JSONObject) -> Bool { false }
}

/// A stage that reads whole datasets.
package protocol CollectionStage: Stage {
  /// What it reads of the items of its inputs.
  var projection: Projection { get }
  /// Whether its result also depends on what it made last (topics that keep their ids): then that is handed to it as
  /// `CollectionInputs.history` and its digest is part of the memo key. Such a stage must make the same of the same
  /// input and its own last result: else it would never come to rest.
  var readsHistory: Bool { get }
  /// Whether an item keeps its id from run to run, so that an id that is missing is a loss.
  var hasStableIDs: Bool { get }
  /// Who brings something outside to what is published of it; `nil`: nothing outside depends on it.
  var follower: (any PublicationFollower)? { get }
  /// Writes the files of its history without what was made of some items below `folder`, and gives their paths by name;
  /// `nil`: what is of them cannot be told from the rest, and its history begins anew.
  func history(_ former: any DatasetReader, without ids: Set<String>, folder: String) throws -> [String: String]?
  /// Throws what `run` would refuse of these inputs, where that can be found without doing the work: a plan asks it, too.
  func check(_ inputs: CollectionInputs) throws
  /// Carries out the work; called on a thread that may block, after `check`.
  func run(_ inputs: CollectionInputs, _ context: StageContext) throws -> CollectionOutput
}

extension CollectionStage {
  package var follower: (any PublicationFollower)? { nil }
  package var readsHistory: Bool { false }
  package func history(_ former: any DatasetReader, without ids: Set<String>, folder: String) throws -> [String:
    String]?
  {
    Optional.none
  }
  package var hasStableIDs: Bool { true }
  package func check(_ inputs: CollectionInputs) throws {}
}

/// The threads of an item stage.
package enum Parallelism: Sendable, Equatable {
  /// As many threads as `--jobs`, each holding one of the jobs while it works.
  case jobs
  /// This many threads, which mostly wait (for the network, for a model that has threads itself).
  case threads(Int)
}

/// Carries out the items of one run of an item stage, on one or several threads.
package protocol ItemWorker: AnyObject, Sendable {
  /// Takes items from `feed` and reports each exactly once, until the feed ends. Called on each of
  /// the stage's threads.
  ///
  /// An error thrown from here fails the whole stage: use it when no item can succeed.
  func run(_ feed: any ItemFeed) throws
}

/// Where a worker gets its items and leaves what became of them. Backpressure is in both calls.
package protocol ItemFeed: AnyObject, Sendable {
  /// Up to `max` items. With `waiting` it blocks until there is at least one and returns an empty
  /// array when there will be none any more (or the run is being stopped); without, it returns at
  /// once with what there is.
  func next(max: Int, waiting: Bool) -> [WorkItem]
  /// Says what became of an item.
  func report(_ item: WorkItem, _ outcome: ItemOutcome)
  /// Whether a non-waiting `next` that returned nothing means that nothing will come any more.
  var isFinished: Bool { get }
  /// Like `isFinished`, but for what is being worked on: an item that fails may still come back.
  var isExhausted: Bool { get }
  /// Says that what was taken waits for more, and not for a processor: its job is free for others until the next `next`
  /// that waits.
  func rest()
}

extension ItemFeed {
  package var isExhausted: Bool { isFinished }
  package func rest() {}
}

/// A worker that takes items batch by batch.
package protocol BatchWorker: ItemWorker {
  /// The most items that `process` takes at once.
  var batchSize: Int { get }
  /// One outcome for each item, in order.
  func process(_ batch: [WorkItem]) throws -> [ItemOutcome]
}

extension BatchWorker {
  package func run(_ feed: any ItemFeed) throws {
    while true {
      let batch = feed.next(max: batchSize, waiting: true)
      if batch.isEmpty { return }
      let outcomes = try process(batch)
      for (item, outcome) in zip(batch, outcomes) { feed.report(item, outcome) }
      for item in batch.dropFirst(outcomes.count) {
        feed.report(
          item,
          .failed(ItemFailure(kind: "no_answer", message: "the stage gave no result for this item"))
        )
      }
    }
  }
}
