import Foundations

/// Help, written from the declarations of the commands.
enum HelpText {
  static func overview(_ commands: [CommandSpec]) -> String {
    var text = """
      sluice: web pages, PDFs and tables in; a searchable index, topics and insights with evidence out;
      night after night, doing only the work that changed.

      Usage: sluice COMMAND [ARGUMENTS] [OPTIONS]

      Commands:

      """
    for command in commands where !command.isHidden { text += "  \(padded(command.name, 12))\(command.summary)\n" }
    text += """

      `sluice COMMAND --help` explains a command.

      Exit codes: 0 all well, 1 a stage failed, 2 usage or pipeline file, 3 finished with quarantined items,
      4 golden mismatch, 5 already running, 6 budget reached, 7 guard, 8 gate, 130 interrupted;
      searches: 8 no vectors, 9 the index cannot be read, 10 the model cannot be reached.

      """
    return text
  }

  static func command(_ command: CommandSpec) -> String {
    var text = "\(command.summary)\n\nUsage: sluice \(command.name)"
    if !command.usage.isEmpty { text += " \(command.usage)" }
    text += " [OPTIONS]\n"
    if !command.discussion.isEmpty { text += "\n\(command.discussion)\n" }
    text += "\nOptions:\n"
    for option in command.options + [.help] {
      var name = option.short.map { "\($0), " } ?? "    "
      name += option.name
      if let value = option.value { name += " \(value)" }
      text += "  \(padded(name, 30))\(option.help)\n"
    }
    return text
  }

  static func padded(_ text: String, _ width: Int) -> String {
    text.count >= width ? text + " " : text + String(repeating: " ", count: width - text.count)
  }
}
