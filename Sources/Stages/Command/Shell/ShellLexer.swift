import Foundations

/// Takes a line for sh apart into words and operators (POSIX, 2.3 Token Recognition).
struct ShellLexer {
  private let bytes: [UInt8]
  private var index = 0
  /// The delimiters of here-documents that begin after this line.
  private var documents: [(delimiter: [UInt8], isQuoted: Bool, stripsTabs: Bool)] = []

  private(set) var placeholders: [ShellPlaceholder] = []
  /// The commands in `$(…)` and backticks.
  private(set) var inner: [[ShellToken]] = []
  private(set) var hasDocuments = false
  /// What stands in here-documents, where sh puts values in.
  private(set) var documentTexts: [ShellWord] = []
  /// Whether there is more in one another than anybody writes: the rest was not read.
  private(set) var isTooDeep = false
  /// The line ends where it cannot: within quotes, behind a backslash, before the name of a file.
  private(set) var isUnfinished = false
  private var depth = 0
  private static let maxDepth = 64

  init(_ text: String) { bytes = Array(text.utf8) }

  mutating func tokens() -> [ShellToken] { tokens(until: nil) }

  private func byte(_ offset: Int = 0) -> UInt8? { index + offset < bytes.count ? bytes[index + offset] : nil }

  private func starts(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { bytes[index...].starts(with: $0) }
  }

