import Foundations

/// Reads a line for sh as far as it can be read without running it: which programs stand where a command begins, which
/// words may name files, and from which folder. It errs on the side of more; what it cannot see, it says.
struct ShellReader {
  var found = ShellReading()
  private var named: Set<ShellReading.Name> = []
  /// Values that variables may have; `nil`: they are not known.
  var variables = Self.known
  private static let known = ["HOME": [Environment["HOME"] ?? "/"], "PWD": ["."]]
  var functions: Set<String> = []
  /// What the line has written before it can be read: it is no input. Names seen from the project.
  var written: Set<String> = []
  /// Where the line may stand, seen from the project; empty: that cannot be told, or it is outside.
  var folders = [""]
  /// Whether the line has an id somewhere.
  var hasID: Bool
  /// Variables that may hold an id.
  var tainted: Set<String> = []
  let text: String
  let depth: Int

  static func read(_ text: String) -> ShellReading {
    var reader = ShellReader(text, depth: 0)
    reader.readAll()
    let found = reader.found
    if found.readsScript, found.hasPipe {
      reader.gap(.program, "the code that a shell or an interpreter reads from a pipe")
    }
    if found.readsCode, found.hasPipe && reader.hasID || found.hasTaintedDocument {
      reader.refuse("what a shell or an interpreter may read as its code")
    }
    return reader.found
  }

  init(_ text: String, depth: Int) {
    self.text = text
    self.depth = depth
    hasID = text.contains("{id}")
  }

  mutating func readAll() {
    guard depth < 8 else { return gap(.program, "code in code in code") }
    var lexer = ShellLexer(text)
    let tokens = lexer.tokens()
    found.placeholders = lexer.placeholders
    if lexer.isTooDeep { gap(.program, "code in code in code") }
    if lexer.hasDocuments { gap(.file, "what the text of a here-document names") }
    for placeholder in lexer.placeholders where placeholder.name == "input" {
      let rest = Array(text.utf8)[placeholder.range.upperBound...]
      if rest.first == UInt8(ascii: "/") { found.usesFolder = true }
    }
    var walk = ShellWalk(tokens, self)
    walk.run(&self)
    for commands in lexer.inner {
      folders = [""]
      var walk = ShellWalk(commands, self)
      walk.run(&self)
    }
    checkDocuments(lexer.documentTexts)
    // Where a value is put into code for an inner shell, it must not become a part of it.
    if lexer.inner.isEmpty, !lexer.isTooDeep, !lexer.isUnfinished, found.placeholders == lexer.placeholders {
      found.plainWords = Self.plainWords(tokens)
    }
    if ([tokens] + lexer.inner).contains(where: { $0.contains { if case .control("|") = $0 { true } else { false } } })
    {
      found.hasPipe = true
    }
  }

  private static func plainWords(_ tokens: [ShellToken]) -> [ShellWord]? {
    var words: [ShellWord] = []
    for token in tokens {
      guard case .word(let word) = token, word.isPlain else { return nil }
      words.append(word)
    }
    guard let program = words.first?.keyword, words[0].assignment == nil, !ShellWords.belongToShell(program) else {
      return nil
    }
    return words
  }

  mutating func gap(_ kind: ShellReading.Gap.Kind, _ text: String) {
    found.add(ShellReading.Gap(kind: kind, text: text))
  }

  /// `for NAME in WORD…`: returns the last token that belongs to it.
  mutating func loop(_ name: String, _ tokens: [ShellToken], after start: Int) -> Int {
    var index = start + 1
    guard index < tokens.count, case .word(let keyword) = tokens[index], keyword.keyword == "in" else {
      variables[name] = nil
      return start
    }
    var values: [String]? = []
    index += 1
    while index < tokens.count, case .word(let word) = tokens[index] {
      argument(word)
      if isTainted(word) { tainted.insert(name) }
      if let texts = expanded(word) { values?.append(contentsOf: texts) } else { values = nil }
      index += 1
    }
    variables[name] = values
    return index - 1
  }

  /// A command is whole: what it reads, runs and writes.
  mutating func finish(_ command: ShellCommand) {
    for (name, target) in command.redirects where name == "<" || name == "<>" {
      if target.isJust("input") { found.usesFile = true }
      argument(target)
    }
    defer { for (name, target) in command.redirects where name == ">" || name == ">|" { write(target) } }
    var words = command.words[...]
    while let first = words.first, let (name, value) = first.assignment {
      words.removeFirst()
      argument(value)
      assign(name, value)
      if name == "PATH" { gap(.program, "PATH is set in the line") }
      if words.isEmpty || !command.words.contains(where: { $0.assignment == nil }) { variables[name] = expanded(value) }
    }
    if !words.isEmpty { run(words) }
  }

