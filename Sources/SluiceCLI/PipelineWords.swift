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
}
