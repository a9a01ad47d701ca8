import Foundations

/// What a command's words mean, by the program that stands first.
extension ShellReader {
  mutating func run(_ words: ArraySlice<ShellWord>) {
    guard let first = words.first else { return }
    let arguments = words.dropFirst()
    guard let programs = expanded(first) else {
      gap(.program, "the program that \(shown(first)) names")
      for word in arguments { argument(word) }
      return
    }
    if first.has("id") || programs.contains(where: { $0.contains("{id}") }) {
      found.refusals.append("{id} would be run as a program")
    }
    for program in programs { run(program, arguments) }
  }

  private func shown(_ word: ShellWord) -> String {
    word.parts.map { part in
      switch part {
      case .text(let text, _): text
      case .placeholder(let name): "{\(name)}"
      case .variable(let name): "$\(name)"
      case .computed(let what): what
      }
    }.joined()
  }

  private mutating func run(_ program: String, _ arguments: ArraySlice<ShellWord>) {
    noteInput(program, arguments)
    if functions.contains(program) {
      for word in arguments { argument(word) }
      return
    }
    let name = Path.name(program)
    checkData(name, arguments)
    if !ShellWords.builtins.contains(program) {
      let open = arguments.prefix { $0.literal != "--" }
      if open.contains(where: { $0.beginsWith(isTainted) }) { found.idMayBeOption = true }
    }
    if program.utf8.contains(UInt8(ascii: "/")) {
      add(ShellReading.Name(text: program, isPattern: false, isWhole: true, folders: folders))
    } else if !ShellWords.builtins.contains(program), !program.isEmpty, !program.contains("{") {
      found.add(program: program)
    }
    switch name {
    case "cd": return changeFolder(arguments)
    case ".", "source":
      if let script = arguments.first, expanded(script) == nil {
        gap(.program, "the script that \(shown(script)) names")
      }
    case "eval":
      gap(.program, "what `eval` makes of its words")
      refuseData(in: arguments, "code for `eval`")
      code(arguments.compactMap(\.literal).joined(separator: " "))
    case "trap":
      refuseData(in: arguments.prefix(1), "code for `trap`")
      if let text = arguments.first?.literal { code(text) }
    case "export", "readonly", "local":
      for word in arguments {
        guard let (name, value) = word.assignment else { continue }
        argument(value)
        assign(name, value)
        variables[name] = expanded(value)
      }
    case "alias": gap(.program, "an alias")
    case "find": return find(arguments)
    case _ where ShellWords.shells.contains(name): return shell(arguments)
    default: break
    }
    if name == "command", ["-v", "-V"].contains(arguments.first?.keyword) { return }
    if let wrapper = ShellWords.wrappers[name] { return wrapped(name, wrapper, arguments) }
    if ShellWords.silent.contains(program) { return }
    if name == "tee" {
      if !arguments.contains(where: { $0.keyword == "-a" }) { for word in arguments { write(word) } }
      return
    }
    interpret(name, arguments)
    let target = ShellWords.copying.contains(name) && arguments.count > 1 ? arguments.last : nil
    for word in target == nil ? arguments : arguments.dropLast() { argument(word) }
    if let target { write(target) }
  }

  /// What the line does with `{input}`: looks into it as a folder, or reads it as a file.
  private mutating func noteInput(_ program: String, _ arguments: ArraySlice<ShellWord>) {
    guard arguments.contains(where: { $0.isJust("input") }) else { return }
    let name = Path.name(program)
    let isRecursive = arguments.contains { $0.keyword.map { ShellWords.goesThroughFolders(name, $0) } ?? false }
    if ShellWords.forFolders.contains(name) || isRecursive {
      found.usesFolder = true
    } else if name == "test" || name == "[" {
      if arguments.contains(where: { $0.keyword == "-d" }) { found.usesFolder = true }
    } else if ShellWords.forFiles.contains(name) {
      found.usesFile = true
    }
  }