  /// All that a word may become; `nil` when that cannot be told.
  func expanded(_ word: ShellWord) -> [String]? {
    // Most words say just what they say.
    if word.parts.count == 1, case .text(let text, _) = word.parts[0], text.utf8.first != UInt8(ascii: "~") {
      return [text]
    }
    var results = [""]
    for part in word.parts {
      var texts: [String]
      switch part {
      case .text(let text, let isQuoted):
        texts = [text]
        if !isQuoted, results == [""], text == "~" || text.hasPrefix("~/"), let home = variables["HOME"]?.first {
          texts = [home + text.dropFirst()]
        }
      case .placeholder(let name): texts = ["{\(name)}"]
      case .variable(let name):
        // Numbers of processes, of words, of the last exit code.
        if ["?", "$", "!", "#", "-"].contains(name) {
          texts = ["0"]
        } else if let known = variables[name] {
          texts = known
        } else {
          return nil
        }
      case .computed: return nil
      }
      results = results.flatMap { result in texts.map { result + $0 } }
      if results.count > 64 || results.contains(where: { $0.utf8.count > 4096 }) { return nil }
    }
    return results
  }

  /// A word that may name a file.
  mutating func argument(_ word: ShellWord) {
    if let texts = expanded(word) {
      for text in texts { name(text, isPattern: word.isPattern || isLoopPattern(word)) }
      return
    }
    for part in word.parts {
      switch part {
      case .text(let text, _): pieces(of: text)
      case .variable(let name) where variables[name] == nil && !["?", "$", "!", "#", "-"].contains(name):
        gap(.file, "the value of $\(name)")
      case .computed(let what): gap(.file, "what \(what) gives")
      case .variable, .placeholder: break
      }
    }
  }

  private func isLoopPattern(_ word: ShellWord) -> Bool {
    word.parts.contains { if case .variable = $0 { true } else { false } }
  }

  private mutating func name(_ text: String, isPattern: Bool) {
    if !text.isEmpty, text.utf8.count <= 4096, !hasPlaceholder(text) {
      add(ShellReading.Name(text: text, isPattern: isPattern, isWhole: true, folders: folders))
    }
    pieces(of: text)
  }

  private func hasPlaceholder(_ text: String) -> Bool {
    text.utf8.contains(UInt8(ascii: "{")) && ShellPlaceholder.names.contains { text.contains("{\($0)}") }
  }

  mutating func add(_ name: ShellReading.Name) {
    var name = name
    if !written.isEmpty { name.folders.removeAll { written.contains(Path.join($0, name.text)) } }
    if !name.folders.isEmpty, named.insert(name).inserted { found.names.append(name) }
  }

  /// A file that the line makes anew.
  mutating func write(_ word: ShellWord) {
    guard let texts = expanded(word), texts.count == 1, folders.count == 1 else { return }
    written.insert(Path.join(folders[0], texts[0]))
  }

  /// Parts of a word that may name a file by themselves: `--conf=FILE`, `-fFILE`, `@FILE`, a name in code.
  private mutating func pieces(of text: String) {
    let bytes = text.utf8
    let isDivided = bytes.contains(where: Self.divides)
    guard isDivided || bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "@") else { return }
    if let equals = bytes.firstIndex(of: UInt8(ascii: "=")) { piece(text[bytes.index(after: equals)...], of: text) }
    if bytes.first == UInt8(ascii: "-"), !text.hasPrefix("--"), bytes.count > 2 { piece(text.dropFirst(2), of: text) }
    if bytes.first == UInt8(ascii: "@") { piece(text.dropFirst(), of: text) }
    if isDivided {
      for part in bytes.split(whereSeparator: Self.divides).prefix(200) { piece(Substring(part), of: text) }
    }
  }

  /// What can stand around a name in a word or in code.
  private static func divides(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x20, 0x09, 0x0A, UInt8(ascii: ";"), UInt8(ascii: "|"), UInt8(ascii: "&"), UInt8(ascii: "<"),
      UInt8(ascii: ">"),
      UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "$"),
      UInt8(ascii: "="), UInt8(ascii: ","), UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]"), UInt8(ascii: "{"),
      UInt8(ascii: "}"):
      true
    default: false
    }
  }

  private mutating func piece(_ piece: Substring, of text: String) {
    guard !piece.isEmpty, piece.utf8.count < text.utf8.count, piece.utf8.count <= 4096 else { return }
    let piece = String(piece)
    // What follows on a placeholder is a name in a folder that is given: `{input}/f`.
    if ShellPlaceholder.names.contains(piece) || hasPlaceholder(piece) { return }
    if piece.utf8.first == UInt8(ascii: "/"), hasPlaceholder(text) { return }
    add(ShellReading.Name(text: piece, isPattern: false, isWhole: false, folders: folders))
  }
}
