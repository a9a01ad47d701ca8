/// A word of a command line for sh, in its parts.
struct ShellWord: Sendable {
  enum Part: Sendable, Equatable {
    /// What sh takes as it is, with its quotes taken off.
    case text(String, isQuoted: Bool)
    /// `{input}` and the like, by name.
    case placeholder(String)
    /// `$NAME` or `${NAME}`.
    case variable(String)
    /// What only a shell can work out, as a person would call it: `$(…)`.
    case computed(String)
  }

  var parts: [Part] = []
  /// Where the word stands in the line.
  var range: Range<Int>
  /// What stands between the quotes, when the word is one pair of single quotes.
  var singleQuoted: Range<Int>?

  mutating func append(_ text: String, isQuoted: Bool) {
    if case .text(let before, isQuoted)? = parts.last {
      parts[parts.count - 1] = .text(before + text, isQuoted: isQuoted)
    } else {
      parts.append(.text(text, isQuoted: isQuoted))
    }
  }

  /// The word when nothing of it is quoted or expanded: only then it can be a keyword.
  var keyword: String? {
    guard parts.count == 1, case .text(let text, isQuoted: false) = parts[0] else { return nil }
    return text
  }

  /// The text when sh has nothing to expand in it; placeholders as they are written.
  var literal: String? {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text, _): result += text
      case .placeholder(let name): result += "{\(name)}"
      case .variable, .computed: return nil
      }
    }
    return result
  }

  /// Whether every shell leaves the word as it is, but for its quotes.
  var isPlain: Bool {
    parts.allSatisfy { part in
      switch part {
      case .text(_, isQuoted: true), .placeholder: true
      // Patterns, braces, a home, a comment, an event of the history, a group.
      case .text(let text, isQuoted: false): !text.utf8.contains { "*?[{}~#!^".utf8.contains($0) }
      case .variable, .computed: false
      }
    }
  }

  /// Whether the first part that may say something is one that fits.
  func beginsWith(_ fits: (ShellWord) -> Bool) -> Bool {
    let first = parts.first { if case .text("", _) = $0 { false } else { true } }
    return first.map { fits(ShellWord(parts: [$0], range: range)) } ?? false
  }

  func has(_ placeholder: String) -> Bool { parts.contains(.placeholder(placeholder)) }

  /// Whether the word is the placeholder and nothing else.
  func isJust(_ placeholder: String) -> Bool { parts == [.placeholder(placeholder)] }

  /// Whether sh looks for files that fit.
  var isPattern: Bool {
    parts.contains { part in
      guard case .text(let text, isQuoted: false) = part else { return false }
      return text.utf8.contains { "*?[".utf8.contains($0) }
    }
  }

  /// Name and value of `NAME=value`.
  var assignment: (name: String, value: ShellWord)? {
    guard case .text(let text, isQuoted: false)? = parts.first,
      let equals = text.utf8.firstIndex(of: UInt8(ascii: "="))
    else { return nil }
    let name = String(text[..<equals])
    guard Self.isName(name) else { return nil }
    var value = self
    value.singleQuoted = nil
    let rest = String(text[text.index(after: equals)...])
    value.parts[0] = .text(rest, isQuoted: false)
    if rest.isEmpty { value.parts.removeFirst() }
    return (name, value)
  }

  static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !isDigit(first) else { return false }
    return text.utf8.allSatisfy(isNameByte)
  }

  static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  static func isNameByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
    default: isDigit(byte)
    }
  }
}

enum ShellToken: Sendable {
  case word(ShellWord)
  /// `;`, `&&`, `(`, a newline and the like.
  case control(String)
  /// `<`, `>>` and the like; the next token is the word that it is about.
  case redirect(String)
}

/// A `{name}` in a command line, and where sh finds it.
struct ShellPlaceholder: Sendable, Equatable {
  enum Context: Sendable {
    case plain, doubleQuoted, singleQuoted, document
    /// In code for another sh that stands between double quotes: how the inner sh finds it there.
    case plainCode, doubleQuotedCode, singleQuotedCode
    /// Where a value would be taken for code, or not be put in at all.
    case arithmetic, quotedDocument
  }

  static let names = ["input", "output", "inputs", "id"]

  var name: String
  var range: Range<Int>
  var context: Context
}
