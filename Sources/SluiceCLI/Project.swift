import Foundations
import Manifest
import Planning
import StageKit
import Stages
import Store
import Views

/// Finds and opens the pipeline that a command is about.
struct Project {
  let file: String
  let directory: String
  let layout: ArtifactLayout

  /// - Parameter named: a file, a name in `pipelines/`, or `nil` where there is only one.
  init(named: String?) throws(SluiceError) {
    file = try Self.find(named)
    directory = PipelineReader.projectDirectory(ofFile: file)
    layout = ArtifactLayout(project: directory)
  }

  private static func isFile(_ path: String) -> Bool { (try? FileSystem.status(path))??.isRegular == true }

  /// The pipeline files of a folder.
  static func pipelines(in directory: String = ".") -> [String] {
    let folder = Path.join(directory, "pipelines")
    let names = (try? FileSystem.list(folder)) ?? []
    return names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.map { Path.join(folder, $0) }
  }

  /// Whether an argument names a pipeline rather than a stage.
  static func names(_ argument: String) -> Bool {
    argument.hasSuffix(".yaml") || argument.hasSuffix(".yml") || isFile("pipelines/\(argument).yaml")
  }

  private static func find(_ named: String?) throws(SluiceError) -> String {
    let known = pipelines()
    guard let named else {
      if known.count == 1 { return known[0] }
      if known.isEmpty {
        throw SluiceError(
          .usage, "there is no pipeline here: pipelines/ has no .yaml file",
          advice: "`sluice init` writes one to start from; or name a file: sluice run path/to/pipeline.yaml")
      }
      throw SluiceError(
        .usage, "there are \(known.count) pipelines here: name one",
        advice:
          "For example: --pipeline \(Path.name(known[0]).prefix { $0 != "." }). There are: \(known.joined(separator: ", "))."
      )
    }
    if isFile(named) { return named }
    for candidate in ["pipelines/\(named).yaml", "pipelines/\(named).yml"] where isFile(candidate) { return candidate }
    let guess = Suggestion.nearest(to: named, among: known + known.map { String(Path.name($0).dropLast(5)) })
    if (try? FileSystem.status(named))??.isDirectory == true {
      throw SluiceError(
        .usage, "\(named) is a directory, a pipeline file was expected",
        advice: known.isEmpty ? "" : "There are: \(known.joined(separator: ", ")).")
    }
    throw SluiceError(
      .usage, "there is no pipeline '\(named)'",
      advice: guess.map { "Did you mean \($0)?" }
        ?? (known.isEmpty ? "`sluice init` writes one to start from." : "There are: \(known.joined(separator: ", "))."))
  }

  /// Reads and checks the pipeline file.
  /// - Parameters:
  ///   - line: of a variant, whose parameters are those that it was begun with, if the arguments say no others.
  ///   - needsEnvironment: whether the variables that a stage names must be set (by its name in the file): to
  ///     run they must, to look they need not.
  func graph(
    _ arguments: Arguments, line: PipelineLine? = nil, needsEnvironment: @escaping (String) -> Bool = { _ in false }
  ) throws -> StageGraph {
    var settings = arguments.all("--set")
    if settings.isEmpty, let line, line.variant != nil { settings = try Variants.settings(of: line, layout: layout) }
    return try graph(settings: settings, needsEnvironment: needsEnvironment)
  }

  /// Reads and checks the pipeline file with other parameters.
  func graph(settings: [String], needsEnvironment: @escaping (String) -> Bool = { _ in false }) throws -> StageGraph {
    let overrides = try settings.map { text throws(SluiceError) in try ParameterOverride(parsing: text) }
    let library = StageLibrary(directory: Path.join(directory, "stages"))
    return try StageGraph(
      PipelineReader(
        library: library, overrides: overrides, needsEnvironment: needsEnvironment
      ).read(file: file))
  }

  /// The pipeline's name, for those who only read what it made: a mistake elsewhere in the file does not stop them.
  func pipelineName() throws -> String { try PipelineReader.name(ofFile: file) }

  /// Refuses a name that another file of the project has, too: the two would take each other's results for their own.
  func checkName(of graph: StageGraph) throws(SluiceError) {
    let name = graph.pipeline.name
    for other in Self.pipelines(in: directory) where Path.absolute(other) != Path.absolute(file) {
      // Only a file that has the word can have the name.
      guard let bytes = try? FileSystem.read(other, limit: 4_000_000),
        ByteSearch.range(of: Array(name.utf8), in: bytes) != nil, (try? PipelineReader.name(ofFile: other)) == name
      else { continue }
      throw SluiceError(
        .usage, "\(file) and \(other) both say 'pipeline: \(name)'",
        advice: "Give one of them another name: results are kept by name.")
    }
  }

  /// Makes the stages and their keys and reads their last results.
  /// - Parameter variant: whose results; `nil`: production's.
  func prepare(_ graph: StageGraph, variant: String? = nil, reader: LedgerReader?, store: ObjectStore?) throws
    -> PreparedPipeline
  {
    try PreparedPipeline(
      graph, variant: variant, registry: BuiltinStages.registry, layout: layout,
      files: FileDigestCache(path: "\(layout.cache)/files-\(graph.pipeline.name).bin"), reader: reader, store: store)
  }

  /// Like `prepare`, with a ledger only if there is one.
  func prepareForReading(_ graph: StageGraph, variant: String? = nil) throws -> PreparedPipeline {
    guard FileSystem.exists(layout.ledger) else { return try prepare(graph, reader: nil, store: nil) }
    return try prepare(graph, variant: variant, reader: LedgerReader(layout), store: ObjectStore(layout))
  }
}
