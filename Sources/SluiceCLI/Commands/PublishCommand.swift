import Engine
import Foundations
import Planning
import Store
import Views

/// `sluice publish`
enum PublishCommand {
  static let spec = CommandSpec(
    "publish", "Show readers a candidate, or any generation that is kept; ends a hold.",
    usage: "[PIPELINE] [GENERATION]",
    discussion: """
      Without GENERATION: the newest candidate. Its gates are measured once more; --anyway publishes it whatever they
      say. Exit code 8 when a gate does not hold.
      """,
    options: [
      .pipeline, AskedGeneration.writtenVariant, OptionSpec("--anyway", "Whatever the gates measure."), .json,
    ], run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    let words = try GenerationWords(arguments, of: "publish")
    let isAnyway = arguments.has("--anyway")
    // Gates stand in the file: with a mistake in it they cannot be measured.
    if let mistake = words.mistake, !isAnyway { throw mistake }
    let session = try WritingSession(words.line, layout: words.project.layout)
    let target = try words.selector.map {
      try $0.resolve(session.reader.generations(of: words.line.key), of: words.line)
    }
    let outcome = try session.generationSwitch(
      words.project, words.graph, words.line, isForgiving: isAnyway
    ).publish(target, anyway: isAnyway)
    try session.close()
    let generation = outcome.generation
    if arguments.isJSON {
      Output.json([
        "generation": JSONValue(generation.number), "published": .bool(outcome.refusal == nil),
        "former": JSONValue(outcome.former?.number), "held": .bool(outcome.isHeld),
        "gates": outcome.refusal?.json ?? .null, "lagging": JSONValue(outcome.lagging.map(\.stage)),
      ])
    } else if let refusal = outcome.refusal {
      let style = Style(descriptor: 1)
      Output.line(
        ([style.red("Generation \(generation.number) is not published, since a gate does not hold:")]
          + PublicationText.lines(refusal, style) + [
            "", "If it is meant to be so: sluice publish\(words.which) --anyway",
          ])
          .joined(separator: "\n"))
    } else {
      Output.line(
        "Readers see generation \(generation.number), of run \(generation.run)."
          + (outcome.hasEndedHold ? " Publications are no longer held." : ""))
    }
    return outcome.refusal == nil ? PublicationText.warn(of: outcome.lagging) : ExitCode.gated.rawValue
  }
}
