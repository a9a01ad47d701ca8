import Foundations
import Store
import Views

/// Which of a pipeline's results a command reads: production's or a variant's, the current ones or a generation's.
struct AskedGeneration {
  static let variant = OptionSpec("--variant", value: "NAME", "Read a variant's results instead of production's.")
  /// Of commands that write.
  static let writtenVariant = OptionSpec("--variant", value: "NAME", "This variant instead of production.")
  static let generation = OptionSpec(
    "--generation", short: "-g", value: "G",
    "Read another generation than the current one: \(GenerationSelector.forms).")
  static let options = [variant, generation]

  let project: Project
  let line: PipelineLine
  /// `nil`: what there is now.
  let selector: GenerationSelector?

  init(_ project: Project, _ arguments: Arguments) throws {
    self.project = project
    line = try Self.line(of: project, arguments)
    selector = arguments["--generation"].map(GenerationSelector.init)
  }

  /// Production's line, or that of the variant that is named.
  /// - Throws: `.usage` for a variant that is not there.
  static func line(of project: Project, _ arguments: Arguments) throws -> PipelineLine {
    let pipeline = try project.pipelineName()
    guard let variant = arguments["--variant"] else { return PipelineLine(pipeline) }
    try Variants.checkExists(variant, of: pipeline, layout: project.layout)
    return PipelineLine(pipeline, variant: variant)
  }

  /// What is published: the current generation, or the one that is asked for.
  func published() throws -> PublishedGeneration {
    guard let selector else { return try PublishedGeneration(line, layout: project.layout) }
    return try PublishedGeneration(line, selector, layout: project.layout)
  }

  /// The newest results, published or not; or those of the generation that is asked for.
  func snapshot() throws -> Snapshot {
    guard let selector else { return try Snapshot(newestOf: line, layout: project.layout) }
    return try Snapshot(selector, of: line, layout: project.layout)
  }
}
