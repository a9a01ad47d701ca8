import Foundations
import Store

/// How a whole run ended.
package struct RunResult: Sendable {
  package var run: Int
  package var stages: [StageSummary]
  package var exitCode: ExitCode
  package var seconds: Double
  /// The error that ended the run before its time.
  package var error: SluiceError?
  /// Stages that hang together with one that did not succeed: what is published of them is what was before.
  package var unpublished: [String] = []
}
