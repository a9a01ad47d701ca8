import Foundations
import StageKit
import Store

/// One long-lived process per job that is fed JSON Lines and answers each with a line.
///
/// A line in is the record with its `id`. A line out has the same `id` and is the new record; or it has
/// `items`, a list of records with ids of their own; or `error`, a text (with `transient: true` when
/// trying again can help). The order does not matter.
struct LinesCommandStage: ItemStage {
  let settings: CommandSettings
  let implementationVersion = 2
  let projection = Projection.whole
  let parallelism = Parallelism.jobs
  var keyComponents: JSONObject { settings.keyComponents }
  var outputType: String? { settings.outputType == "file" ? "record" : settings.outputType }
  var problem: SluiceError? { settings.problem }
  var notes: [String] { settings.notes }

  func makeWorker(_ context: StageContext) throws -> any ItemWorker { LinesWorker(settings, context) }
}