  private mutating func changeFolder(_ arguments: ArraySlice<ShellWord>) {
    let words = arguments.filter { $0.keyword != "-P" && $0.keyword != "-L" && $0.keyword != "--" }
    guard let word = words.first, words.count == 1, let targets = expanded(word), word.literal != "-" else {
      gap(.file, "the folder that `cd` goes to")
      folders = []
      return
    }
    if targets.contains(where: { $0.contains("{") }) {
      // Into what the stage is given, which is part of the key anyway.
      folders = []
      return
    }
    folders = folders.flatMap { folder in targets.map { Path.join(folder, $0) } }
  }

  /// Reads code for sh that stands in the line.
  private mutating func code(_ text: String) {
    var reader = ShellReader(text, depth: depth + 1)
    reader.hasID = hasID
    reader.tainted = tainted
    reader.variables = variables
    reader.functions = functions
    reader.folders = folders
    reader.written = written
    reader.readAll()
    found.add(reader.found)
  }

  private mutating func shell(_ arguments: ArraySlice<ShellWord>) {
    var rest = arguments
    var hasCode = false
    while let option = rest.first?.keyword, option.hasPrefix("-") || option.hasPrefix("+"), option != "--" {
      rest.removeFirst()
      if option == "-o" { _ = rest.popFirst() }
      if !option.hasPrefix("--"), option.utf8.contains(UInt8(ascii: "s")) { readScript() }
      guard !option.hasPrefix("--"), option.utf8.contains(UInt8(ascii: "c")) else { continue }
      hasCode = true
      guard let word = rest.popFirst() else {
        readScript()
        return
      }
      // A shell in a shell: what the outer one puts in is code for the inner one.
      if depth > 0 { refuseData(in: [word], "code for a shell in a shell") }
      if let range = word.singleQuoted {
        inner(range)
      } else if let text = word.literal {
        if !inDoubleQuotes(word, text) {
          refuseData(
            in: [word],
            "code for sh: put the code between single quotes, or write {id} as a word of its own behind it")
        }
        code(text)
      } else {
        refuseData(in: [word], "code for sh")
        gap(.program, "the code that `sh -c` is given")
        argument(word)
      }
      break
    }
    if !hasCode {
      let script = rest.first { $0.keyword != "--" }
      if let script { refuseData(in: [script], "the name of a script") } else { readScript() }
      if script?.keyword == "-" || script?.literal == "/dev/stdin" { readScript() }
    }
    for word in rest { argument(word) }
  }

  /// Code between single quotes: the inner shell has the variables, too.
  private mutating func inner(_ range: Range<Int>) {
    let text = String(decoding: Array(self.text.utf8)[range], as: UTF8.self)
    code(text)
    var lexer = ShellLexer(text)
    _ = lexer.tokens()
    found.placeholders.removeAll { range.contains($0.range.lowerBound) }
    for placeholder in lexer.placeholders {
      var moved = placeholder
      moved.range =
        (placeholder.range.lowerBound + range.lowerBound)..<(placeholder.range.upperBound + range.lowerBound)
      found.placeholders.append(moved)
    }
    found.placeholders.sort { $0.range.lowerBound < $1.range.lowerBound }
  }

  /// Code between double quotes, in which the outer sh has nothing to put in but placeholders: those are left to the inner
  /// one. False: they cannot be.
  private mutating func inDoubleQuotes(_ word: ShellWord, _ text: String) -> Bool {
    // Backticks take a backslash off once more.
    if self.text.utf8.contains(UInt8(ascii: "`")) { return false }
    var lexer = ShellLexer(text)
    _ = lexer.tokens()
    let places = found.placeholders.indices.filter { word.range.contains(found.placeholders[$0].range.lowerBound) }
    guard lexer.placeholders.map(\.name) == places.map({ found.placeholders[$0].name }) else { return false }
    var contexts: [ShellPlaceholder.Context] = []
    for (place, inner) in zip(places, lexer.placeholders) {
      guard case .doubleQuoted = found.placeholders[place].context else { return false }
      switch inner.context {
      case .plain: contexts.append(.plainCode)
      case .doubleQuoted: contexts.append(.doubleQuotedCode)
      case .singleQuoted: contexts.append(.singleQuotedCode)
      default: return false
      }
    }
    for (place, context) in zip(places, contexts) { found.placeholders[place].context = context }
    return true
  }

