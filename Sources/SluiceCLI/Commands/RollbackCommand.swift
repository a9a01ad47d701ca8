import Engine
import Foundations
import Manifest
import Store
import Views

/// `sluice rollback`
enum RollbackCommand {
  static let spec = CommandSpec(
    "rollback", "Show readers an earlier generation again.", usage: "[PIPELINE] [GENERATION]",
    discussion: """
      Without GENERATION: the one before the current. The one that is gone back from is withdrawn: a run that makes the
      same again does not publish it. With --hold nothing is published until `sluice publish`.
      """,
    options: [
      .pipeline, AskedGeneration.variant,
      OptionSpec("--hold", "What later runs make stays a candidate until `sluice publish`."), .json,
    ], run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = try GenerationWords(arguments, of: "rollback")
    let session = try WritingSession(words.line, layout: words.project.layout)
    let target = try words.selector.map {
      try $0.resolve(session.reader.generations(of: words.line.key), of: words.line)
    }
    let former = try session.reader.currentGeneration(of: words.line.key)
    let (shown, lagging) = try session.generationSwitch(words.project, words.graph, words.line).rollBack(
      to: target, holds: arguments.has("--hold"))
    try session.close()
    if arguments.isJSON {
      Output.json([
        "generation": JSONValue(shown.number), "withdrawn": JSONValue(former?.number),
        "held": .bool(arguments.has("--hold")),
        "lagging": JSONValue(lagging.map(\.stage)),
      ])
    } else {
      Output.line(
        "Readers see generation \(shown.number) again, of run \(shown.run), made \(shown.created.rfc3339)."
          + (arguments.has("--hold") ? " Publications are held until `sluice publish`." : ""))
    }
    return PublicationText.warn(of: lagging)
  }
}

/// The words of a command that may name a pipeline and a generation.
struct GenerationWords {
  let project: Project
  let graph: StageGraph
  let line: PipelineLine
  let selector: GenerationSelector?

  init(_ arguments: Arguments, of command: String) throws {
    let words = PipelineWords(arguments)
    project = try Project(named: words.pipeline)
    line = try AskedGeneration.line(of: project, arguments)
    graph = try project.graph(arguments, line: line)
    guard words.rest.count <= 1 else {
      throw SluiceError(
        .usage, "'\(words.rest[1])' is a word too many", advice: "See: sluice \(command) --help")
    }
    selector = words.rest.first.map(GenerationSelector.init)
  }
}
