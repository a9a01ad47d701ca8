import Foundations

/// One stage of a pipeline, `foreach` already expanded.
package struct StageDeclaration: Sendable {
  /// A stage, or a family of them, that this one needs.
  package struct Need: Sendable {
    package var stage: String
    package var position: SourcePosition
  }

  /// Unique in the pipeline; `name@value` of a family.
  package var name: String
  package var position: SourcePosition
  /// What `uses` or `run` names.
  package var definition: StageDefinition
  /// In the order of the file, which some stages heed.
  package var needs: [Need]
  /// Checked, converted, with defaults.
  package var parameters: JSONObject
  /// The share of its items that may fail, 0 to 1; `nil` when the file does not say.
  package var tolerate: Double?
  /// Whether the dataset is written out for people; `nil`: as its kind does.
  package var publish: Bool?

  /// The parameters that belong into the key.
  package var keyParameters: JSONObject {
    var parameters = parameters
    for name in definition.parametersOutsideKey { parameters[name] = nil }
    return parameters
  }
}
