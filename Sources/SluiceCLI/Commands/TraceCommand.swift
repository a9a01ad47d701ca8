import Foundations
import Views

/// `sluice trace`
enum TraceCommand {
  static let spec = CommandSpec(
    "trace", "Follow an item back to the fetched bytes, and forth to everything that leans on it.",
    usage: "[PIPELINE] ID",
    discussion: """
      ID is that of an insight, a topic, a chunk, a document: any item of any stage, or the end of its id where that is
      enough. Each step says in which run it was made, under which key, and at which try.
      """,
    options: [
      .pipeline,
      OptionSpec("--stage", value: "NAME", "The item of this stage, where several have one of that id."),
      OptionSpec("--limit", short: "-n", value: "N", "How many ways of one item to show (10)."),
      OptionSpec("--format", value: "FORMAT", "text, mermaid or json."), .json,
    ] + AskedGeneration.options, run: run)

  private static let formats = ["text", "mermaid", "json"]

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = PipelineWords(arguments)
    guard let id = words.rest.first, words.rest.count == 1 else {
      throw SluiceError(.usage, "which item?", advice: "For example: sluice trace docs/manual.pdf#0007")
    }
    let format = arguments.isJSON ? "json" : arguments["--format"] ?? "text"
    guard formats.contains(format) else {
      throw SluiceError(
        .usage, "there is no format '\(format)'",
        advice: Suggestion.hint(format, among: formats, otherwise: "There are: \(formats.joined(separator: ", "))."))
    }
    let snapshot = try AskedGeneration(Project(named: words.pipeline), arguments).snapshot()
    let trace = try Trace(id, stage: arguments["--stage"], in: snapshot)
    let text = TraceText(trace, limit: try arguments.int("--limit") ?? 10)
    switch format {
    case "json": Output.json(trace.json)
    case "mermaid": Output.line(text.mermaid)
    default: Output.line(text.text)
    }
    return 0
  }
}
