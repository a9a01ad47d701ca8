/// One rule that rewrites sentences: `nil` where it has nothing to change.
struct Rewriting: Sendable {
  let name: String
  let rewrite: @Sendable (String) -> String?

  /// Puts one word for another, once.
  static func word(_ from: String, _ to: String) -> Rewriting {
    Rewriting(name: "\(from) → \(to)") { sentence in
      let words = sentence.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      let parts = from.split(separator: " ").map(String.init)
      guard words.count >= parts.count else { return nil }
      for start in 0...(words.count - parts.count) where words[start..<(start + parts.count)].elementsEqual(parts) {
        return (words[..<start] + (to.isEmpty ? [] : [to]) + words[(start + parts.count)...]).joined(separator: " ")
      }
      return nil
    }
  }

  static let keeping: [Rewriting] = [
    Rewriting(name: "as it stands") { $0 },
    Rewriting(name: "without its full stop") { String($0.dropLast()) },
    Rewriting(name: "without However") { sentence in
      ["However, ", "Therefore, ", "Thus, ", "Note that "].first { sentence.hasPrefix($0) }.map { opening in
        let rest = sentence.dropFirst(opening.count)
        return rest.prefix(1).uppercased() + rest.dropFirst()
      }
    },
    Rewriting(name: "without what stands in brackets") { sentence in
      guard let open = sentence.firstIndex(of: "("), let close = sentence.firstIndex(of: ")"), open < close else {
        return nil
      }
      return sentence[..<open].trimmed + sentence[sentence.index(after: close)...]
    },
    Rewriting(name: "the condition behind") { sentence in
      guard sentence.hasPrefix("If "), let comma = sentence.firstIndex(of: ","),
        sentence.filter({ $0 == "," }).count == 1
      else { return nil }
      let main = sentence[sentence.index(after: comma)...].dropFirst().dropLast()
      return main.prefix(1).uppercased() + main.dropFirst() + " if " + sentence[..<comma].dropFirst(3) + "."
    },
    word("must not", "mustn't"), word("does not", "doesn't"), word("is not", "isn't"), word("are not", "aren't"),
    word("in order to", "to"), word("such as", "like"), word("two", "2"), word("three", "3"), word("12", "twelve"),
    word("five", "5"),
    word("for example", "for instance"), word("because", "since"), word("is able to", "can"),
  ]

  static let changing: [Rewriting] = [
    Rewriting(name: "another number") { sentence in
      guard let digit = sentence.firstIndex(where: { $0.isASCII && $0.isNumber }) else { return nil }
      let other = sentence[digit] == "7" ? "8" : "7"
      return sentence[..<digit] + other + sentence[sentence.index(after: digit)...]
    },
    Rewriting(name: "no condition") { sentence in
      guard sentence.hasPrefix("If "), let comma = sentence.firstIndex(of: ",") else { return nil }
      let main = sentence[sentence.index(after: comma)...].dropFirst()
      return main.split(separator: " ").count < 5 ? nil : main.prefix(1).uppercased() + main.dropFirst()
    },
    Rewriting(name: "only") { sentence in
      guard !sentence.contains("nly") else { return nil }
      return "Only " + sentence.prefix(1).lowercased() + sentence.dropFirst()
    },
    word("must not", "must"), word("must", "must not"), word("does not", "does"), word("is not", "is"),
    word("are not", "are"),
    word("is", "is not"), word("are", "are not"), word("should not", "should"), word("should", "should not"),
    word("can", "cannot"), word("will", "will not"), word("must", "may"), word("may", "must"), word("should", "must"),
    word("some", "all"), word("all", "some"), word("at least", "at most"), word("at least", ""),
    word("before", "after"),
    word("after", "before"), word("more", "less"), word("less", "more"), word("first", "last"), word("usually", ""),
    word("possibly", ""), word("two", "three"), word("three", "thirteen"), word("always", "never"),
    word("never", "always"),
    word("require", "forbid"), word("included", "excluded"), word("often", "always"), word("higher", "lower"),
    word("newer", "older"), word("larger", "smaller"), word("installed", "removed"), word("most", "all"),
    word("only", ""),
    word("with", "without"), word("without", "with"), word("any", "no"), word("no", "any"), word("nor", "and"),
  ]
}

extension Substring {
  fileprivate var trimmed: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