  private mutating func tokens(until closing: UInt8?) -> [ShellToken] {
    var result: [ShellToken] = []
    var depth = 0
    func control(_ text: String) {
      result.append(.control(text))
      index += text.utf8.count
    }
    while let byte = byte() {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "\t"): index += 1
      case UInt8(ascii: "\\") where self.byte(1) == UInt8(ascii: "\n"): index += 2
      case UInt8(ascii: "\n"):
        control("\n")
        readDocuments()
      case UInt8(ascii: "#"):
        while let next = self.byte(), next != UInt8(ascii: "\n") { index += 1 }
      case UInt8(ascii: "("):
        depth += 1
        control("(")
      case UInt8(ascii: ")"):
        if depth == 0, closing == byte {
          index += 1
          return result
        }
        depth = max(0, depth - 1)
        control(")")
      case UInt8(ascii: "`") where closing == byte:
        index += 1
        return result
      case UInt8(ascii: ";"): control(starts(";;") ? ";;" : ";")
      case UInt8(ascii: "&"): control(starts("&&") ? "&&" : "&")
      case UInt8(ascii: "|"): control(starts("||") ? "||" : "|")
      case UInt8(ascii: "<"), UInt8(ascii: ">"): redirect(&result, until: closing)
      default:
        var end = index
        while end < bytes.count, ShellWord.isDigit(bytes[end]) { end += 1 }
        if end > index, end < bytes.count, [UInt8(ascii: "<"), UInt8(ascii: ">")].contains(bytes[end]) {
          // The number of a descriptor: `2>`.
          index = end
        } else {
          result.append(.word(word(until: closing)))
        }
      }
    }
    return result
  }

  private mutating func redirect(_ result: inout [ShellToken], until closing: UInt8?) {
    let operators = ["<<-", "<<", "<&", "<>", "<", ">>", ">&", ">|", ">"]
    guard let found = operators.first(where: { bytes[index...].starts(with: $0.utf8) }) else { return }
    index += found.utf8.count
    while let next = byte(), next == UInt8(ascii: " ") || next == UInt8(ascii: "\t") { index += 1 }
    guard let next = byte(), !Self.endsWord(next, closing) else {
      isUnfinished = true
      return
    }
    let target = word(until: closing)
    result.append(.redirect(found))
    result.append(.word(target))
    guard found.hasPrefix("<<") else { return }
    hasDocuments = true
    let isQuoted = target.parts.contains { if case .text(_, isQuoted: true) = $0 { true } else { false } }
    documents.append((Array((target.literal ?? "").utf8), isQuoted, found == "<<-"))
  }

  private static func endsWord(_ byte: UInt8, _ closing: UInt8?) -> Bool {
    " \t\n;&|<>()".utf8.contains(byte) || (byte == UInt8(ascii: "`") && closing == byte)
  }

  private mutating func word(until closing: UInt8?) -> ShellWord {
    let start = index
    var word = ShellWord(range: start..<start)
    while let byte = byte(), !Self.endsWord(byte, closing) {
      switch byte {
      case UInt8(ascii: "\\"):
        let length = scalarLength(at: index + 1)
        if self.byte(1) == nil {
          isUnfinished = true
        } else if self.byte(1) != UInt8(ascii: "\n") {
          word.append(take(from: index + 1, to: index + 1 + length), isQuoted: true)
        }
        index = min(index + 1 + length, bytes.count)
      case UInt8(ascii: "'"): singleQuotes(&word)
      case UInt8(ascii: "\""):
        index += 1
        inQuotes(&word, end: bytes.count, closing: byte)
      case UInt8(ascii: "$"): dollar(&word, isQuoted: false)
      case UInt8(ascii: "`"): backticks(&word)
      case UInt8(ascii: "{"): brace(&word, .plain)
      default:
        let from = index
        repeat {
          index += 1
        } while self.byte().map { !Self.endsWord($0, closing) && !"\\'\"$`{".utf8.contains($0) } ?? false
        word.append(take(from: from, to: index), isQuoted: false)
      }
    }
    word.range = start..<index
    return word
  }

  /// How many bytes the character has that begins here; 1 beyond the end.
  private func scalarLength(at start: Int) -> Int {
    guard start < bytes.count else { return 1 }
    return switch bytes[start] {
    case 0xC0..<0xE0: min(2, bytes.count - start)
    case 0xE0..<0xF0: min(3, bytes.count - start)
    case 0xF0...: min(4, bytes.count - start)
    default: 1
    }
  }

  private func take(from: Int, to: Int) -> String {
    String(decoding: bytes[from..<min(to, bytes.count)], as: UTF8.self)
  }

  private mutating func singleQuotes(_ word: inout ShellWord) {
    let start = index + 1
    index = start
    var from = start
    while let byte = byte(), byte != UInt8(ascii: "'") {
      if byte == UInt8(ascii: "{"), placeholder() != nil {
        word.append(take(from: from, to: index), isQuoted: true)
        brace(&word, .singleQuoted)
        from = index
      } else {
        index += 1
      }
    }
    word.append(take(from: from, to: index), isQuoted: true)
    if index >= bytes.count { isUnfinished = true }
    let isAlone = start - 1 == word.range.lowerBound
    let end = index
    index = min(index + 1, bytes.count)
    if isAlone, byte().map({ Self.endsWord($0, nil) }) ?? true { word.singleQuoted = start..<end }
  }

  /// Reads to `closing` (the second quotation mark), or, of a here-document, to `end`.
  private mutating func inQuotes(_ word: inout ShellWord, end: Int, closing: UInt8?) {
    word.append("", isQuoted: true)
    while index < end {
      let byte = bytes[index]
      switch byte {
      case closing:
        index += 1
        return
      case UInt8(ascii: "\\"):
        if let next = self.byte(1), "$`\"\\".utf8.contains(next) {
          word.append(take(from: index + 1, to: index + 2), isQuoted: true)
        } else if self.byte(1) != UInt8(ascii: "\n") {
          word.append(take(from: index, to: index + 1 + scalarLength(at: index + 1)), isQuoted: true)
        }
        index = min(index + 1 + scalarLength(at: index + 1), end)
      case UInt8(ascii: "$"): dollar(&word, isQuoted: true)
      case UInt8(ascii: "`"): backticks(&word)
      case UInt8(ascii: "{"): brace(&word, closing == nil ? .document : .doubleQuoted)
      default:
        let from = index
        repeat { index += 1 } while index < end && bytes[index] != closing && !"\\$`{".utf8.contains(bytes[index])
        word.append(take(from: from, to: index), isQuoted: true)
      }
    }
    if closing != nil { isUnfinished = true }
  }

  /// The name of the placeholder that begins here.
  private func placeholder() -> String? {
    ShellPlaceholder.names.first { bytes[index...].starts(with: "{\($0)}".utf8) }
  }

  private mutating func brace(_ word: inout ShellWord, _ context: ShellPlaceholder.Context) {
    guard let name = placeholder() else {
      word.append("{", isQuoted: context != .plain)
      index += 1
      return
    }
    note(name, context)
    word.parts.append(.placeholder(name))
  }

  private mutating func note(_ name: String, _ context: ShellPlaceholder.Context) {
    let end = index + name.utf8.count + 2
    placeholders.append(ShellPlaceholder(name: name, range: index..<end, context: context))
    index = end
  }

  /// Counts a level of `$(…)` and the like; false: that is one too many.
  private mutating func enter() -> Bool {
    depth += 1
    if depth <= Self.maxDepth { return true }
    isTooDeep = true
    index = bytes.count
    return false
  }

  private mutating func backticks(_ word: inout ShellWord) {
    defer { depth -= 1 }
    guard enter() else { return }
    index += 1
    inner.append(tokens(until: UInt8(ascii: "`")))
    word.parts.append(.computed("`…`"))
  }

  private mutating func dollar(_ word: inout ShellWord, isQuoted: Bool) {
    defer { depth -= 1 }
    guard enter() else { return }
    if starts("$((") {
      arithmetic()
      word.parts.append(.computed("$((…))"))
    } else if starts("$(") {
      index += 2
      inner.append(tokens(until: UInt8(ascii: ")")))
      word.parts.append(.computed("$(…)"))
    } else if starts("${") {
      braces(&word, isQuoted: isQuoted)
    } else if !isQuoted, byte(1) == UInt8(ascii: "'") || byte(1) == UInt8(ascii: "\"") {
      // In bash that is another kind of quotes.
      word.parts.append(.computed("$'…'"))
      index += 1
    } else if let next = byte(1), ShellWord.isNameByte(next), !ShellWord.isDigit(next) {
      let from = index + 1
      repeat { index += 1 } while byte().map(ShellWord.isNameByte) ?? false
      word.parts.append(.variable(take(from: from, to: index)))
    } else if let next = byte(1), ShellWord.isDigit(next) || "?$!#-@*".utf8.contains(next) {
      word.parts.append(.variable(take(from: index + 1, to: index + 2)))
      index += 2
    } else {
      word.append("$", isQuoted: true)
      index += 1
    }
  }

  private mutating func arithmetic() {
    index += 3
    var depth = 0
    while let byte = byte() {
      if byte == UInt8(ascii: "{"), let name = placeholder() {
        note(name, .arithmetic)
        continue
      }
      if byte == UInt8(ascii: "(") { depth += 1 }
      if byte == UInt8(ascii: ")") {
        if depth == 0 {
          index = min(index + (starts("))") ? 2 : 1), bytes.count)
          return
        }
        depth -= 1
      }
      index += 1
    }
  }

  /// `${NAME}`, or one of the forms that say more.
  private mutating func braces(_ word: inout ShellWord, isQuoted: Bool) {
    let start = index + 2
    var end = start
    while end < bytes.count, ShellWord.isNameByte(bytes[end]) { end += 1 }
    if end > start, end < bytes.count, bytes[end] == UInt8(ascii: "}") {
      word.parts.append(.variable(take(from: start, to: end)))
      index = end + 1
      return
    }
    var inside = ShellWord(range: start..<start)
    index = start
    while let byte = byte(), byte != UInt8(ascii: "}") {
      switch byte {
      case UInt8(ascii: "\\"): index = min(index + 2, bytes.count)
      case UInt8(ascii: "'") where !isQuoted: singleQuotes(&inside)
      case UInt8(ascii: "\""):
        index += 1
        inQuotes(&inside, end: bytes.count, closing: byte)
      case UInt8(ascii: "$"): dollar(&inside, isQuoted: isQuoted)
      case UInt8(ascii: "`"): backticks(&inside)
      case UInt8(ascii: "{"): brace(&inside, isQuoted ? .doubleQuoted : .plain)
      default: index += 1
      }
    }
    index = min(index + 1, bytes.count)
    word.parts.append(.computed("${\(take(from: start, to: end))…}"))
  }

  /// Reads the here-documents whose text begins here.
  private mutating func readDocuments() {
    for document in documents {
      let start = index
      var end = index
      while end < bytes.count {
        let next = bytes[end...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
        var line = bytes[end..<next]
        if document.stripsTabs { line = line.drop { $0 == UInt8(ascii: "\t") } }
        if line.elementsEqual(document.delimiter) { break }
        end = min(next + 1, bytes.count)
      }
      index = start
      var text = ShellWord(range: start..<end)
      if document.isQuoted {
        while index < end {
          if let name = placeholder() { note(name, .quotedDocument) } else { index += 1 }
        }
      } else {
        inQuotes(&text, end: end, closing: nil)
        documentTexts.append(text)
      }
      index = bytes[end...].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? bytes.count
    }
    documents = []
  }
}
