import Foundations
import Manifest
import Views

/// `sluice graph`
enum GraphCommand {
  static let spec = CommandSpec(
    "graph", "Print the graph of stages as text, Mermaid, DOT or SVG.", usage: "[PIPELINE]",
    options: [
      .pipeline, .set,
      OptionSpec("--format", short: "-f", value: "FORMAT", "text (the default), mermaid, dot, svg or json."), .json,
    ], run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let project = try Project(named: PipelineWords.alone(arguments, of: "graph"))
    let graph = try project.graph(arguments)
    let drawing = GraphDrawing(try project.prepareForReading(graph))
    let name = arguments.isJSON ? "json" : arguments["--format"] ?? "text"
    guard let text = drawing.text(format: name) else {
      let guess = Suggestion.nearest(to: name, among: GraphDrawing.formats)
      throw SluiceError(
        .usage, "there is no format '\(name)'",
        advice: guess.map { "Did you mean \($0)?" } ?? "There are: \(GraphDrawing.formats.joined(separator: ", ")).")
    }
    Output.line(text)
    return 0
  }
}
