import Foundations
import Manifest
import Store
import Views

/// The line that a run, a plan or a question is about: production, or the variant that `--set` and `--as` make.
struct AskedLine {
  /// `--variant` says the same, as it does to commands that only read.
  static let options = [name, AskedGeneration.writtenVariant]
  private static let name = OptionSpec(
    "--as", value: "NAME",
    "The variant that --set makes or runs again (try). Without --set: with what it was begun with.")
  /// The name of a variant that has none.
  private static let standardName = "try"

  let line: PipelineLine
  /// What the variant's parameters are; empty for production.
  let settings: [String]
  /// Whether the variant is not there yet, or has other parameters.
  let isNew: Bool

  init(_ project: Project, _ arguments: Arguments) throws {
    let pipeline = try project.pipelineName()
    let set = arguments.all("--set")
    guard let variant = arguments["--as"] ?? arguments["--variant"] ?? (set.isEmpty ? nil : Self.standardName) else {
      line = PipelineLine(pipeline)
      settings = []
      isNew = false
      return
    }
    guard PipelineReader.isName(variant) else {
      throw SluiceError(
        .usage, "'\(variant)' is no name for a variant", advice: "Letters, digits, '-' and '_' only: --as small-chunks")
    }
    line = PipelineLine(pipeline, variant: variant)
    let known = try Variants.record(of: line, layout: project.layout)
    if set.isEmpty, known == nil { try Variants.checkExists(variant, of: pipeline, layout: project.layout) }
    let wanted = set.isEmpty ? known?.settings ?? [] : set
    settings = wanted
    // In another order they say the same.
    isNew = known.map { $0.settings.sorted() != wanted.sorted() } ?? true
  }

  /// Whose results a plan is held against: a variant that is begun has those of production.
  var planned: String? { isNew ? nil : line.variant }
}
