import Foundations

/// Shell completions, written from the declarations of the commands.
enum CompletionScript {
  static func text(for shell: String, _ commands: [CommandSpec]) throws(SluiceError) -> String {
    let visible = commands.filter { !$0.isHidden }
    switch shell {
    case "bash": return bash(visible)
    case "zsh": return "#compdef sluice\nautoload -U +X bashcompinit && bashcompinit\n" + bash(visible)
    case "fish": return fish(visible)
    default:
      throw SluiceError(.usage, "there are no completions for '\(shell)'", advice: "There are: bash, zsh, fish.")
    }
  }

  private static func bash(_ commands: [CommandSpec]) -> String {
    var text = """
      _sluice() {
        local current=${COMP_WORDS[COMP_CWORD]} options
        if [ "$COMP_CWORD" -eq 1 ]; then
          COMPREPLY=($(compgen -W "\(commands.map(\.name).joined(separator: " "))" -- "$current"))
          return
        fi
        case ${COMP_WORDS[1]} in

      """
    for command in commands {
      text += "    \(command.name)) options=\"\((command.options + [.help]).map(\.name).joined(separator: " "))\" ;;\n"
    }
    text += """
        esac
        case $current in
          -*) COMPREPLY=($(compgen -W "$options" -- "$current")) ;;
          *) COMPREPLY=($(compgen -W "$(sluice completions --stages 2>/dev/null)" -- "$current") $(compgen -f -- "$current")) ;;
        esac
      }
      complete -o filenames -F _sluice sluice

      """
    return text
  }

  private static func fish(_ commands: [CommandSpec]) -> String {
    var text = "complete -c sluice -f\n"
    for command in commands {
      text += "complete -c sluice -n __fish_use_subcommand -a \(command.name) -d '\(quoted(command.summary))'\n"
      for option in command.options + [.help] {
        text += "complete -c sluice -n '__fish_seen_subcommand_from \(command.name)' -l \(option.name.dropFirst(2))"
        if let short = option.short { text += " -s \(short.dropFirst())" }
        if option.value != nil { text += " -r" }
        text += " -d '\(quoted(option.help))'\n"
      }
    }
    return text + "complete -c sluice -n 'not __fish_use_subcommand' -a '(sluice completions --stages 2>/dev/null)'\n"
  }

  private static func quoted(_ text: String) -> String {
    text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "\\'")
  }
}
