import Clustering

/// The words of a sentence that mean something, as far as two sentences can be compared by them.
struct StatementWords {
  /// Stems of words in lower case; pairs of letters where there are no spaces between words.
  private let stems: Set<String>
  /// The stems in the order in which they come, each once.
  private let order: [String]
  private let isPassive: Bool
  private let beginsElsewhere: Bool
  /// How often it says that something is not so.
  let negations: Int

  private static let prepositions: Set<String> = [
    "on", "in", "at", "after", "before", "during", "when", "if", "with", "for", "by", "since", "until", "from", "to",
    "under",
    "over", "while", "because", "although", "as", "there", "am", "im", "nach", "vor", "bei", "seit", "mit", "wenn",
    "dans", "en",
    "après", "avant", "pendant", "depuis", "quand",
  ]

  private static let negations: Set<String> = [
    "not", "no", "never", "cannot", "without", "none", "neither", "nor", "nobody", "nothing", "nicht", "kein", "keine",
    "keinen", "keiner", "keinem", "keines", "nie", "niemals", "niemand", "nichts", "ohne", "weder", "ne", "pas",
    "jamais",
    "aucun", "aucune", "rien", "personne", "sans", "ni", "hardly", "scarcely", "barely",
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
    var seen: Set<String> = []
    let all = stems
    order = words.map { Self.stem(String($0)) }.filter { all.contains($0) && seen.insert($0).inserted }
    isPassive = words.contains { ["by", "von", "durch", "par"].contains($0) }
    beginsElsewhere =
      words.first.map { Self.prepositions.contains(String($0)) } ?? true
      || lower.prefix(40).contains(",")
    let spaced = words.count { word in
      Self.negations.contains(String(word)) || word.hasSuffix("n't") || word.hasSuffix("n’t")
        || Self.denials.contains { word.hasPrefix($0) }
    }
    negations = spaced + lower.count { "不没未無无".contains($0) } + lower.split(separator: "ない").count - 1
  }

  /// Whether what comes first in each stands behind a word that both have in the other, in sentences of nearly the same
  /// words: who did it, and to whom. What begins with a preposition or is said in the passive may stand elsewhere.
  func swapsRoles(against other: StatementWords) -> Bool {
    guard isPassive == other.isPassive, !beginsElsewhere, !other.beginsElsewhere,
      share(in: other) >= 0.8, other.share(in: self) >= 0.6
    else { return false }
    let mine = order.filter { other.order.contains($0) }
    let theirs = other.order.filter { order.contains($0) }
    guard let first = mine.first, let other = theirs.first, first != other, let end = mine.firstIndex(of: other),
      let place = theirs.firstIndex(of: first)
    else { return false }
    // A word stands between both, in both.
    return !Set(mine[1..<end]).isDisjoint(with: theirs[1..<place])
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
    "hundreds", "thousands", "millions", "billions", "dozens", "half", "twice", "double", "doubled", "triple",
    "tripled",
    "quarter", "halb", "hälfte", "doppelt", "dreifach", "moitié", "double", "triple",
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
