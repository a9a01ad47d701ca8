import Documents
import Foundations

/// The options of `sluice parse` that say how documents are read, and what they print besides their text.
enum ParseArguments {
  static let options = [
    OptionSpec("--explain", "Say of each element why it is what it is."),
    OptionSpec(
      "--view", value: "OUT.html", "Write a page that shows a PDF's pages with what was found on them, beside its text."
    ),
    OptionSpec("--pages", value: "PAGES", "Of PDFs, such as 1-20,25,30-."),
    OptionSpec("--password-env", value: "NAME", "The environment variable that holds the password for encrypted PDFs."),
    OptionSpec("--ocr", value: "WHEN", "Read pages of PDFs from their pictures: auto (the default), never, always."),
    OptionSpec("--ocr-languages", value: "LANGUAGES", "By Tesseract's names, such as eng or deu+eng."),
    OptionSpec(
      "--select", value: "CSS", "What is the content of HTML pages, by CSS selectors; nothing is guessed then."),
    OptionSpec("--drop", value: "CSS", "What is left out of HTML pages, by CSS selectors."),
    OptionSpec("--comments", "Keep what readers wrote below an article."),
  ]

  static func read(_ arguments: Arguments) throws -> ParseOptions {
    var options = ParseOptions()
    options.explain = arguments.has("--explain") || arguments.has("--view")
    options.html.select = arguments["--select"]
    options.html.drop = arguments["--drop"]
    options.html.comments = arguments.has("--comments")
    do { try options.html.check() } catch {
      throw SluiceError(.usage, "--\(error.message)", advice: error.advice)
    }
    options.pdf.pages = try arguments["--pages"].map { text throws(SluiceError) in try PageRanges(text) }
    if let when = arguments["--ocr"] {
      guard let ocr = PDFOptions.OCR(rawValue: when) else {
        throw SluiceError(
          .usage, "--ocr is auto, never or always, not '\(when)'",
          advice: Suggestion.hint(when, among: ["auto", "never", "always"]))
      }
      options.pdf.ocr = ocr
    }
    if let languages = arguments["--ocr-languages"] { options.pdf.ocrLanguages = languages }
    if let name = arguments["--password-env"] {
      guard let password = Environment[name], !password.isEmpty else {
        throw SluiceError(
          .usage, "the environment variable \(name) is not set",
          advice: "Put the password into it: \(name)=… sluice parse …")
      }
      Secrets.register(password)
      options.pdf.password = password
    }
    return options
  }

  /// What the options are for that only some kinds of documents know.
  private static let concerned: [(option: String, what: String, kinds: Set<DocumentKind>)] = [
    // A mail hands them on to the files that came with it.
    ("--pages", "PDFs", [.pdf, .mail]), ("--password-env", "PDFs", [.pdf, .mail]),
    ("--ocr", "PDFs and pictures of pages", [.pdf, .picture, .mail]),
    ("--ocr-languages", "PDFs and pictures of pages", [.pdf, .picture, .mail]),
    ("--select", "web pages", [.html, .webArchive, .mail]), ("--drop", "web pages", [.html, .webArchive, .mail]),
    ("--comments", "web pages", [.html, .webArchive, .mail]),
  ]

  /// - Throws: `.usage` when an option says nothing of such a document: its reader would not have been asked.
  static func check(_ arguments: Arguments, fit kind: DocumentKind, _ path: String) throws(SluiceError) {
    for (option, what, kinds) in concerned where arguments.has(option) && !kinds.contains(kind) {
      throw SluiceError(
        .usage, "\(option) is for \(what), and \(path) is \(kind.name)",
        advice: "Leave it out for this file.")
    }
  }

  /// Why a file cannot be shown.
  static func refusal(_ problem: ItemProblem, _ path: String) -> SluiceError {
    let advice =
      switch problem.kind {
      case "timeout": "Give it more time: --timeout 5m."
      case "encrypted": "Put the password into a variable and name it: --password-env NAME."
      default: ""
      }
    return SluiceError(.badInput, "\(path): \(problem.message)", advice: advice)
  }

  /// One line an element: what it is, why, and how its text begins.
  static func explanation(_ document: ParsedDocument) -> String {
    document.elements.map { element in
      let level = element.level.map { " \($0)" } ?? ""
      let place = element.page.map { "p. \($0) " } ?? ""
      let reason = element.reason.map { " (\($0))" } ?? ""
      let text =
        element.table.map { "\(Units.counted($0.rowCount, "row")), \(Units.counted($0.columnCount, "column"))" }
        ?? start(of: element.text)
      return "\(place)\(element.kind.rawValue)\(level)\(reason): \(text)"
    }.joined(separator: "\n")
  }

  private static func start(of text: String) -> String {
    let line = text.split(separator: "\n").first.map(String.init) ?? ""
    return line.count > 80 ? line.prefix(79) + "…" : line
  }

  static func writeView(
    of document: ParsedDocument, _ pictures: [PagePicture], _ path: String, to page: String
  ) throws {
    let html = DocumentView.html(document, pictures: pictures, name: Path.name(path))
    try FileSystem.writeAtomically(html, to: page)
    Output.error(
      "\(page): \(Units.counted(pictures.count, "page")), \(Units.counted(document.elements.count, "element"))")
  }
}
