import Foundations
import Store

/// How a whole run ended.
package struct RunResult: Sendable {
  package var run: Int
  /// In the order of the file.
  package var stages: [StageSummary]
  /// What the program ends with.
  package var exitCode: ExitCode
  /// How long it took.
  package var seconds: Double
  /// The error that ended the run before its time.
  package var error: SluiceError?
  /// What readers see since.
  package var publication = Publication()
}
