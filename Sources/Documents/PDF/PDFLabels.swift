import Foundations

/// Lines that stand out and are no headings: captions, notes, examples and theorems with their labels, lines of copyright.
enum PDFLabels {
  private static let numbered: Set<String> = [
    "figure", "fig", "table", "tab", "listing", "chart", "box", "exhibit", "plate", "scheme", "algorithm", "graph",
    "diagram",
    "map", "example", "theorem", "lemma", "proposition", "corollary", "definition", "proof", "remark", "note",
    "warning",
    "abbildung", "abb", "tabelle", "beispiel", "satz", "lemma", "bemerkung", "anmerkung", "hinweis", "warnung",
    "beweis",
    "tableau", "exemple", "théorème", "lemme", "définition", "remarque", "avertissement", "preuve", "figura", "tabla",
    "tabella", "ejemplo", "esempio", "nota", "advertencia", "avviso", "teorema", "рисунок", "рис", "таблица", "пример",
    "図", "表", "图",
  ]

  private static let alone: Set<String> = [
    "note", "notes", "warning", "caution", "important", "tip", "hint", "attention", "danger", "remark", "proof",
    "hinweis",
    "anmerkung", "achtung", "warnung", "wichtig", "tipp", "remarque", "avertissement", "attention", "nota",
    "advertencia",
    "aviso", "atención", "attenzione", "avviso", "примечание", "внимание",
  ]

  /// Whether this is the title of a box and nothing else: `Warning`.
  static func isOfBox(_ text: String) -> Bool {
    alone.contains(text.lowercased().filter { $0.isLetter }) && !text.contains(" ")
  }

  /// `isLarge` lines may well be headings that are called like this: `Example 3` in the size of a section's title.
  static func isNone(_ text: String, isLarge: Bool) -> Bool {
    if let first = text.unicodeScalars.first, first == "©" { return true }
    let words = text.split(separator: " ", maxSplits: 2)
    guard let first = words.first else { return true }
    let name = first.lowercased().filter { $0.isLetter }
    if name == "copyright", words.count > 1,
      words[1].hasPrefix("©") || words[1].hasPrefix("(") || words[1].first?.isNumber == true
    {
      return true
    }
    if isLarge { return false }
    if alone.contains(name), words.count == 1 || first.hasSuffix(":") || first.hasSuffix("!") { return true }
    guard words.count > 1, numbered.contains(name) else { return false }
    let number = words[1].utf8.filter { $0 != 0x2E && $0 != 0x3A && $0 != 0x29 }
    return !number.isEmpty && number.count <= 6 && number.allSatisfy { $0 >= 48 && $0 <= 57 || $0 == 0x2D }
      || words[1].contains { $0.isNumber } && words[1].utf8.count <= 6
  }
}
