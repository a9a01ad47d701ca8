/// The words and redirections of one command.
struct ShellCommand {
  var words: [ShellWord] = []
  var redirects: [(operator: String, target: ShellWord)] = []
}
