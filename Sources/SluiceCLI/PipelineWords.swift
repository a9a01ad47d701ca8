import Foundations

/// The words of a command that may begin with a pipeline.
struct PipelineWords {
  let pipeline: String?
  let rest: [String]

  /// - Parameter start: words before them, which say what is to be done.
  init(_ arguments: Arguments, behind start: Int = 0) {
    let words = Array(arguments.positional.dropFirst(start))
    if let named = arguments["--pipeline"] {
      pipeline = named
      rest = words
    } else if let first = words.first, Project.names(first) {
      pipeline = first
      rest = Array(words.dropFirst())
    } else {
      pipeline = nil
      rest = words
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
