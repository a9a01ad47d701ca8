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
    let options = try ParseArguments.read(arguments)
    let pool = try pool(arguments, options)
    let files = try EachFile(arguments.positional, isJSON: format == "json")
    if files.areSeveral, arguments.has("--view") {
      throw SluiceError(.usage, "--view writes one page of one file", advice: "Name one file.")
    }
    return try files.run { path, bytes in
      if format == "features" { return try showFeatures(bytes) }
      do {
        let (document, kind) = try pool.document(bytes, DocumentSource(name: path))
        try ParseArguments.check(arguments, fit: kind, path)
        if let page = arguments["--view"] {
          return try ParseArguments.writeView(of: document, pool.pictures(bytes), path, to: page)
        }
        show(document, path, as: format, isExplained: options.explain, in: files)
      } catch let problem as ItemProblem {
        throw ParseArguments.refusal(problem, path)
      }
    }
  }

  private static func show(
    _ document: ParsedDocument, _ path: String, as format: String, isExplained: Bool, in files: EachFile
  ) {
    switch format {
    case "json":
      // Of several files, a line each.
      guard files.areSeveral else { return Output.content(JSONValue.object(document.json).prettyText) }
      var json = document.json
      json["file"] = .string(path)
      Output.content(JSONValue.object(json).canonicalText)
    case "html": Output.content(DocumentHTML.page(document, name: Path.name(path)))
    case "markdown":
      files.announce(path)
      Output.content(DocumentMarkdown.text(document))
    default:
      files.announce(path)
      Output.content(
        isExplained
          ? ParseArguments.explanation(document)
          : document.elements.map { $0.table?.markdown ?? $0.text }.joined(separator: "\n"))
    }
  }

  /// What a model sees of a document, for its training.
  private static func showFeatures(_ bytes: [UInt8]) throws {
    let isPDF = PDFReader.isPDF(bytes)
    let names = isPDF ? PDFReader.featureNames : HTMLReader.featureNames
    Output.line("NAMES " + names.joined(separator: " "))
    for line in try isPDF ? PDFReader.features(bytes) : HTMLReader.features(bytes) {
      Output.line(JSONValue.object(line).canonicalText)
    }
  }

  /// Reads as the parse stage does: in a worker process with limits.
  static func pool(_ arguments: Arguments, _ options: ParseOptions) throws -> ParserPool {
    var limits = WorkerLimits()
    if let text = arguments["--timeout"] {
      guard let seconds = Units.seconds(text), seconds > 0 else {
        throw SluiceError(
          .usage, "--timeout is a time such as 30s or 5m, not '\(text)'",
          advice: "A number needs its unit: ms, s, m or h.")
      }
      limits.timeout = seconds
    }
    // One document at a time, for one person: all of it may be shown.
    limits.maxAnswer = 512 << 20
    return ParserPool(limits: limits, options: options)
  }
}
