import Foundations

/// A pipeline file after all checks that need no other stage's result.
package struct Pipeline: Sendable {
  /// As `pipeline:` says.
  package var name: String
  /// For people; empty when there is none.
  package var description: String
  /// The file as it was named.
  package var file: String
  /// The project: where relative paths start from and `artifacts/` lies.
  package var directory: String
  /// The file, for messages.
  package var source: SourceText
  /// A cron line (five fields), for `sluice schedule`.
  package var schedule: String?
  /// In the order of the file, families written out.
  package var stages: [StageDeclaration]
  /// How much a run may lose without being told to.
  package var vanishGuard: VanishGuard
  /// What must hold of stages' results before they are published, in the order of the file.
  package var gates: [Gate] = []
  /// How long generations are kept.
  package var keep = KeepPolicy.standard
  /// What is kept, and how it is looked after.
  package var store = StoreSettings()

  /// A pipeline of which nothing is known but its name: for those who only show what it made.
  package static func named(_ name: String, file: String, directory: String) -> Pipeline {
    Pipeline(
      name: name, description: "", file: file, directory: directory, source: SourceText(name: file, bytes: []),
      schedule: nil, stages: [], vanishGuard: .standard)
  }

  /// The share of failed items that a stage survives when the file has no `tolerate`.
  package static let defaultTolerate = 0.5
}
