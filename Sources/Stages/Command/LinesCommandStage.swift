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
  let implementationVersion = 1
  let projection = Projection.whole
  let parallelism = Parallelism.jobs
  var keyComponents: JSONObject { settings.keyComponents }
  var outputType: String? { settings.outputType == "file" ? "record" : settings.outputType }

  func makeWorker(_ context: StageContext) throws -> any ItemWorker { Worker(settings, context) }

  private final class Worker: ItemWorker {
    private let settings: CommandSettings
    private let context: StageContext

    init(_ settings: CommandSettings, _ context: StageContext) {
      self.settings = settings
      self.context = context
    }

    /// Called on each thread: each has a process of its own.
    func run(_ feed: any ItemFeed) throws {
      var process: LinesProcess?
      defer { process?.end() }
      while true {
        let batch = feed.next(max: 256, waiting: true)
        if batch.isEmpty { return }
        if process == nil { process = try LinesProcess(settings, context) }
        guard let current = process else { return }
        // Answers are believed only if the program's files are still those of the key.
        var answers: [(WorkItem, ItemOutcome)] = []
        let exchanged = Result { try current.exchange(batch) { answers.append(($0, $1)) } }
        do { try settings.checkUnchanged() } catch let failure as ItemFailure {
          throw SluiceError(.badInput, failure.message)
        }
        // What was answered before a run was stopped is kept.
        for (work, outcome) in answers { feed.report(work, outcome) }
        var unanswered = try exchanged.get()
        if current.isUsable { continue }
        process = nil
        // One of them may be the culprit: alone, each of the others gets its answer.
        if unanswered.count > 1 {
          for work in unanswered {
            let single = try LinesProcess(settings, context)
            unanswered = try single.exchange([work]) { feed.report($0, $1) }
            for work in unanswered { feed.report(work, .failed(single.failure)) }
            single.end()
          }
        } else {
          for work in unanswered { feed.report(work, .failed(current.failure)) }
        }
      }
    }
  }
}
