/// The words of a question, and the FTS5 query made of them.
struct QueryWords: Sendable, Hashable {
  /// In their searchable form, each once, in the order of the question.
  let words: [String]
  /// Names with signs between or around their parts.
  private let names: [String]

  /// Takes runs of letters, digits and marks; everything else separates, so that no operator, quote or
  /// column filter of FTS5 can come through.
  init(_ question: String) {
    let text = SearchableForm.of(question)
    names = Array(Identifiers.all(in: text).prefix(16))
    var words: [String] = []
    var seen: Set<String> = []
    var current = String.UnicodeScalarView()
    var isUnspaced = false
    func flush() {
      if current.isEmpty { return }
      let word = String(current)
      if seen.insert(word).inserted { words.append(word) }
      current = String.UnicodeScalarView()
    }
    for scalar in text.unicodeScalars {
      guard Self.isWordScalar(scalar) else {
        flush()
        continue
      }
      // 用Swift写 are three words; a vowel sign belongs to the letter before it.
      let isMark = scalar.value >= 0x300 && Self.isMark(scalar)
      let changes = !isMark && UnspacedScripts.isUnspaced(scalar) != isUnspaced
      if changes {
        flush()
        isUnspaced.toggle()
      }
      current.append(scalar)
    }
    flush()
    // A question of hundreds of words is a pasted text: its first words say enough.
    self.words = Array(words.prefix(64))
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.generalCategory == .nonspacingMark || scalar.properties.generalCategory == .spacingMark
  }

  static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9": return true
      default: return false
      }
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber,
      .letterNumber, .otherNumber, .nonspacingMark, .spacingMark, .privateUse:
      return true
    default: return false
    }
  }

  /// Words of questions that stand in every other chunk: they cost time and say nothing.
  private static let weak: Set<String> = [
    "a", "an", "and", "are", "as", "at", "be", "by", "can", "could", "do", "does", "for", "from", "had", "has", "have",
    "how",
    "i", "if", "in", "is", "it", "its", "me", "my", "of", "on", "or", "should", "that", "the", "there", "this", "to",
    "was",
    "we", "what", "when", "where", "which", "who", "why", "will", "with", "would", "you", "your",
  ]

  /// Any of the words, the weak ones only when there are no others; BM25 puts chunks with many and rare ones first. Names
  /// with signs are asked for whole, or as the phrase of their parts. `nil` when there is no word.
  var match: String? {
    guard !names.isEmpty else { return looseMatch }
    let parts = Set(names.flatMap { QueryWords.parts($0) })
    let plain = words.filter { !Self.weak.contains($0) && !parts.contains($0) }
    let whole = names.flatMap { name in
      let phrase = Self.parts(name)
      return ["\"\(Identifiers.word(name))\""] + (phrase.count > 1 ? ["\"\(phrase.joined(separator: " "))\""] : [])
    }
    return (whole + plain.flatMap(Self.expressions)).joined(separator: " OR ")
  }

  /// The same with the parts of names wherever they stand: for where nothing else is found.
  var looseMatch: String? {
    let strong = words.filter { !Self.weak.contains($0) }
    let chosen = strong.isEmpty ? words : strong
    return chosen.isEmpty ? nil : chosen.flatMap(Self.expressions).joined(separator: " OR ")
  }

  private static func parts(_ name: String) -> [String] {
    name.split { !$0.isLetter && !$0.isNumber }.map(String.init)
  }

  private static func expressions(_ word: String) -> [String] {
    word.unicodeScalars.first.map(UnspacedScripts.isUnspaced) == true ? UnspacedScripts.query(word) : ["\"\(word)\""]
  }
}
