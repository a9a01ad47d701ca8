import Foundations

/// `--set chunk.max_tokens=600` or `--set params.max_tokens=600`.
package struct ParameterOverride: Sendable {
  /// A stage's name (with or without its `foreach` value), or `params`.
  package let stage: String
  /// Its name, or `params.NAME`.
  package let parameter: String
  /// As it stands on the command line.
  package let value: String

  /// Reads `stage.parameter=value`.
  package init(parsing text: String) throws(SluiceError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    // The last dot: the value of a `foreach` may have dots, a parameter has none.
    let dot = parts[0].lastIndex(of: ".")
    let target = dot.map { [parts[0][..<$0], parts[0][parts[0].index(after: $0)...]] } ?? []
    guard parts.count == 2, target.count == 2, target.allSatisfy({ !$0.isEmpty }) else {
      throw SluiceError(
        .usage, "--set \(text): expected STAGE.PARAMETER=VALUE",
        advice: "For example: --set chunk.max_tokens=600")
    }
    stage = InstanceName.canonical(String(target[0]))
    parameter = String(target[1])
    value = String(parts[1])
  }

  /// The text that messages point into.
  var source: SourceText {
    SourceText(name: "--set", bytes: Array("\(stage).\(parameter)=\(value)".utf8))
  }

  var valueColumn: Int { stage.count + parameter.count + 3 }
}
