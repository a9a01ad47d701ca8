import Documents
import Foundations
import Glibc
import StageKit
import Workers

/// Turns a document's bytes into typed elements, in worker processes with limits.
struct ParseStage: ItemStage {
  let implementationVersion = DocumentReader.version
  let keyComponents: JSONObject
  let projection: Projection
  let parallelism = Parallelism.jobs
  var partVersions: String? { DocumentKind.versions }

  private static let read = [
    "body", "text", "content_type", "charset", "final_url", "url", "path", "source.content_type",
    "source.charset",
    "source.final_url", "source.url",
  ]

  private let limits: WorkerLimits
  /// Fields that are handed on.
  private let metadata: [String]
  private let language: String?
  private let options: ParseOptions

  init(_ configuration: StageConfiguration) throws {
    let parameters = configuration.parameters
    var limits = WorkerLimits()
    limits.timeout = try parameters.double("timeout")
    limits.memory = UInt64(clamping: try parameters.int("memory"))
    limits.maxBytes = try parameters.int("max_bytes")
    self.limits = limits
    language = parameters.optionalString("language")
    metadata = parameters.optionalStrings("metadata")
    projection = .fields(Self.read + metadata)
    var options = ParseOptions()
    options.html.select = parameters.optionalString("select")
    options.html.drop = parameters.optionalString("drop")
    options.html.comments = try parameters.bool("comments")
    try options.html.check()
    let libraries: JSONObject = [
      "cmark": .string(MarkdownReader.libraryVersion), "lexbor": .string(HTMLReader.libraryVersion),
      "content_model": .string(HTMLReader.contentModel), "uchardet": .string(TextDecoding.libraryVersion),
      "poppler": .string(PDFReader.installedVersion),
    ]
    keyComponents = libraries.merging(try PDFParameters.read(parameters, into: &options.pdf))
    self.options = options
  }

  func isCurrent(_ validators: JSONObject) -> Bool { DocumentKind.isCurrent(validators) }

  func makeWorker(_ context: StageContext) throws -> any ItemWorker {
    ParseWorker(
      ParserPool(limits: limits, options: options, isStopping: context.isStopping), language: language,
      metadata: metadata, context)
  }
}
