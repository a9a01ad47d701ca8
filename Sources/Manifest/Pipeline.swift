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

/// How much of a dataset a run may lose without being told to.
package struct VanishGuard: Sendable, Equatable {
  /// The largest share, 0 to 1.
  package var maxVanish: Double
  /// Fewer items than this may always leave.
  package var minimum: Int

  /// When the file has no `guard`: half of a dataset that is not tiny.
  package static let standard = VanishGuard(maxVanish: 0.5, minimum: 20)
}

/// One stage of a pipeline, `foreach` already expanded.
package struct StageDeclaration: Sendable {
  package struct Need: Sendable {
    package var stage: String
    package var position: SourcePosition
  }

  package var name: String
  package var position: SourcePosition
  package var definition: StageDefinition
  package var needs: [Need]
  /// Checked, converted, with defaults.
  package var parameters: JSONObject
  /// The share of its items that may fail, 0 to 1.
  package var tolerate: Double
  /// Whether the dataset is written out for people; `nil`: as its kind does.
  package var publish: Bool?

  /// The parameters that belong into the key.
  package var keyParameters: JSONObject {
    var parameters = parameters
    for name in definition.parametersOutsideKey { parameters[name] = nil }
    return parameters
  }
}
