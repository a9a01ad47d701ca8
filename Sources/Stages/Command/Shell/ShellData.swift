import Foundations

/// Refuses an id where a program would take it for code. Ordinary programs are given it as a word; a shell, an interpreter
/// and whatever runs programs only behind the code that the line itself gives them.
extension ShellReader {
  /// Whether a word holds what came from an id, as far as that can be seen.
  func isTainted(_ word: ShellWord) -> Bool {
    word.parts.contains { part in
      switch part {
      case .text: false
      case .placeholder(let name): name == "id"
      case .variable(let name): hasID && (tainted.contains(name) || Self.isPositional(name))
      case .computed: hasID
      }
    }
  }

  private static func isPositional(_ name: String) -> Bool {
    name == "@" || name == "*" || name.utf8.allSatisfy(ShellWord.isDigit)
  }

  mutating func refuse(_ what: String) { found.refusals.append("{id} stands in \(what)") }

  /// For words that are code.
  mutating func refuseData(in words: some Sequence<ShellWord>, _ what: String) {
    if words.contains(where: isTainted) { refuse(what) }
  }

  /// For words of a program that does more with them than use them as texts.
  mutating func refuseID(in words: some Sequence<ShellWord>, _ what: String) {
    if words.contains(where: { $0.has("id") }) { refuse(what) }
  }

  mutating func assign(_ name: String, _ value: ShellWord) {
    if isTainted(value) { tainted.insert(name) } else { tainted.remove(name) }
    if value.has("id"), ShellWords.isCodeVariable(name) { refuse("\(name), with which programs are told what to run") }
  }

  /// What is read as code from a pipe or a here-document.
  mutating func checkDocuments(_ texts: [ShellWord]) {
    if texts.contains(where: isTainted) { found.hasTaintedDocument = true }
  }

  mutating func checkData(_ name: String, _ arguments: ArraySlice<ShellWord>) {
    if name == "read", hasID { tainted.formUnion(arguments.compactMap(\.keyword)) }
    if ShellWords.takesCode.contains(name) {
      if hasID, arguments.contains(where: isTainted) { refuse("the words of `\(name)`, which can run code") }
      found.readsCode = true
    } else if ShellWords.naming.contains(name) {
      refuseID(in: arguments.filter { $0.assignment == nil }, "a name for `\(name)`")
    } else if name == "git" {
      refuseID(in: arguments.prefix { $0.keyword != "--" }, "the words of `git` before `--`, which can run code")
    } else if name == "." || name == "source" {
      refuseData(in: arguments.prefix(1), "the name of a script")
    } else if ShellWords.isInterpreter(name) {
      interpreter(name, arguments)
    } else if !ShellWords.isKnownToRun(name) {
      // A program that nobody knows here may run what it is given.
      let runs = arguments.firstIndex { word in
        guard let name = word.literal.map(Path.name) else { return false }
        return ShellWords.isInterpreter(name) || ShellWords.shells.contains(name)
      }
      if let runs { refuseID(in: arguments[runs...], "the words that `\(name)` gives to a shell or an interpreter") }
    }
  }

  /// The first letters of a word: those that sh leaves as they are.
  private func lead(_ word: ShellWord) -> String {
    var lead = ""
    for part in word.parts {
      guard case .text(let text, _) = part else { break }
      lead += text
    }
    return lead
  }

  /// An id may stand behind the code or the script, not where it could be taken for one, or for an option.
  private mutating func interpreter(_ name: String, _ arguments: ArraySlice<ShellWord>) {
    let isAwk = name.hasSuffix("awk")
    let isPython = name.hasPrefix("python") || name.hasPrefix("pypy")
    let (codes, values) = ShellWords.letters(name)
    var rest = arguments
    var hasCode = false
    var isEnded = false
    while let word = rest.first, !isEnded {
      let lead = lead(word)
      guard lead.hasPrefix("-"), lead != "-" else { break }
      rest.removeFirst()
      isEnded = word.keyword == "--"
      if isAwk, lead.hasPrefix("-v"), lead.contains("=") { continue }
      refuseData(in: [word], "an option of \(name)")
      let isLong = lead.hasPrefix("--")
      if isLong ? ShellWords.longCodeOptions.contains(lead) : lead.last.map(codes.contains) ?? false {
        if let code = rest.popFirst() {
          refuseData(in: [code], "code for \(name): give it as a word of its own behind the code")
        }
        hasCode = true
        // Python looks for no options behind its code.
        if isPython { return }
      } else if !isLong, lead.utf8.count == 2, let last = lead.last, values.contains(last), let value = rest.popFirst()
      {
        if !isAwk || value.assignment == nil { refuseData(in: [value], "the value of an option of \(name)") }
      }
    }
    if !hasCode {
      guard let code = rest.popFirst() else {
        found.readsCode = true
        return
      }
      if code.keyword == "-" { found.readsCode = true }
      refuseData(in: [code], "code for \(name)")
    }
    // GNU's sed looks for options behind operands, too; others at the next word, when the code was in an option.
    let open = isEnded ? rest.prefix(0) : name == "sed" ? rest : hasCode ? rest.prefix(1) : rest.prefix(0)
    if open.contains(where: { lead($0).isEmpty && isTainted($0) }) {
      refuse("a word that \(name) could take for an option: write `--` before it")
    }
  }
}
