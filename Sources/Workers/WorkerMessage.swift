import Foundations

/// What a run and its worker tell each other, whatever the task is.
enum WorkerMessage: Codable, Sendable {
  /// From the run: do this; the answer may have so many bytes.
  case order(task: String, most: Int)
  /// From the worker, in the midst of an order: it needs something that it may not do itself.
  case wish
  /// The answer to either.
  case ok
  /// These bytes cannot be read.
  case problem(kind: String, message: String)
  /// Nothing can be.
  case error(code: String, message: String, advice: String)

  init(_ error: SluiceError) {
    self = .error(code: error.code.description, message: error.message, advice: error.advice)
  }
}
