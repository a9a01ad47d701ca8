import Foundations
import StageKit
import Store
import Synchronization

/// A program that runs once for each item.
struct ItemCommandStage: ItemStage {
  let settings: CommandSettings
  let implementationVersion = 1
  let projection = Projection.whole
  let parallelism = Parallelism.jobs
  var keyComponents: JSONObject { settings.keyComponents }
  var outputType: String? { settings.outputType }

  func makeWorker(_ context: StageContext) throws -> any ItemWorker { Worker(settings, context) }

  private final class Worker: BatchWorker {
    let batchSize = 1
    private let settings: CommandSettings
    private let context: StageContext

    init(_ settings: CommandSettings, _ context: StageContext) {
      self.settings = settings
      self.context = context
    }

    func process(_ batch: [WorkItem]) throws -> [ItemOutcome] {
      try batch.map { work in
        let folder = Path.join(context.scratch, "\(work.token)-\(work.attempt)")
        try FileSystem.makeDirectory(folder)
        defer { try? FileSystem.remove(folder) }
        do {
          return .done(try run(work, in: folder))
        } catch let failure as ItemFailure {
          return .failed(failure)
        }
      }
    }

    private func run(_ work: WorkItem, in folder: String) throws -> [ItemOutput] {
      let input = Path.join(folder, "input")
      let object = try work.item.record.object()
      if object["body"]?.string.flatMap({ Digest(reference: $0) }) != nil {
        try BodyExporter.write(work.item, to: input, store: context.objects)
      } else {
        var record = object
        record["id"] = .string(work.item.id)
        try FileSystem.writeReplaceable(record.canonicalBytes, to: input)
      }
      let output = Path.join(folder, settings.outputName)
      let line = settings.template.filled(
        input: input, output: output,
        inputs: settings.inputs.map { Path.join(context.directory, $0) }, id: work.item.id)
      try settings.runner.run(
        line, input: settings.template.usesInput ? nil : input,
        output: settings.template.usesOutput ? nil : output,
        scratch: folder, isStopping: context.isStopping)
      try settings.checkUnchanged()
      let items = try settings.items(output, id: { $0 }, store: context.objects)
      if !settings.isJSONLines { return items.map { ItemOutput(id: .same, members: $0.record) } }
      return items.map { item in
        ItemOutput(id: item.id == work.item.id ? .same : .child(item.id), members: item.record)
      }
    }
  }
}
