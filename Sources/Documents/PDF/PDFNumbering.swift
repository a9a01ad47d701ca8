import Foundations

/// The number that a heading begins with: `3 Title`, `3.2. Title`, `Chapter 4: Title`, `A.1 Title`, `IV. Title`, `§ 7 Title`.
struct PDFNumbering {
  /// From 1; chapters, appendices and plain numbers have 1, parts 0.
  let depth: Int
  /// How the number is written: headings of one kind are counted in one way.
  let form: Form
  /// The number as it stands there, for people.
  let label: String
  /// What follows the number.
  let title: String

  enum Form: Hashable { case part, chapter, appendix, decimal, letter, roman, section }

  private static let named: [String: Form] = [
    "part": .part, "teil": .part, "partie": .part, "parte": .part, "book": .part,
    "chapter": .chapter, "kapitel": .chapter, "chapitre": .chapter, "capítulo": .chapter, "capitolo": .chapter,
    "appendix": .appendix, "annex": .appendix, "anhang": .appendix, "annexe": .appendix, "anexo": .appendix,
    "section": .section, "abschnitt": .section, "article": .section, "artikel": .section, "§": .section,
  ]

  init?(_ text: String) {
    let words = text.split(separator: " ", maxSplits: 2)
    guard let first = words.first else { return nil }
    if let form = Self.named[first.lowercased()], words.count >= 2 {
      let mark = Self.bare(words[1])
      guard Self.isNumber(mark) || Self.isRoman(mark) || mark.utf8.count == 1 || Self.isWord(mark) else { return nil }
      let depth = Self.decimalDepth(mark) ?? 1
      self.init(
        depth: form == .part ? 0 : depth, form: form, label: "\(first) \(mark)",
        title: words.count > 2 ? String(words[2]) : "")
      return
    }
    guard words.count >= 2 else { return nil }
    if first.utf8.first.map({ $0 >= 0x30 && $0 <= 0x39 }) == true, PDFDates.isDate(text) { return nil }
    // Most lines have no number: their title is not put together.
    var title: String { words.dropFirst().joined(separator: " ") }
    let mark = String(first)
    let core = Self.bare(first)
    if let depth = Self.decimalDepth(core) {
      self.init(depth: depth, form: mark.first?.isLetter == true ? .appendix : .decimal, label: mark, title: title)
    } else if mark.utf8.count >= 2, mark.hasSuffix("."), Self.isRoman(core), core.utf8.count > 1 || "IVX".contains(core)
    {
      self.init(depth: 1, form: .roman, label: mark, title: title)
    } else if core.utf8.count == 1, let letter = core.utf8.first, letter >= 65, letter <= 90,
      mark.utf8.count == 2 && mark.hasSuffix(".")
    {
      self.init(depth: 2, form: .letter, label: mark, title: title)
    } else {
      return nil
    }
  }

  private init(depth: Int, form: Form, label: String, title: String) {
    self.depth = depth
    self.form = form
    self.label = label
    self.title = title
  }

  /// Whether a line is nothing but a number of a chapter, as `Chapter 4`, `CHAPTER`, `ONE`, `Part II`.
  static func isLabel(_ text: String) -> Form? {
    let words = text.split(separator: " ")
    guard let first = words.first, words.count <= 2, text.utf8.count <= 24, let form = named[first.lowercased()] else {
      return nil
    }
    guard words.count == 2 else { return form == .section ? nil : form }
    let mark = bare(words[1])
    return isNumber(mark) || isRoman(mark) || mark.utf8.count == 1 || isWord(mark) ? form : nil
  }

  /// Whether this is a number and nothing else: `4`, `IV`, `FOUR`.
  static func isBareNumber(_ text: String) -> Bool {
    let mark = bare(text[...])
    return isNumber(mark) || isRoman(mark) || isWord(mark) || mark.utf8.count == 1 && mark.first?.isLetter == true
  }

  /// Whether this is a number in letters: `SEVENTEEN`.
  static func isSpelledNumber(_ text: String) -> Bool { text.utf8.count <= 14 && isWord(text) }

  private static func bare(_ word: Substring) -> String {
    var word = word
    while let last = word.last, last == "." || last == ":" || last == ")" { word.removeLast() }
    return String(word)
  }

  private static func isNumber(_ word: String) -> Bool { decimalDepth(word) != nil }

  private static func isRoman(_ word: String) -> Bool {
    !word.isEmpty && word.utf8.count <= 7 && word.utf8.allSatisfy { "IVXLC".utf8.contains($0) }
  }

  private static func isWord(_ word: String) -> Bool {
    let words = [
      "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen",
      "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
    ]
    return words.contains(word.lowercased()) || word.lowercased().hasPrefix("twenty")
      || word.lowercased().hasPrefix("thirty")
  }

  /// How many parts `3.2` or `A.1.4` has; a letter alone is none.
  static func decimalDepth(_ word: String) -> Int? {
    let parts = word.split(separator: ".", omittingEmptySubsequences: false)
    guard (1...6).contains(parts.count) else { return nil }
    for (index, part) in parts.enumerated() {
      let isDigits = !part.isEmpty && part.utf8.count <= 3 && part.utf8.allSatisfy { $0 >= 48 && $0 <= 57 }
      let isLetter =
        index == 0 && parts.count > 1 && part.utf8.count == 1 && part.utf8.first.map { $0 >= 65 && $0 <= 90 } == true
      guard isDigits || isLetter else { return nil }
    }
    return parts.count
  }
}
