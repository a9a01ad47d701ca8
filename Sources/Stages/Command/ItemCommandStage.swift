import Foundations
import StageKit
import Store

/// A program that runs once for each item.
struct ItemCommandStage: ItemStage {
  let settings: CommandSettings
  let implementationVersion = 2
  let projection = Projection.whole
  let parallelism = Parallelism.jobs
  var keyComponents: JSONObject { settings.keyComponents }
  var outputType: String? { settings.outputType }
  var problem: SluiceError? { settings.problem }
  var notes: [String] { settings.notes }
  var requestedExporter: (any DatasetExporter)? {
    settings.isJSONLines ? nil : ItemFilesExporter(naming: settings.namesByID ? .asMade : .byID)
  }

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
          let outputs = try run(work, in: folder)
          return .done(outputs, settings.files.isRepeatable ? .forever : Freshness(seconds: 0))
        } catch let failure as ItemFailure {
          return .failed(failure)
        }
      }
    }

    private func run(_ work: WorkItem, in folder: String) throws -> [ItemOutput] {
      if work.item.id.utf8.first == UInt8(ascii: "-"), settings.template.reading.idMayBeOption {
        throw ItemFailure(
          kind: "bad_id",
          message:
            "the id begins with '-', and the program would take it for an option: write `-- {id}` or `./{id}` in the line, or let the program read $SLUICE_ID"
        )
      }
      let document = try Document(work.item)
      let input: String
      if document.body != nil {
        input = Path.join(folder, "input" + BodyExporter.suffix(work.item.id, document))
        try BodyExporter.write(work.item, to: input, store: context.objects)
      } else {
        input = Path.join(folder, "input.json")
        try FileSystem.writeReplaceable(work.item.named().canonicalBytes, to: input)
      }
      let name = settings.outputName(id: work.item.id)
      var made = MadeFolder(for: name, in: folder)
      let output = made.output
      let invocation = try settings.invocation(input: input, output: output, id: work.item.id)
      let items = try settings.files.whileUnchanged({ context.log(.warning, $0) }) {
        try made.clear()
        try settings.runner.run(
          invocation, input: settings.readsStandardInput ? input : nil,
          output: settings.printsOutput ? output : nil,
          scratch: folder, isStopping: context.isStopping)
        return try settings.items(output, name: name, store: context.objects)
      }
      if !settings.isJSONLines { return items.map { ItemOutput(id: .same, members: $0.record) } }
      return items.map { item in
        ItemOutput(id: item.id == work.item.id ? .same : .child(item.id), members: item.record)
      }
    }
  }
}
