import Foundations

/// The words of a command that may begin with a pipeline.
struct PipelineWords {
  let pipeline: String?
  let rest: [String]

  init(_ arguments: Arguments) {
    if let named = arguments["--pipeline"] {
      pipeline = named
      rest = arguments.positional
    } else if let first = arguments.positional.first, Project.names(first) {
      pipeline = first
      rest = Array(arguments.positional.dropFirst())
    } else {
      pipeline = nil
      rest = arguments.positional
    }
  }

  /// For commands that take a pipeline and nothing else.
  /// - Throws: `SluiceError.usage` for a word too many.
  static func alone(_ arguments: Arguments, of command: String, advice: String? = nil) throws -> String? {
    let words = PipelineWords(arguments)
    if let word = words.rest.first {
      throw SluiceError(
        .usage, "'\(word)' is no pipeline of this project, and 'sluice \(command)' takes nothing else",
        advice: advice ?? "See: sluice \(command) --help")
    }
    return words.pipeline
  }
}
