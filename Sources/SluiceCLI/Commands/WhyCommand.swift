import Foundations
import Manifest
import Views

/// `sluice why`
enum WhyCommand {
  static let spec = CommandSpec(
    "why", "Say why a stage (or one of its items) would run or not, and what its last result rests on.",
    usage: "[PIPELINE] STAGE [ITEM]",
    discussion: """
      For a re-run it names the key component that changed, from what to what; for a hit what it rests on.
      ITEM is the id of an item that the stage reads or makes.
      """,
    options: [.pipeline, .set, .json] + AskedLine.options, run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = PipelineWords(arguments)
    let project = try Project(named: words.pipeline)
    let asked = try AskedLine(project, arguments)
    let graph = try project.graph(settings: asked.settings)
    guard let stage = words.rest.first else {
      throw SluiceError(
        .usage, "which stage?",
        advice: "For example: sluice why embed. Stages: \(graph.stages.prefix(20).map(\.name).joined(separator: ", "))."
      )
    }
    let explanation = Explanation(
      try project.prepareForReading(graph, variant: asked.planned), jobs: Parallel.processors)
    let answer = try words.rest.count > 1 ? explanation.item(words.rest[1], of: stage) : explanation.stage(stage)
    if arguments.isJSON { Output.json(answer.json) } else { Output.line(answer.text) }
    return 0
  }
}
