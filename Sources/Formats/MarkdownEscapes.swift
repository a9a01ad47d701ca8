/// Plain text as Markdown that reads back as the same text: what would mean something there is escaped, nothing else.
extension MarkdownText {
  /// On one line.
  package static func line(_ text: String) -> String {
    text.split(whereSeparator: { $0.isNewline || $0 == " " || $0 == "\t" }).joined(separator: " ")
  }

  /// A paragraph; its line breaks stay.
  package static func paragraph(_ text: String) -> String {
    let lines = text.split(whereSeparator: \.isNewline).map { line(String($0)) }.filter { !$0.isEmpty }
    // Marks work across the lines of a paragraph: they are looked at together.
    let escaped = inline(lines.joined(separator: "\n")).split(separator: "\n", omittingEmptySubsequences: false)
    return escaped.map { atStart(String($0)) }.joined(separator: "  \n")
  }

  /// The words of a heading: signs at its end would close it.
  package static func heading(_ text: String) -> String {
    let escaped = inline(text)
    let signs = escaped.reversed().prefix { $0 == "#" }.count
    guard signs > 0 else { return escaped }
    let head = escaped.dropLast(signs)
    return head.isEmpty || head.last == " " ? head + "\\" + escaped.suffix(signs) : escaped
  }

  /// A cell of a table.
  package static func inCell(_ text: String) -> String {
    var out = ""
    for character in inline(text) {
      if character == "|" { out += "\\" }
      out.append(character)
    }
    return out
  }

  /// Words in running text.
  package static func inline(_ text: String) -> String {
    let scalars = Array(text.unicodeScalars)
    let addresses = self.addresses(scalars)
    // A mark alone means nothing.
    func isPaired(_ mark: Unicode.Scalar) -> Bool { scalars.count { $0 == mark } > 1 }
    let paired = Set(["*", "_", "`", "~", "$"].filter { isPaired($0) } as [Unicode.Scalar])
    var out = String.UnicodeScalarView()
    var index = 0
    while index < scalars.count {
      if let end = addresses[index] {
        out += address(scalars[index..<end], isApart: end == scalars.count || isSpace(scalars[end]))
        index = end
        continue
      }
      // An address may be written with a bracket before it.
      let isBeforeAddress = scalars[index] == "\\" && addresses[index + 1] != nil
      if isBeforeAddress || escapes(scalars, index, paired) { out.append("\\") }
      out.append(scalars[index])
      index += 1
    }
    return String(out)
  }

  private static func escapes(_ text: [Unicode.Scalar], _ index: Int, _ paired: Set<Unicode.Scalar>) -> Bool {
    func at(_ place: Int) -> Unicode.Scalar? { text.indices.contains(place) ? text[place] : nil }
    let next = at(index + 1)
    switch text[index] {
    case "\\": return next.map { isMark($0) || $0 == "\n" } ?? true
    case "*": return paired.contains("*") && !(isSpace(at(index - 1)) && isSpace(next))
    case "_":
      guard paired.contains("_") else { return false }
      return !(isWord(at(index - 1)) && isWord(next)) && !(isSpace(at(index - 1)) && isSpace(next))
    case "`": return paired.contains("`")
    case "~":
      guard paired.contains("~") else { return false }
      // Two are how struck words are marked in a text, too.
      if at(index - 1) == "~" || next == "~" { return false }
      return true
    case "$": return paired.contains("$")
    case "[": return next == "^"
    case "]": return next == "(" || next == "[" || next == ":"
    case "<": return !isSpace(next)
    case "&":
      guard let next, next == "#" || isWord(next) else { return false }
      let name = text[(index + 1)...].prefix(40).prefix { $0 == "#" || isWord($0) }
      return at(index + 1 + name.count) == ";"
    default: return false
    }
  }

