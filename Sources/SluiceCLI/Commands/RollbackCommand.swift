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
      .pipeline, AskedGeneration.writtenVariant,
      OptionSpec("--hold", "What later runs make stays a candidate until `sluice publish`."), .json,
    ], run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = try GenerationWords(arguments, of: "rollback")
    let session = try WritingSession(words.line, layout: words.project.layout)
    let target = try words.selector.map {
      try $0.resolve(session.reader.generations(of: words.line.key), of: words.line)
    }
    let outcome = try session.generationSwitch(
      words.project, words.graph, words.line, isForgiving: true
    ).rollBack(
      to: target, holds: arguments.has("--hold"))
    try session.close()
    let shown = outcome.generation
    if arguments.isJSON {
      Output.json([
        "generation": JSONValue(shown.number), "former": JSONValue(outcome.former?.number),
        "withdrawn": JSONValue(outcome.isWithdrawn ? outcome.former?.number : nil), "held": .bool(outcome.isHeld),
        "lagging": JSONValue(outcome.lagging.map(\.stage)),
      ])
    } else {
      Output.line(
        "Readers see generation \(shown.number), of run \(shown.run), made \(shown.created.rfc3339)."
          + (outcome.isHeld ? " Publications are held until `sluice publish\(words.which)`." : ""))
    }
    return PublicationText.warn(of: outcome.lagging)
  }
}

/// The words of a command that may name a pipeline and a generation.
struct GenerationWords {
  let project: Project
  let graph: StageGraph
  let line: PipelineLine
  let selector: GenerationSelector?
  /// What is wrong with the pipeline file; then `graph` has no stages.
  private(set) var mistake: Diagnostics?

  /// ` -p handbook --variant try`, where it is needed to say so.
  var which: String {
    (Project.pipelines().count > 1 ? " -p \(line.pipeline)" : "") + (line.variant.map { " --variant \($0)" } ?? "")
  }

  init(_ arguments: Arguments, of command: String) throws {
    let words = PipelineWords(arguments)
    project = try Project(named: words.pipeline)
    line = try AskedGeneration.line(of: project, arguments)
    // Readers need only a name: while the file is being edited is just when one wants to go back.
    do { graph = try project.graph(arguments, line: line) } catch let mistakes as Diagnostics {
      graph = try StageGraph(Pipeline.named(line.pipeline, file: project.file, directory: project.directory))
      mistake = mistakes
    }
    guard words.rest.count <= 1 else {
      throw SluiceError(
        .usage, "'\(words.rest[1])' is a word too many", advice: "See: sluice \(command) --help")
    }
    selector = words.rest.first.map(GenerationSelector.init)
  }
}
