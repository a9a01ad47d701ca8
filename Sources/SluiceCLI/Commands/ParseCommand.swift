import Documents
import Foundations

/// `sluice parse`
enum ParseCommand {
  static let spec = CommandSpec(
    "parse", "Show what a file becomes: its elements, as the parse stage makes them.", usage: "FILE…",
    options: [
      OptionSpec("--format", short: "-f", value: "FORMAT", "text (the default), markdown, html or json."), .json,
    ]
      + ParseArguments.options,
    run: run)

  private static let formats = ["text", "markdown", "html", "json"]

  private static func run(_ arguments: Arguments) throws -> Int32 {
    guard !arguments.positional.isEmpty else {
      throw SluiceError(.usage, "which file?", advice: "For example: sluice parse report.pdf --format markdown")
    }
    let format = arguments.isJSON ? "json" : arguments["--format"] ?? "text"
    guard formats.contains(format) || format == "features" else {
      throw SluiceError(
        .usage, "there is no format '\(format)'",
        advice: Suggestion.nearest(to: format, among: formats).map { "Did you mean \($0)?" }
          ?? "There are: \(formats.joined(separator: ", ")).")
    }
    let options = try ParseArguments.read(arguments)
    for path in arguments.positional {
      let bytes = try FileSystem.read(path, limit: 1 << 30)
      if format == "features" {
        Output.line("NAMES " + HTMLReader.featureNames.joined(separator: " "))
        for line in try HTMLReader.features(bytes) { Output.line(JSONValue.object(line).canonicalText) }
        continue
      }
      do {
        let document = try Self.document(path, bytes, options)
        if let page = arguments["--view"] {
          try ParseArguments.writeView(of: document, bytes, options, path, to: page)
          continue
        }
        if arguments.has("--explain"), format == "text" {
          Output.line(ParseArguments.explanation(document))
          continue
        }
        switch format {
        case "json": Output.json(.object(document.json))
        case "markdown": Output.line(DocumentMarkdown.text(document))
        case "html": Output.line(DocumentHTML.page(document, name: Path.name(path)))
        default: Output.line(document.elements.map { $0.table?.markdown ?? $0.text }.joined(separator: "\n"))
        }
      } catch let problem as ItemProblem {
        throw SluiceError(.badInput, "\(path): \(problem.message)")
      }
    }
    return 0
  }

  /// Reads a file as the parse stage would.
  static func document(_ path: String, _ options: ParseOptions) throws -> ParsedDocument {
    try document(path, FileSystem.read(path, limit: 1 << 30), options)
  }

  private static func document(_ path: String, _ bytes: [UInt8], _ options: ParseOptions) throws -> ParsedDocument {
    try onLargeStack { try DocumentReader.read(bytes, DocumentSource(name: path), options) }
  }

  /// Parsers recurse over what they read, and a hostile page is nested deeply.
  private static func onLargeStack(_ body: @escaping @Sendable () throws -> ParsedDocument) throws -> ParsedDocument {
    let result = Monitor<Result<ParsedDocument, any Error>?>(nil)
    BlockingThread("parse", stackSize: 256 << 20) {
      let outcome = Result { try body() }
      result.update { $0 = outcome }
    }.join()
    let outcome = result.read { $0 }
    guard let outcome else { throw SluiceError(.system, "the parser gave no answer") }
    return try outcome.get()
  }
}
