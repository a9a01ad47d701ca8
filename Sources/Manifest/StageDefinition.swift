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
  package var parameters: [ParameterDeclaration] {
    didSet { parametersOutsideKey = Self.outsideKey(parameters) }
  }
  /// The names of parameters that do not affect the output.
  package private(set) var parametersOutsideKey: [String]
  /// Prompts by name.
  package var prompts: [String: String]
  /// Where it was read from.
  package var file: String

  init(
    name: String, kind: String, summary: String, version: Int, inputs: [String], output: String,
    parameters: [ParameterDeclaration], prompts: [String: String], file: String
  ) {
    self.name = name
    self.kind = kind
    self.summary = summary
    self.version = version
    self.inputs = inputs
    self.output = output
    self.parameters = parameters
    self.prompts = prompts
    self.file = file
    parametersOutsideKey = Self.outsideKey(parameters)
  }

  private static func outsideKey(_ parameters: [ParameterDeclaration]) -> [String] {
    parameters.filter { !$0.affectsOutput }.map(\.name)
  }

  package func parameter(_ name: String) -> ParameterDeclaration? {
    parameters.first { $0.name == name }
  }

  /// Whether items of `type` may flow into this stage.
  package func accepts(_ type: String) -> Bool {
    inputs.contains("any") || inputs.contains(type) || type == "any"
  }
}
