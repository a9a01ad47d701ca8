/// The marks inside the running text of reStructuredText.
enum DirectiveWords {
  /// The text as readers see it: ``code``, *stress*, :ref:`what <target>`, `what <url>`_, [1]_.
  static func plain(_ text: String) -> String {
    guard text.contains(where: { $0 == "`" || $0 == "*" || $0 == "_" }) else { return text }
    var out = ""
    var rest = text[...]
    while let sign = rest.first {
      if sign == "`", let (words, end) = quoted(rest, out) {
        if out.last == ":", let role = out.suffix(80).firstMatch(of: /:[\w\-.+:]+:$/) {
          out.removeLast(role.output.count)
        }
        out += words
        rest = end
      } else if sign == "*", !(out.last?.isLetter ?? false), let (words, end) = stressed(rest) {
        out += words
        rest = end
      } else if sign == "]", rest.dropFirst().first == "_", !(rest.dropFirst(2).first?.isLetter ?? false) {
        out += "]"
        rest = rest.dropFirst(2)
      } else {
        out.append(sign)
        rest = rest.dropFirst()
      }
    }
    return out
  }

  private static func quoted(_ rest: Substring, _ before: String) -> (String, Substring)? {
    if rest.hasPrefix("``") {
      guard let end = rest.dropFirst(2).firstRange(of: "``") else { return nil }
      return (String(rest[rest.index(rest.startIndex, offsetBy: 2)..<end.lowerBound]), rest[end.upperBound...])
    }
    let inner = rest.dropFirst()
    guard let end = inner.firstIndex(of: "`"), end > inner.startIndex, inner.first?.isWhitespace == false else {
      return nil
    }
    var words = inner[..<end]
    if let target = words.firstMatch(of: /\s*<[^<>]*>$/), target.range.lowerBound > words.startIndex {
      words = words[..<target.range.lowerBound]
    }
    if words.first == "~", let dot = words.lastIndex(of: ".") { words = words[words.index(after: dot)...] }
    let behind = inner[inner.index(after: end)...]
    return (String(words), behind.drop { $0 == "_" })
  }

  private static func stressed(_ rest: Substring) -> (String, Substring)? {
    let mark = rest.hasPrefix("**") ? "**" : "*"
    let inner = rest.dropFirst(mark.count)
    guard let first = inner.first, !first.isWhitespace, first != "*", let end = inner.firstRange(of: mark),
      inner[inner.index(before: end.lowerBound)].isWhitespace == false
    else { return nil }
    if let next = inner[end.upperBound...].first, next.isLetter || next.isNumber { return nil }
    return (String(inner[..<end.lowerBound]), inner[end.upperBound...])
  }
}
