import Documents
import Foundations
import Workers

/// `sluice parse`
enum ParseCommand {
  static let spec = CommandSpec(
    "parse", "Show what a file becomes: its elements, as the parse stage makes them.", usage: "FILE…",
    options: [
      OptionSpec("--format", short: "-f", value: "FORMAT", "text (the default), markdown, html or json."), .json,
    ]
      + [timeout] + ParseArguments.options,
    run: run)

  static let timeout = OptionSpec("--timeout", value: "TIME", "The time for one file; 30s.")

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
    let pool = try pool(arguments, ParseArguments.read(arguments))
    for path in arguments.positional {
      let bytes = try FileSystem.read(InputFile.checked(path), limit: 1 << 30)
      if format == "features" {
        let isPDF = PDFReader.isPDF(bytes)
        let names = isPDF ? PDFReader.featureNames : HTMLReader.featureNames
        Output.line("NAMES " + names.joined(separator: " "))
        for line in try isPDF ? PDFReader.features(bytes) : HTMLReader.features(bytes) {
          Output.line(JSONValue.object(line).canonicalText)
        }
        continue
      }
      do {
        let (document, kind) = try pool.document(bytes, DocumentSource(name: path))
        try ParseArguments.check(arguments, fit: kind, path)
        if let page = arguments["--view"] {
          try ParseArguments.writeView(of: document, pool.pictures(bytes), path, to: page)
          continue
        }
        if arguments.has("--explain"), format == "text" {
          Output.content(ParseArguments.explanation(document))
          continue
        }
        switch format {
        case "json": Output.content(JSONValue.object(document.json).prettyText)
        case "markdown": Output.content(DocumentMarkdown.text(document))
        case "html": Output.content(DocumentHTML.page(document, name: Path.name(path)))
        default: Output.content(document.elements.map { $0.table?.markdown ?? $0.text }.joined(separator: "\n"))
        }
      } catch let problem as ItemProblem {
        throw ParseArguments.refusal(problem, path)
      }
    }
    return 0
  }

  /// Reads as the parse stage does: in a worker process with limits.
  static func pool(_ arguments: Arguments, _ options: ParseOptions) throws -> ParserPool {
    var limits = WorkerLimits()
    if let text = arguments["--timeout"] {
      guard let seconds = Units.seconds(text), seconds > 0 else {
        throw SluiceError(.usage, "--timeout is a time such as 30s or 5m, not '\(text)'")
      }
      limits.timeout = seconds
    }
    // One document at a time, for one person: all of it may be shown.
    limits.maxAnswer = 512 << 20
    return ParserPool(limits: limits, options: options)
  }
}
