import Foundations
import StageKit

/// A gate that is any program: exit 0 holds.
enum CommandGate {
  /// No check of what is to be published takes longer, in seconds.
  private static let timeout = 3600.0

  /// - Parameters:
  ///   - line: may have `{input}`, which reaches the program as a variable, as in stages.
  ///   - input: the one published file, or the folder of several.
  /// - Throws: `ItemFailure` when the program does not end with 0.
  static func run(line: String, input: String, directory: String, scratch: String, isStopping: () -> Bool) throws {
    let template = CommandLineTemplate.of(line)
    let runner = CommandRunner(
      variables: [], directory: directory, timeout: timeout, startTimeout: nil, isRetried: false)
    let script = try template.script(["input"], inputs: 0)
    let invocation = CommandInvocation(
      script: script, variables: [CommandLineTemplate.variable("input"): input])
    try runner.run(invocation, input: nil, output: nil, scratch: scratch, isStopping: isStopping)
  }
}
