import Foundations

/// What `uses:` names: a file of `stages/`.
package struct StageDefinition: Sendable {
  package var name: String
  package var kind: String
  package var summary: String
  package var version: Int
  /// Types of items that it reads; empty for a source, `["any"]` for anything.
  package var inputs: [String]
  /// The type of items that it makes.
  package var output: String
  package var parameters: [ParameterDeclaration]
  /// Prompts by name.
  package var prompts: [String: String]
  /// Where it was read from.
  package var file: String

  package func parameter(_ name: String) -> ParameterDeclaration? {
    parameters.first { $0.name == name }
  }

  /// Whether items of `type` may flow into this stage.
  package func accepts(_ type: String) -> Bool {
    inputs.contains("any") || inputs.contains(type) || type == "any"
  }
}
