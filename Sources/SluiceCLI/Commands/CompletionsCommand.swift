import Foundations
import Manifest

/// `sluice completions`
enum CompletionsCommand {
  static let spec = CommandSpec(
    "completions", "Print shell completions for bash, zsh or fish.", usage: "SHELL",
    discussion: "For bash: sluice completions bash > ~/.local/share/bash-completion/completions/sluice",
    options: [OptionSpec("--stages", "Print the stages and pipelines that can be named here.")], run: run)

  private static func run(_ arguments: Arguments) throws -> Int32 {
    if arguments.has("--stages") {
      let files = Project.pipelines()
      var words = files
      for file in files {
        // A file with mistakes offers no stages: completing is not the moment to complain.
        let library = StageLibrary(directory: "stages")
        let pipeline = try? PipelineReader(library: library, hasEnvironment: { _ in true }).read(file: file)
        words.append(contentsOf: pipeline?.stages.map(\.name) ?? [])
      }
      Output.line(words.joined(separator: "\n"))
      return 0
    }
    let shell = arguments.positional.first ?? Path.name(Environment["SHELL"] ?? "bash")
    Output.write(try CompletionScript.text(for: shell, CommandLineTool.commands), to: 1)
    return 0
  }
}
