/// What is known of programs by their names.
enum ShellWords {
  /// Words that may stand before a command and are none.
  static let keywords: Set<String> = [
    "if", "then", "elif", "else", "fi", "do", "done", "while", "until", "{", "}", "!",
  ]

  /// Built into sh: no file of that name is run.
  static let builtins: Set<String> = [
    ":", ".", "[", "alias", "bg", "break", "cd", "command", "continue", "echo", "eval", "exec", "exit", "export",
    "false",
    "fg", "getopts", "hash", "jobs", "kill", "local", "printf", "pwd", "read", "readonly", "return", "set", "shift",
    "source",
    "test", "times", "trap", "true", "type", "ulimit", "umask", "unalias", "unset", "wait",
  ]

  /// Words that other shells keep for themselves.
  private static let foreign: Set<String> = [
    "[[", "]]", "bind", "builtin", "caller", "case", "compgen", "complete", "compopt", "coproc", "declare", "dirs",
    "disown", "enable", "esac", "fc", "for", "function", "help", "history", "in", "let", "logout", "mapfile", "popd",
    "print", "pushd", "readarray", "select", "shopt", "suspend", "time", "typeset", "whence",
  ]

  /// Whether a shell takes the word for its own and runs no program of that name.
  static func belongToShell(_ word: String) -> Bool {
    keywords.contains(word) || builtins.contains(word) || foreign.contains(word)
  }

  /// Builtins and programs whose words name no files that are read.
  static let silent: Set<String> = [
    ":", "echo", "printf", "true", "false", "exit", "return", "break", "continue", "shift", "set", "unset", "read",
    "wait",
    "kill", "umask", "ulimit", "export", "readonly", "local", "trap", "getopts", "pwd", "times", "type", "hash", "jobs",
    "mkdir", "rmdir", "rm", "touch", "sleep", "chmod", "mktemp",
  ]

  /// Programs that write the last file that they are given.
  static let copying: Set<String> = ["cp", "mv", "ln", "install"]

  static let shells: Set<String> = ["sh", "bash", "dash", "zsh", "ksh", "ash"]

  /// Whether an option of `xargs` names a text that is replaced.
  static func replaces(_ option: String?) -> Bool {
    option.map { $0.hasPrefix("-I") || $0.hasPrefix("-i") || $0.hasPrefix("--replace") } ?? false
  }

  /// Programs that run the program that they are given: their options that take a value, and how many words of
  /// their own stand before it.
  static let wrappers: [String: (valued: Set<String>, own: Int)] = [
    "nice": (["-n", "--adjustment"], 0), "nohup": ([], 0), "time": (["-f", "-o"], 0),
    "timeout": (["-s", "-k", "--signal", "--kill-after"], 1), "setsid": ([], 0), "stdbuf": (["-i", "-o", "-e"], 0),
    "ionice": (["-c", "-n"], 0), "chrt": ([], 1), "taskset": ([], 1), "sudo": (["-u", "-g"], 0), "flock": (["-w"], 1),
    "exec": (["-a"], 0), "command": ([], 0), "builtin": ([], 0), "busybox": ([], 0),
    "env": (["-u", "--unset", "-C", "--chdir"], 0),
    "xargs": (
      ["-I", "-n", "-P", "-L", "-d", "-a", "-E", "-s", "--max-args", "--max-procs", "--delimiter", "--arg-file"], 0
    ),
    "chroot": ([], 1), "strace": (["-e", "-o"], 0), "unshare": ([], 0), "doas": (["-u"], 0), "chpst": ([], 0),
  ]

  /// The options after which an interpreter's code stands.
  static func codeOptions(_ program: String) -> Set<String> {
    if program.hasPrefix("python") || program.hasPrefix("pypy") { return ["-c"] }
    return switch program {
    case "perl", "ruby", "lua", "Rscript": ["-e", "-E"]
    case "node", "nodejs": ["-e", "--eval", "-p", "--print"]
    case "php": ["-r"]
    default: []
    }
  }

  static func isInterpreter(_ program: String) -> Bool {
    scripted.contains(program)
      || ["python", "pypy", "perl", "ruby", "lua", "node", "php", "Rscript"].contains { program.hasPrefix($0) }
  }

