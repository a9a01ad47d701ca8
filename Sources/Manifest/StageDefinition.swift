import Foundations

/// What `uses:` names: a file of `stages/`.
///
/// A class, since the ten thousand stages that a `foreach` makes share one.
package final class StageDefinition: Sendable {
  package let name: String
  /// Names the code that carries it out.
  package let kind: String
  /// One line for people.
  package let summary: String
  /// Part of the key: raised when the same parameters mean something else.
  package let version: Int
  /// Types of items that it reads; empty for a source, `["any"]` for anything.
  package let inputs: [String]
  /// The type of items that it makes.
  package let output: String
  /// In the order of the file.
  package let parameters: [ParameterDeclaration]
  /// The names of parameters that do not affect the output.
  package let parametersOutsideKey: [String]
  /// Prompts by name.
  package let prompts: [String: String]
  /// Where it was read from.
  package let file: String

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

  /// The parameter of that name.
  package func parameter(_ name: String) -> ParameterDeclaration? {
    parameters.first { $0.name == name }
  }

  /// Whether items of `type` may flow into this stage.
  package func accepts(_ type: String) -> Bool {
    inputs.contains("any") || inputs.contains(type) || type == "any"
  }
}
