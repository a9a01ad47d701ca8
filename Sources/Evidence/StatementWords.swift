import Clustering

/// The words of a sentence that mean something, as far as two sentences can be compared by them.
struct StatementWords {
  /// Stems of words in lower case; pairs of letters where there are no spaces between words.
  private let stems: Set<String>
  /// How often it says that something is not so.
  let negations: Int

  private static let negations: Set<String> = [
    "not", "no", "never", "cannot", "without", "none", "neither", "nor", "nobody", "nothing",
  ]
  /// Words that deny without a 'not'.
  private static let denials = [
    "prohibit", "forbid", "forbad", "disallow", "prevent", "avoid", "refus", "reject", "fail", "lack", "absen",
    "exclud", "unable", "impossib", "deny", "denie", "stop", "cease", "missing", "unsupported", "invalid",
  ]

  init(_ text: String) {
    stems = Set(Terms.extract(text).filter { !$0.contains(" ") && !Self.negations.contains($0) }.map(Self.stem)).union(
      Self.pairs(text))
    let lower = text.lowercased()
    let words = lower.split { !$0.isLetter && $0 != "'" && $0 != "’" }
    let spaced = words.count { word in
      Self.negations.contains(String(word)) || word.hasSuffix("n't") || word.hasSuffix("n’t")
        || Self.denials.contains { word.hasPrefix($0) }
    }
    negations = spaced + lower.count { "不没未無无".contains($0) } + lower.split(separator: "ない").count - 1
  }

  /// The share of these words that stand among the others; 0 when there are none.
  func share(in others: StatementWords) -> Double {
    stems.isEmpty ? 0 : Double(stems.count { others.stems.contains($0) }) / Double(stems.count)
  }

  /// Words that must stand as they are: numbers in letters, and names in capitals.
  static func names(in text: String) -> Set<String> {
    var names: Set<String> = []
    for word in text.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
      let lower = word.lowercased()
      if numberWords.contains(lower) { names.insert(lower) }
      if word.count >= 2, word.count <= 6, word.allSatisfy({ $0.isUppercase && $0.isASCII }) {
        names.insert(String(word))
      }
    }
    return names
  }

  private static let numberWords: Set<String> = [
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "dozen", "twenty",
    "thirty", "forty", "fifty", "hundred", "hundreds", "thousand", "thousands", "million", "millions", "billion",
    "billions", "trillion", "half", "twice", "double", "doubled", "triple", "tripled", "quarter",
  ]

  /// Without the endings of English that change with the sentence: `conflicts`, `conflicting`, `conflicted`.
  private static func stem(_ word: String) -> String {
    var stem = word
    for ending in ["ingly", "ments", "ment", "ing", "ies", "ied", "ers", "ed", "es", "er", "ly", "s", "e", "y"]
    where stem.count > ending.count + 2 && stem.hasSuffix(ending) {
      stem.removeLast(ending.count)
      break
    }
    return stem
  }

  /// Pairs of neighbours in scripts that do not separate words.
  private static func pairs(_ text: String) -> Set<String> {
    var pairs: Set<String> = []
    var previous: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x3040...0x30FF, 0x3400...0x9FFF, 0xF900...0xFAFF, 0x0E00...0x0E7F, 0x20000...0x2FA1F:
        if let previous { pairs.insert(String(previous) + String(scalar)) }
        previous = scalar
      default: previous = nil
      }
    }
    return pairs
  }
}
