import Foundations

/// A pipeline file after all checks that need no other stage's result.
package struct Pipeline: Sendable {
  package var name: String
  package var description: String
  /// The file as it was named.
  package var file: String
  /// The project: where relative paths start from and `artifacts/` lies.
  package var directory: String
  package var source: SourceText
  /// A cron line (five fields), for `sluice schedule`.
  package var schedule: String?
  package var stages: [StageDeclaration]
  /// How much a run may lose without being told to.
  package var vanishGuard: VanishGuard

  /// The share of failed items that a stage survives when the file has no `tolerate`.
  package static let defaultTolerate = 0.5
}