  /// The letters of options, alone or at the end of several, behind which code stands, and of those that have another
  /// value.
  static func letters(_ program: String) -> (code: String, value: String) {
    if program.hasPrefix("python") || program.hasPrefix("pypy") { return ("cm", "WX") }
    if program.hasPrefix("perl") || program.hasPrefix("ruby") { return ("eE", "IMmr") }
    if program.hasPrefix("node") { return ("ep", "r") }
    if program.hasPrefix("php") { return ("rBRE", "dc") }
    if program.hasPrefix("lua") { return ("e", "l") }
    if program == "sed" { return ("ef", "") }
    return scripted.contains(program) ? ("fe", "vF") : ("e", "")
  }

  static let longCodeOptions: Set<String> = ["--eval", "--print", "--expression", "--file", "--source", "--run"]

  /// Programs that run code which they are given in a word or an option, each in its own way.
  static let takesCode: Set<String> = [
    "su", "runuser", "script", "make", "gmake", "ninja", "just", "rake", "ssh", "watch", "parallel", "expect", "gdb",
    "vim", "vi", "ex", "ed", "emacs", "m4", "bc", "dc", "sqlite3", "psql", "mysql", "mariadb", "tclsh", "at", "batch",
    "crontab", "entr", "docker", "podman", "screen", "tmux", "julia", "octave", "gnuplot", "deno", "bun", "let",
  ]

  /// Programs that run what a file says which the line does not name.
  static let hiding: Set<String> = ["make", "gmake", "ninja", "just", "rake", "ssh", "docker", "podman"]

  /// Builtins that are given names of variables, in which sh evaluates indexes.
  static let naming: Set<String> = [
    "unset", "read", "typeset", "declare", "export", "readonly", "local", "alias", "getopts",
  ]

  /// Programs of which it is known, and read, what they run.
  static func isKnownToRun(_ program: String) -> Bool {
    shells.contains(program) || builtins.contains(program) || wrappers[program] != nil || program == "find"
  }

  /// Variables whose value is code, or names it.
  static func isCodeVariable(_ name: String) -> Bool {
    ["PATH", "ENV", "BASH_ENV", "IFS", "PS4", "SHELL", "EDITOR", "PAGER", "NODE_OPTIONS", "RUBYOPT"].contains(name)
      || ["LD_", "PYTHON", "PERL", "GIT_"].contains { name.hasPrefix($0) }
  }

  /// Programs whose first word is code that can run programs.
  static let scripted: Set<String> = ["awk", "gawk", "mawk", "nawk", "sed"]

  /// Programs that are given folders.
  static let forFolders: Set<String> = [
    "ls", "find", "tree", "du", "tar", "cd", "rsync", "pushd", "zip", "chmod", "chown",
  ]

  /// Programs that are given files, unless an option says that they go through folders.
  static let forFiles: Set<String> = [
    "cat", "head", "tail", "wc", "sort", "uniq", "cut", "paste", "jq", "grep", "egrep", "fgrep", "sed", "awk", "gawk",
    "mawk",
    "md5sum", "sha1sum", "sha256sum", "sha512sum", "cksum", "cp", "mv", "ln", "diff", "cmp", "comm", "join", "tr",
    "tac", "rev",
    "nl", "od", "xxd", "hexdump", "strings", "base64", "iconv", "gzip", "zcat", "gunzip", "xz", "zstd", "bzip2",
    "pdftotext",
    "pandoc", "xmllint", "tee", "fold", "fmt", "expand", "split", "csplit", "shuf", "column", "file", "stat",
  ]

  /// The options with which a program of `forFiles` goes through folders.
  static func goesThroughFolders(_ program: String, _ option: String) -> Bool {
    guard option.hasPrefix("-") else { return false }
    if option.hasPrefix("--") { return ["--recursive", "--archive", "--dereference-recursive"].contains(option) }
    return switch program {
    case "cp": option.utf8.contains { "rRa".utf8.contains($0) }
    case "grep", "egrep", "fgrep", "diff": option.utf8.contains { "rR".utf8.contains($0) }
    default: false
    }
  }
}