  private mutating func find(_ arguments: ArraySlice<ShellWord>) {
    var rest = arguments
    while let word = rest.popFirst() {
      guard let option = word.keyword, ["-exec", "-execdir", "-ok", "-okdir"].contains(option) else {
        argument(word)
        continue
      }
      let end = rest.firstIndex { $0.literal == ";" || $0.keyword == "+" } ?? rest.endIndex
      run(rest[..<end])
      rest = end < rest.endIndex ? rest[(end + 1)...] : []
    }
  }

  private mutating func wrapped(
    _ name: String, _ wrapper: (valued: Set<String>, own: Int), _ arguments: ArraySlice<ShellWord>
  ) {
    var rest = arguments
    var own = wrapper.own
    var replaced: String?
    let outside = folders
    defer { if name == "env" { folders = outside } }
    while let word = rest.first {
      if let option = word.keyword, option.hasPrefix("-"), option != "-" {
        rest.removeFirst()
        refuseWrapped([word], name)
        if name == "env", option == "-S" || option == "--split-string" {
          gap(.program, "the line that `env -S` is given")
        }
        if wrapper.valued.contains(option), let value = rest.popFirst() {
          argument(value)
          refuseWrapped([value], name)
          if option == "-I" { replaced = value.literal }
          if name == "env", option == "-C" || option == "--chdir" { changeFolder([value]) }
        } else {
          argument(word)
        }
      } else if name == "env", let (variable, value) = word.assignment {
        rest.removeFirst()
        if variable == "PATH" { gap(.program, "PATH is set in the line") }
        assign(variable, value)
        argument(value)
      } else if own > 0 {
        own -= 1
        rest.removeFirst()
        refuseWrapped([word], name)
        argument(word)
      } else {
        break
      }
    }
    if name == "xargs" {
      gap(.file, "the names that `xargs` reads")
      if let option = arguments.first(where: { ShellWords.replaces($0.literal) }) {
        let text = replaced ?? option.literal.map { String($0.dropFirst(2)) }
        replace(text, in: rest)
      }
    }
    if name == "flock", rest.first?.keyword == "-c", let text = rest.dropFirst().first {
      refuseData(in: [text], "code for sh")
      if let text = text.literal { code(text) }
      return
    }
    run(rest)
  }

  private mutating func refuseWrapped(_ words: [ShellWord], _ name: String) {
    refuseID(in: words, "an option or a word of `\(name)`, which runs programs")
  }

  /// `xargs -I`: what it reads is put into the words of a program, and is code where they are.
  private mutating func replace(_ text: String?, in words: ArraySlice<ShellWord>) {
    guard hasID, let program = words.first?.literal.map(Path.name) else { return }
    let isCode =
      ShellWords.shells.contains(program) || ShellWords.isInterpreter(program) || ShellWords.takesCode.contains(program)
    if isCode || program == text || ShellWords.wrappers[program] != nil {
      refuse("what `xargs` puts into code for \(program)")
    }
  }

  /// Code in the words of an interpreter, and modules that it looks for.
  private mutating func interpret(_ name: String, _ arguments: ArraySlice<ShellWord>) {
    let options = ShellWords.codeOptions(name)
    for (index, word) in arguments.enumerated() {
      guard let option = word.keyword else { continue }
      let next = arguments.dropFirst(index + 1).first
      if options.contains(option), next != nil {
        gap(.file, "the files that the code for \(name) opens")
      }
      if option == "-m", name.hasPrefix("python") || name.hasPrefix("pypy"), let module = next?.literal {
        let path = module.split(separator: ".").joined(separator: "/")
        for file in ["\(path).py", "\(path)/__main__.py", "\(path)/__init__.py"] {
          add(ShellReading.Name(text: file, isPattern: false, isWhole: true, folders: folders))
        }
      }
    }
  }
}
