import Foundations
import Store

/// The variants of a pipeline.
package enum Variants {
  /// What `--set` said when a variant was begun.
  package static func settings(of line: PipelineLine, layout: ArtifactLayout) throws -> [String] {
    try record(of: line, layout: layout)?.settings ?? []
  }

  /// `nil`: there is none of that name.
  package static func record(of line: PipelineLine, layout: ArtifactLayout) throws -> VariantRecord? {
    guard FileSystem.exists(layout.ledger) else { return nil }
    return try LedgerReader(layout).variants(of: line.pipeline).first { $0.line == line }
  }

  /// - Throws: `.usage` with "did you mean" for one that is not there.
  package static func checkExists(_ name: String, of pipeline: String, layout: ArtifactLayout) throws {
    let known = try LedgerReader(layout).variants(of: pipeline).compactMap(\.line.variant)
    guard !known.contains(name) else { return }
    throw SluiceError(
      .usage, "\(pipeline) has no variant '\(name)'",
      advice: Suggestion.nearest(to: name, among: known).map { "Did you mean '\($0)'?" }
        ?? (known.isEmpty
          ? "`sluice run --set STAGE.PARAM=VALUE --as \(name)` makes one."
          : "There are: \(known.joined(separator: ", ")).")
    )
  }
}
