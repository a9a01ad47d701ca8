/// Goes through the tokens of a line: where commands begin and end, and what may have been written before each.
struct ShellWalk {
  /// What was the case where a block began.
  private struct Block {
    var written: Set<String>
    var chain: Set<String>
    var isFirst: Bool
    /// A branch, a loop, a function: it may be that it does not run.
    var mayBeLeftOut: Bool
  }

  private let tokens: [ShellToken]
  private var index = 0
  private var command = ShellCommand()
  /// The folders outside of each `(`.
  private var stack: [[String]] = []
  private var before: [String]
  /// Whether the next command is the first of a chain of `&&` and `||`.
  private var isFirst = true
  private var isInPatterns = false
  private var blocks: [Block] = []
  /// What was written behind a `&&`: it is there as long as the line goes on with `&&`.
  private var chain: Set<String> = []
  private var isFunction = false

  init(_ tokens: [ShellToken], _ reader: ShellReader) {
    self.tokens = tokens
    before = reader.folders
  }

  mutating func run(_ reader: inout ShellReader) {
    while index < tokens.count {
      switch tokens[index] {
      case .redirect(let name):
        if let target = word(index + 1) {
          command.redirects.append((name, target))
          index += 1
        }
      case .word(let word): take(word, &reader)
      case .control(let name): control(name, &reader)
      }
      index += 1
    }
    finish(&reader)
  }

  private func word(_ at: Int) -> ShellWord? {
    if at < tokens.count, case .word(let word) = tokens[at] { word } else { nil }
  }

  private func isControl(_ at: Int, _ text: String) -> Bool {
    if at < tokens.count, case .control(text) = tokens[at] { true } else { false }
  }

  private mutating func finish(_ reader: inout ShellReader) {
    let known = reader.written
    reader.finish(command)
    if !isFirst { chain.formUnion(reader.written.subtracting(known)) }
    command = ShellCommand()
  }

  private mutating func take(_ found: ShellWord, _ reader: inout ShellReader) {
    if isInPatterns {
      if found.keyword == "esac" {
        isInPatterns = false
        leave(&reader)
      }
      return
    }
    guard command.words.isEmpty, let keyword = found.keyword else {
      command.words.append(found)
      return
    }
    note(keyword, &reader)
    if keyword == "for", let name = word(index + 1)?.keyword {
      index = reader.loop(name, tokens, after: index + 1)
    } else if keyword == "case" {
      if let subject = word(index + 1) { _ = reader.expanded(subject) }
      index += 2
      isInPatterns = true
    } else if !ShellWords.keywords.contains(keyword) && keyword != "esac" {
      command.words.append(found)
    }
  }

  // MARK: Blocks

  private mutating func note(_ keyword: String, _ reader: inout ShellReader) {
    switch keyword {
    case "if", "while", "until", "for", "case": enter(mayBeLeftOut: true, reader)
    case "{": enter(mayBeLeftOut: false, reader)
    case "elif", "else": nextBranch(&reader)
    case "fi", "done", "esac", "}": leave(&reader)
    default: break
    }
  }

  private mutating func enter(mayBeLeftOut: Bool, _ reader: ShellReader) {
    blocks.append(
      Block(written: reader.written, chain: chain, isFirst: isFirst, mayBeLeftOut: mayBeLeftOut || isFunction))
    isFunction = false
    chain = []
    isFirst = true
  }

  private mutating func leave(_ reader: inout ShellReader) {
    guard let block = blocks.popLast() else { return }
    endChain(&reader)
    if block.mayBeLeftOut { reader.written = block.written }
    isFirst = block.isFirst
    chain = isFirst ? [] : block.chain.union(reader.written.subtracting(block.written))
  }

  /// One branch does not see what another one writes.
  private mutating func nextBranch(_ reader: inout ShellReader) {
    guard let block = blocks.last, block.mayBeLeftOut else { return }
    chain = []
    reader.written = block.written
  }

  private mutating func endChain(_ reader: inout ShellReader) {
    reader.written.subtract(chain)
    chain = []
  }

  // MARK: Between commands

  private mutating func control(_ name: String, _ reader: inout ShellReader) {
    if isInPatterns {
      if name == ")" { isInPatterns = false }
      return
    }
    switch name {
    case "(": open(&reader)
    case ")":
      finish(&reader)
      if let outer = stack.popLast() {
        reader.folders = outer
        leave(&reader)
      }
    case "&&":
      finish(&reader)
      isFirst = false
    case "||":
      finish(&reader)
      endChain(&reader)
      reader.folders = union(before, reader.folders)
      isFirst = false
    case "|":
      finish(&reader)
      // Each part of a pipe has a shell of its own.
      reader.folders = before
    default: end(name, &reader)
    }
  }

  /// `(`: of a function, or of commands with a shell of their own.
  private mutating func open(_ reader: inout ShellReader) {
    if command.words.count == 1, let function = command.words[0].keyword, isControl(index + 1, ")") {
      reader.functions.insert(function)
      isFunction = true
      command = ShellCommand()
      index += 1
    } else {
      finish(&reader)
      stack.append(reader.folders)
      enter(mayBeLeftOut: false, reader)
    }
  }

  /// `;`, `&`, a newline, `;;`.
  private mutating func end(_ name: String, _ reader: inout ShellReader) {
    let known = reader.written
    finish(&reader)
    // What runs at the same time may not have written yet.
    if name == "&" { reader.written = known }
    endChain(&reader)
    if !isFirst { reader.folders = union(before, reader.folders) }
    before = reader.folders
    isFirst = true
    if name == ";;" {
      isInPatterns = true
      nextBranch(&reader)
    }
  }

  private func union(_ one: [String], _ other: [String]) -> [String] { one + other.filter { !one.contains($0) } }
}
