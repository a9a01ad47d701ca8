import Foundations

/// The fields of a Word document: where links lead, signs and boxes that are made by fields.
struct WordFields {
  private struct Field {
    var instruction = ""
    var isResult = false
    var box: Bool?
    /// What there is to choose from, and which of it is chosen.
    var choices: [String] = []
    var chosen: Int?
  }

  private var open: [Field] = []

  enum Answer: Equatable {
    case link(String)
    /// Text that the field stands for.
    case text(String)
    case endOfLink
  }

  /// Whether what is read now is what a field does, and not what it shows.
  var isInstruction: Bool { open.last.map { !$0.isResult } ?? false }

  mutating func begin() { open.append(Field()) }

  mutating func add(_ text: String) {
    guard !open.isEmpty else { return }
    open[open.count - 1].instruction += text
  }

  mutating func check(_ isOn: Bool) {
    guard !open.isEmpty else { return }
    open[open.count - 1].box = isOn
  }

  mutating func offer(_ choice: String?) {
    guard !open.isEmpty, let choice else { return }
    open[open.count - 1].choices.append(choice)
  }

  /// - Parameter isDefault: whether it holds only where nothing was chosen.
  mutating func choose(_ number: String?, isDefault: Bool) {
    guard !open.isEmpty, let number = number.flatMap({ Int($0) }), !isDefault || open[open.count - 1].chosen == nil
    else {
      return
    }
    open[open.count - 1].chosen = number
  }

  mutating func separate() -> Answer? {
    guard !open.isEmpty else { return nil }
    open[open.count - 1].isResult = true
    return Self.link(open[open.count - 1].instruction).map { .link($0) }
  }

  mutating func end() -> Answer? {
    guard let field = open.popLast() else { return nil }
    let words = Self.words(field.instruction)
    if Self.link(field.instruction) != nil { return .endOfLink }
    switch words.first?.uppercased() {
    case "FORMCHECKBOX": return .text(TickBox.text(field.box == true))
    case "FORMDROPDOWN":
      let chosen = field.chosen ?? 0
      return field.choices.indices.contains(chosen) ? .text(field.choices[chosen]) : nil
    case "SYMBOL":
      guard words.count > 1, let code = Self.number(words[1]) else { return nil }
      let font = words.firstIndex { $0.lowercased() == "\\f" }.flatMap {
        words.indices.contains($0 + 1) ? words[$0 + 1] : nil
      }
      return SymbolFonts.text(code, font: font ?? "Symbol").map { .text($0) }
    default: return nil
    }
  }

  private static func number(_ text: String) -> UInt32? {
    text.lowercased().hasPrefix("0x") ? UInt32(text.dropFirst(2), radix: 16) : UInt32(text)
  }

  /// Where a link leads; `nil` for other fields.
  static func link(_ instruction: String) -> String? {
    let words = words(instruction)
    guard words.first?.uppercased() == "HYPERLINK" else { return nil }
    var url = ""
    var anchor: String?
    var index = 1
    while index < words.count {
      let word = words[index]
      if word.hasPrefix("\\") {
        if word.lowercased() == "\\l", index + 1 < words.count { anchor = words[index + 1] }
        // \o and \t have a word of their own, \m and \n none.
        index += ["\\l", "\\o", "\\t"].contains(word.lowercased()) ? 2 : 1
        continue
      }
      if url.isEmpty { url = word }
      index += 1
    }
    if let anchor { url += "#" + anchor }
    return url.isEmpty ? nil : url
  }

  /// Words, those in quotes as one.
  private static func words(_ instruction: String) -> [String] {
    var words: [String] = []
    var word: String?
    var isQuoted = false
    for character in instruction {
      if character == "\"" || character == "“" || character == "”" {
        if isQuoted { words.append(word ?? "") }
        word = isQuoted ? nil : ""
        isQuoted.toggle()
      } else if !isQuoted, character.isWhitespace {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return words
  }
}
