/// An error that a person reads: what is wrong, and what to do about it.
package struct SluiceError: Error, Sendable, Equatable {
  /// What went wrong; decides the exit code. Targets add their own.
  package struct Code: Hashable, Sendable, CustomStringConvertible {
    /// The word that JSON answers and scripts know it by.
    package let description: String
    package init(_ name: String) { description = name }

    /// The command line or a pipeline file is wrong.
    package static let usage = Code("usage")
    /// The operating system refused: a file, a socket, a process.
    package static let system = Code("system")
    /// Something on disk is not what it should be.
    package static let corrupt = Code("corrupt")
    /// A library or model is not installed.
    package static let missing = Code("missing")
    /// Data that a stage was given cannot be used.
    package static let badInput = Code("bad_input")
    /// A remote service failed.
    package static let service = Code("service")
    /// Another run holds the pipeline.
    package static let busy = Code("busy")
    /// The run was interrupted.
    package static let interrupted = Code("interrupted")
    /// The network was needed, and is forbidden.
    package static let frozen = Code("frozen")
  }

  /// What kind of thing went wrong.
  package var code: Code
  /// What is wrong, and where.
  package var message: String
  /// What to do next; empty when there is nothing to say.
  package var advice: String

  package init(_ code: Code, _ message: String, advice: String = "") {
    self.code = code
    self.message = message
    self.advice = advice
  }
}

extension SluiceError: CustomStringConvertible {
  package var description: String { advice.isEmpty ? message : "\(message)\n  \(advice)" }
}

extension SluiceError {
  /// Any error as one that a person can read.
  package init(wrapping error: any Error) {
    if let error = error as? SluiceError {
      self = error
    } else if let error = error as? Diagnostics {
      self.init(.usage, error.rendered)
    } else {
      self.init(.system, "\(error)")
    }
  }
}