  /// What means something at the beginning of a line.
  private static func atStart(_ line: String) -> String {
    guard let first = line.unicodeScalars.first else { return line }
    let rest = line.unicodeScalars.dropFirst()
    let isEnd = rest.first.map { $0 == " " || $0 == "\t" } ?? true
    switch first {
    case "#":
      let signs = line.unicodeScalars.prefix { $0 == "#" }.count
      let after = line.unicodeScalars.dropFirst(signs).first
      return signs <= 6 && (after == nil || after == " ") ? "\\" + line : line
    case ">": return "\\" + line
    case "-", "+", "*", "=", "_", ":", "|":
      let isRule = line.unicodeScalars.allSatisfy { "-+*=_:| \\".unicodeScalars.contains($0) }
      return isRule || isEnd && first != "=" && first != "_" && first != ":" && first != "|" ? "\\" + line : line
    case "~", "`": return line.unicodeScalars.prefix { $0 == first }.count >= 3 ? "\\" + line : line
    case "0"..."9":
      let digits = line.unicodeScalars.prefix { ("0"..."9").contains($0) }.count
      let behind = line.unicodeScalars.dropFirst(digits)
      guard digits <= 9, let mark = behind.first, mark == "." || mark == ")" else { return line }
      guard behind.dropFirst().first.map({ $0 == " " || $0 == "\t" }) ?? true else { return line }
      return line.prefix(digits) + "\\" + line.dropFirst(digits)
    default: return line
    }
  }

  // MARK: Addresses

  /// Where addresses begin, and where each ends: in them a backslash is a backslash.
  private static func addresses(_ text: [Unicode.Scalar]) -> [Int: Int] {
    var found: [Int: Int] = [:]
    for scheme in ["https://", "http://", "ftp://", "www."] {
      let letters = Array(scheme.unicodeScalars)
      var index = 0
      while index + letters.count < text.count {
        guard text[index..<(index + letters.count)].elementsEqual(letters),
          index == 0 || !(text[index - 1].isASCII && text[index - 1].properties.isAlphabetic)
        else {
          index += 1
          continue
        }
        var end = index + letters.count
        while end < text.count, !isSpace(text[end]), text[end] != "<", text[end] != ">" { end += 1 }
        if found.allSatisfy({ index < $0.key || index >= $0.value }) { found[index] = end }
        index = end
      }
    }
    return found
  }

  /// An address that holds marks stands in angle brackets, which hold nothing but addresses; so does one before a sign
  /// that would be taken for its end.
  private static func address(_ text: ArraySlice<Unicode.Scalar>, isApart: Bool) -> String.UnicodeScalarView {
    var out = String.UnicodeScalarView()
    let isPlain = isApart && text.allSatisfy { !"*_`~[]\\&|$".unicodeScalars.contains($0) }
    let isWhole = text.starts(with: "http".unicodeScalars) || text.starts(with: "ftp".unicodeScalars)
    if isPlain {
      out += text
    } else if isWhole, !text.contains(where: { "\\&|$".unicodeScalars.contains($0) }) {
      out.append("<")
      out += text
      out.append(">")
    } else {
      // Not to be taken for an address: its backslashes would be part of it.
      for index in text.indices {
        let scalar = text[index]
        let breaks =
          scalar == ":" && text[(index + 1)...].first == "/" || scalar == "." && text[..<index].hasSuffix("www")
        if breaks || "*_`~[]\\&$".unicodeScalars.contains(scalar) { out.append("\\") }
        out.append(scalar)
      }
    }
    return out
  }

  private static func isSpace(_ scalar: Unicode.Scalar?) -> Bool { scalar.map { $0.properties.isWhitespace } ?? true }

  private static func isWord(_ scalar: Unicode.Scalar?) -> Bool {
    scalar.map { $0.properties.isAlphabetic || $0.properties.numericType != nil } ?? false
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    (0x21...0x2F).contains(scalar.value) || (0x3A...0x40).contains(scalar.value) || (0x5B...0x60).contains(scalar.value)
      || (0x7B...0x7E).contains(scalar.value)
  }
}

extension ArraySlice<Unicode.Scalar> {
  fileprivate func hasSuffix(_ text: String) -> Bool {
    suffix(text.unicodeScalars.count).elementsEqual(text.unicodeScalars)
  }
}
