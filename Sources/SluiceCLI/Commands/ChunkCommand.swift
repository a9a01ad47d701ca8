import Documents
import Foundations
import StageKit
import Stages

/// `sluice chunk`
enum ChunkCommand {
  static let spec = CommandSpec(
    "chunk", "Show the chunks that a file becomes, as the parse and chunk stages make them.", usage: "FILE…",
    options: [
      OptionSpec("--max-tokens", value: "N", "The most tokens in a chunk; 1000."),
      OptionSpec("--overlap", value: "N", "How much of a chunk the next one repeats; 100."),
      OptionSpec("--min-tokens", value: "N", "Smaller sections are joined; 60."),
      OptionSpec("--table-tokens", value: "N", "Tables up to this size stay whole."),
      OptionSpec("--tokenizer", short: "-t", value: "NAME", "What counts the tokens; all-MiniLM-L6-v2."),
      ParseCommand.timeout, .json,
    ],
    run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    guard !arguments.positional.isEmpty else {
      throw SluiceError(.usage, "which file?", advice: "For example: sluice chunk report.pdf --max-tokens 600")
    }
    let maximum = try arguments.int("--max-tokens", minimum: 32, maximum: 1_000_000) ?? 1000
    let overlap = try arguments.int("--overlap", minimum: 0, maximum: 1_000_000)
    if let overlap, overlap > maximum / 2 {
      throw SluiceError(
        .usage, "--overlap \(overlap) is more than half of --max-tokens (\(maximum))",
        advice: "Give an overlap of at most \(maximum / 2): a chunk would say little that the one before has not said.")
    }
    let files = try EachFile(arguments.positional, isJSON: arguments.isJSON)
    let preview = try ChunkPreview(
      maximum: maximum, overlap: overlap ?? 100,
      minimum: try arguments.int("--min-tokens", minimum: 0, maximum: 1_000_000) ?? 60,
      wholeTable: try arguments.int("--table-tokens", minimum: 32, maximum: 1_000_000),
      tokenizer: arguments["--tokenizer"] ?? "all-MiniLM-L6-v2", project: ".")
    let pool = try ParseCommand.pool(arguments, ParseOptions())
    return try files.run { path, bytes in
      let document: ParsedDocument
      do { document = try pool.document(bytes, DocumentSource(name: path)).document } catch let problem as ItemProblem {
        throw ParseArguments.refusal(problem, path)
      }
      for chunk in preview.chunks(document, id: path) {
        if arguments.isJSON {
          Output.content(JSONValue.object(chunk.record.members).canonicalText)
        } else {
          let page = chunk.page.map { ", page \($0)" } ?? ""
          Output.content("── \(chunk.id) · \(chunk.elementType) · \(Units.counted(chunk.tokens, "token"))\(page)")
          Output.content(chunk.text + "\n")
        }
      }
    }
  }
}
