import Foundations

/// How a whole run ended.
package struct RunResult: Sendable {
  package var run: Int
  package var stages: [StageSummary]
  package var exitCode: ExitCode
  package var seconds: Double
  /// The error that ended the run before its time.
  package var error: SluiceError?
}
