import Foundations
import StageKit
import Store

/// Lists files, or the rows of a table.
struct ImportStage: SourceStage {
  enum Format: String {
    case files, csv, json, jsonl, lines
  }

  let implementationVersion = 3
  let keyComponents: JSONObject = [:]
  let outputType: String?
  /// A file that is named, and no pattern or folder.
  let makesOneItem: Bool
  private let pattern: String
  private let format: Format
  private let idField: String?
  private let recordsPath: String?
  private let encoding: String?

  init(_ configuration: StageConfiguration) throws {
    let parameters = configuration.parameters
    pattern = try parameters.string("path")
    idField = parameters.optionalString("id")
    encoding = parameters.optionalString("encoding")
    recordsPath = parameters.optionalString("records")
    format =
      try parameters.string("format") == "auto"
      ? Self.guess(pattern, in: configuration.directory) : parameters.choice("format")
    makesOneItem =
      try format == .files && !Glob.isPattern(pattern)
      && FileSystem.status(Path.join(configuration.directory, pattern))?.isRegular == true
    outputType = format == .files ? "document" : "record"
  }

  private static func guess(_ pattern: String, in directory: String) throws -> Format {
    if Glob.isPattern(pattern) || pattern.hasSuffix("/") { return .files }
    if try FileSystem.status(Path.join(directory, pattern))?.isDirectory == true { return .files }
    return switch Path.fileExtension(pattern) {
    case "csv", "tsv": .csv
    case "json": .json
    case "jsonl", "ndjson": .jsonl
    case "txt", "list", "urls": .lines
    default: .files
    }
  }

  func look(_ context: SourceContext) throws -> any SourceView {
    if format == .files { return try FileSourceView(pattern: pattern, context: context) }
    return try TableSourceView(
      path: pattern,
      reader: TableReader(format: format, idField: idField, recordsPath: recordsPath, encoding: encoding),
      context: context)
  }
}
