import Foundations
import Glibc
import StageKit
import Store

/// A program over whole datasets: a file in, a file out.
struct WholeCommandStage: CollectionStage {
  let settings: CommandSettings
  let implementationVersion = 2
  let projection = Projection.whole
  var keyComponents: JSONObject { settings.keyComponents }
  var outputType: String? { settings.outputType }
  var problem: SluiceError? { settings.problem }
  var notes: [String] { settings.notes }
  var makesOneItem: Bool { !settings.isJSONLines }
  var exporter: (any DatasetExporter)? {
    settings.isJSONLines
      ? JSONLinesExporter(
        fileName: settings.outputName() == "output" ? PublishedFile.items : settings.outputName())
      : BodyExporter()
  }

  func run(_ inputs: CollectionInputs, _ context: StageContext) throws -> CollectionOutput {
    let input = inputs.datasets.isEmpty ? nil : try materialize(inputs.datasets, context)
    var made = MadeFolder(for: settings.outputName(), in: context.scratch)
    var attempt = 1
    while true {
      do {
        return try run(on: input, &made, context)
      } catch let failure as ItemFailure {
        guard failure.isTransient, attempt < settings.maxAttempts else { throw SluiceError(.badInput, failure.message) }
        context.log(.warning, "\(failure.message); try \(attempt + 1) of \(settings.maxAttempts) follows")
        try pause(settings.backoff * Double(1 << min(attempt - 1, 20)), context)
        attempt += 1
      }
    }
  }

  /// Waits, at most a minute, unless the run is stopped.
  private func pause(_ seconds: Double, _ context: StageContext) throws {
    let deadline = MonotonicClock.deadline(after: min(60, seconds))
    while MonotonicClock.now < deadline {
      try context.checkStopping()
      usleep(10_000)
    }
  }

  private func run(on input: String?, _ made: inout MadeFolder, _ context: StageContext) throws -> CollectionOutput {
    let output = made.output
    let invocation = try settings.invocation(input: input, output: output)
    let items = try settings.files.whileUnchanged({ context.log(.warning, $0) }) {
      try made.clear()
      try settings.runner.run(
        invocation, input: settings.readsStandardInput ? input : nil,
        output: settings.printsOutput ? output : nil,
        scratch: context.scratch, isStopping: context.isStopping)
      return try settings.items(output, name: settings.outputName(), store: context.objects)
    }
    return CollectionOutput(
      items: items.map { Item(id: $0.id, record: Record($0.record)) },
      shortfall: settings.files.isRepeatable ? nil : "the command writes files that its line names")
  }

  /// Whether bodies are given as a folder. A folder it is for many and for one alike, unless the line reads `{input}` as a
  /// file, or what is read is never more than one file.
  private func isFolder(_ datasets: [any DatasetReader]) throws(SluiceError) -> Bool {
    guard datasets.count == 1, datasets[0].count == 1 else {
      if settings.template.reading.inputForm == .file {
        throw SluiceError(
          .badInput,
          "the line reads {input} as one file, and it is \(datasets.reduce(0) { $0 + $1.count }) files in a folder",
          advice: "Write {input}/* for all of them, or mode: item to run the line once for each.")
      }
      return true
    }
    switch settings.template.reading.inputForm {
    case .folder: return true
    case .file: return false
    case .either: return !datasets[0].isAlwaysOne && !settings.readsStandardInput
    }
  }

  /// The input as a file: one body as it is, several as a folder, records as JSON Lines.
  private func materialize(_ datasets: [any DatasetReader], _ context: StageContext) throws
    -> String
  {
    let path = Path.join(context.scratch, "input")
    if datasets.allSatisfy({ $0.type == "file" || $0.type == "document" }) {
      if try !isFolder(datasets), let entry = datasets[0].entries.first {
        let item = try datasets[0].item(entry)
        let file = path + BodyExporter.suffix(item.id, try Document(item))
        try BodyExporter.write(item, to: file, store: context.objects)
        return file
      }
      try FileSystem.makeDirectory(path)
      for dataset in datasets {
        let folder = datasets.count == 1 ? path : Path.join(path, ArtifactLayout.fileName(ofStage: dataset.stage))
        try FileSystem.makeDirectory(folder)
        try dataset.forEach { item in
          try BodyExporter.write(
            item, to: Path.join(folder, BodyExporter.fileName(item.id)), store: context.objects)
        }
      }
      return path
    }
    let records = path + ".jsonl"
    let file = try FileDescriptor(path: records, flags: O_WRONLY | O_CREAT | O_TRUNC)
    var buffer: [UInt8] = []
    for dataset in datasets {
      try dataset.forEach { item in
        try JSONLinesExporter.append(item, to: &buffer)
        guard buffer.count > 1 << 20 else { return }
        try buffer.withUnsafeBytes { try FileSystem.write($0, to: file.raw, records) }
        buffer.removeAll(keepingCapacity: true)
      }
    }
    try buffer.withUnsafeBytes { try FileSystem.write($0, to: file.raw, records) }
    return records
  }
}
