import Foundations
import Glibc
import StageKit
import Store

/// A program over whole datasets: a file in, a file out.
struct WholeCommandStage: CollectionStage {
  let settings: CommandSettings
  let implementationVersion = 1
  let projection = Projection.whole
  var keyComponents: JSONObject { settings.keyComponents }
  var outputType: String? { settings.outputType }
  var exporter: (any DatasetExporter)? {
    settings.isJSONLines
      ? JSONLinesExporter(
        fileName: settings.outputName == "output" ? "items.jsonl" : settings.outputName)
      : BodyExporter()
  }

  func run(_ inputs: CollectionInputs, _ context: StageContext) throws -> CollectionOutput {
    let input = inputs.datasets.isEmpty ? nil : try materialize(inputs.datasets, context)
    let output = Path.join(context.scratch, settings.outputName)
    let line = settings.template.filled(
      input: input, output: output,
      inputs: settings.inputs.map { Path.join(context.directory, $0) }, id: nil)
    do {
      try settings.runner.run(
        line, input: settings.template.usesInput ? nil : input,
        output: settings.template.usesOutput ? nil : output,
        scratch: context.scratch, isStopping: context.isStopping)
      try settings.checkUnchanged()
      let items = try settings.items(output, id: { $0 }, store: context.objects)
      return CollectionOutput(items: items.map { Item(id: $0.id, record: Record($0.record)) })
    } catch let failure as ItemFailure {
      throw SluiceError(.badInput, failure.message)
    }
  }

  /// The input as a file: one body as it is, several as a folder, records as JSON Lines.
  private func materialize(_ datasets: [any DatasetReader], _ context: StageContext) throws
    -> String
  {
    let path = Path.join(context.scratch, "input")
    if datasets.allSatisfy({ $0.type == "file" || $0.type == "document" }) {
      if datasets.count == 1, datasets[0].count == 1, let entry = datasets[0].entries.first {
        try BodyExporter.write(try datasets[0].item(entry), to: path, store: context.objects)
        return path
      }
      try FileSystem.makeDirectory(path)
      for dataset in datasets {
        let folder = datasets.count == 1 ? path : Path.join(path, dataset.stage)
        try FileSystem.makeDirectory(folder)
        try dataset.forEach { item in
          try BodyExporter.write(
            item, to: Path.join(folder, BodyExporter.fileName(item.id)), store: context.objects)
        }
      }
      return path
    }
    let file = try FileDescriptor(path: path, flags: O_WRONLY | O_CREAT | O_TRUNC)
    var buffer: [UInt8] = []
    for dataset in datasets {
      try dataset.forEach { item in
        try JSONLinesExporter.append(item, to: &buffer)
        guard buffer.count > 1 << 20 else { return }
        try buffer.withUnsafeBytes { try FileSystem.write($0, to: file.raw, path) }
        buffer.removeAll(keepingCapacity: true)
      }
    }
    try buffer.withUnsafeBytes { try FileSystem.write($0, to: file.raw, path) }
    return path
  }
}
