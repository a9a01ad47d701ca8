/// Lines that say what a table or a picture is: `Figure 3: Locks`, `Tabelle 2`, `TABLE IV`, `表 1`.
enum PDFCaptions {
  private static let words: Set<String> = [
    "figure", "fig", "table", "tab", "listing", "chart", "box", "exhibit", "plate", "scheme", "algorithm", "graph",
    "diagram", "map", "abbildung", "abb", "tabelle", "tableau", "figura", "tabla", "tabella", "gráfico", "cuadro",
    "quadro", "tabela", "рисунок", "рис", "таблица", "табл", "σχήμα", "πίνακας", "איור", "טבלה", "شكل", "جدول", "図",
    "表", "图",
    "圖",
  ]

  static func isCaption(_ text: String) -> Bool {
    guard text.utf8.count < 400, let (number, rest) = parts(text) else { return false }
    if rest.isEmpty || number.hasSuffix(":") || number.hasSuffix(".") { return true }
    guard text.utf8.count < 160 else { return false }
    // `Table 3 shows` is a sentence.
    guard let next = rest.unicodeScalars.first else { return true }
    return next.properties.isUppercase || !next.properties.isAlphabetic || !next.properties.isCased
  }

  /// A label with its number and nothing else: the caption follows in the next line.
  static func isLabel(_ text: String) -> Bool { parts(text)?.rest.isEmpty ?? false }

  private static func parts(_ text: String) -> (number: Substring, rest: Substring)? {
    // Most lines have no number in the first words, or begin with a small letter.
    guard let initial = text.utf8.first, !(0x61...0x7A).contains(initial),
      text.utf8.prefix(48).contains(where: { $0 >= 48 && $0 <= 57 || "IVXLC".utf8.contains($0) })
    else { return nil }
    let text = whole(text)
    let pieces = text.split(separator: " ", maxSplits: 2)
    guard let first = pieces.first else { return nil }
    // Chinese and Japanese need no space before the number.
    if let sign = first.first, words.contains(String(sign)), first.count > 1 {
      let number = first.dropFirst()
      return isNumber(number) ? (number, text.dropFirst(first.count).drop { $0 == " " }) : nil
    }
    guard pieces.count >= 2, isNumber(pieces[1]), first.first?.isLowercase == false,
      words.contains(first.lowercased().filter { $0 != "." })
    else { return nil }
    return (pieces[1], pieces.count > 2 ? pieces[2] : "")
  }

  /// Without the space between the capital and the small capitals of a label: `T ABLE IV`.
  private static func whole(_ text: String) -> String {
    let scalars = text.unicodeScalars
    guard scalars.count > 4, scalars.dropFirst().first == " ", scalars.first?.properties.isUppercase == true,
      let word = scalars.dropFirst(2).split(separator: " ").first, word.allSatisfy({ $0.properties.isUppercase }),
      words.contains((String(scalars.prefix(1)) + String(word)).lowercased())
    else { return text }
    return String(scalars.prefix(1)) + String(scalars.dropFirst(2))
  }

  private static func isNumber(_ text: Substring) -> Bool {
    let core = text.utf8.filter { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "-") }
    return core.contains { $0 >= 48 && $0 <= 57 } && core.count <= 6
      || !core.isEmpty && core.count <= 5 && core.allSatisfy { "IVXLC".utf8.contains($0) }
  }
}

extension Unicode.Scalar.Properties {
  /// Whether its script has capitals at all.
  fileprivate var isCased: Bool { isLowercase || isUppercase }
}
