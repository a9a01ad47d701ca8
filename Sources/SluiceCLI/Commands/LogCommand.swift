import Foundations
import Manifest
import Store

/// `sluice log`
enum LogCommand {
  static let spec = CommandSpec(
    "log", "Print the log of a run (the last one without a number).", usage: "[PIPELINE] [RUN]",
    options: [.pipeline, .json], run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = PipelineWords(arguments)
    let layout: ArtifactLayout
    let number: Int
    if let word = words.rest.first {
      guard let parsed = Int(word) else {
        throw SluiceError(.usage, "'\(word)' is no number of a run", advice: "`sluice runs` lists them.")
      }
      number = parsed
      // Runs of all pipelines have their numbers from one ledger.
      layout =
        try words.pipeline.map { try Project(named: $0).layout }
        ?? ArtifactLayout(project: Project.pipelines().isEmpty ? Project(named: nil).directory : Path.workingDirectory)
    } else {
      let project = try Project(named: words.pipeline)
      let pipeline = try project.pipelineName()
      layout = project.layout
      guard let last = try LedgerReader(layout).runs(of: pipeline, limit: 1).first else {
        throw SluiceError(
          .missing, "the pipeline \(pipeline) was never run", advice: "Run `sluice run` first.")
      }
      number = last.id
    }
    let reader = try LedgerReader(layout)
    let path = layout.run(number) + "/log.txt"
    guard FileSystem.exists(path) else {
      throw SluiceError(
        .usage, "there is no log of run \(number)",
        advice: "`sluice runs` lists the runs; old logs are swept by `sluice gc`.")
    }
    if arguments.isJSON {
      let stages = try reader.stageRuns(ofRun: number)
      Output.json([
        "run": JSONValue(number),
        "lines": .array(
          ByteSearch.lines(try FileSystem.read(path)).map { .string(String(decoding: $0, as: UTF8.self)) }),
        "items": .array(
          try reader.itemRuns(ofRun: number).map { item in
            [
              "stage": .string(item.stage), "item": .string(item.item), "reason": .string(item.reason.rawValue),
              "seconds": .double(item.seconds),
            ]
          }),
        "stages": .array(
          try stages.map { stage in
            [
              "name": .string(stage.stage), "state": .string(stage.outcome.rawValue), "done": JSONValue(stage.done),
              "cached": JSONValue(stage.cached),
              "failed": JSONValue(stage.failed), "seconds": .double(stage.seconds),
              "work_seconds": .double(stage.workSeconds),
              "message": .string(stage.message), "reasons": try JSONValue(parsing: stage.reasons),
            ]
          }),
      ])
      return 0
    }
    Output.write(String(decoding: try FileSystem.read(path), as: UTF8.self), to: 1)
    return 0
  }
}
