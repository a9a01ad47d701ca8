import Foundations

/// `--set chunk.max_tokens=600` or `--set params.max_tokens=600`.
package struct ParameterOverride: Sendable {
  /// A stage's name (with or without its `foreach` value), or `params`.
  package let stage: String
  package let parameter: String
  package let value: String

  /// Reads `stage.parameter=value`.
  package init(parsing text: String) throws(SluiceError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let target = parts.first.map { $0.split(separator: ".", maxSplits: 1) } ?? []
    guard parts.count == 2, target.count == 2 else {
      throw SluiceError(
        .usage, "--set \(text): expected STAGE.PARAMETER=VALUE",
        advice: "For example: --set chunk.max_tokens=600")
    }
    stage = String(target[0])
    parameter = String(target[1])
    value = String(parts[1])
  }

  /// The text that messages point into.
  var source: SourceText {
    SourceText(name: "--set", bytes: Array("\(stage).\(parameter)=\(value)".utf8))
  }

  var valueColumn: Int { stage.count + parameter.count + 3 }
}
