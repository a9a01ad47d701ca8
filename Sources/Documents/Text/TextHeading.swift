import Foundations

/// Headings of plain text that no line is drawn below.
enum TextHeading {
  /// - Returns: the heading at the start of a block, and of how many lines it is.
  static func title(
    _ lines: [ArraySlice<UInt8>], _ measure: TextMeasure, isBold: Bool, isPoint: Bool, isFirst: Bool
  ) -> (element: DocumentElement, lines: Int)? {
    guard lines[0].count <= 300 else { return nil }
    let text = TextLine.string(TextLine.trimmed(lines[0])).split { $0 == " " || $0 == "\t" }.joined(separator: " ")
    let indent = TextLine.indent(lines[0])
    func made(_ level: Int) -> (DocumentElement, Int) { (DocumentElement(.title, text, level: level), 1) }
    if lines.count > 1 {
      // As in manual pages: the text begins in the next line, further in.
      let inner = lines.dropFirst().map { TextLine.indent($0) }.min() ?? 0
      // A numbered line much shorter than the text right below it.
      let second = TextLine.trimmed(lines[1])
      if let level = Numbering.level(text), level > 1, second.count >= 40, lines[0].count * 10 < second.count * 7,
        second.first.map({ $0 >= 65 && $0 <= 90 }) == true
      {
        return made(level)
      }
      guard inner >= indent + 3, indent < max(3, measure.indent), text.count <= 60, isBold || isLoud(text) else {
        return nil
      }
      return made(indent == 0 ? 1 : 2)
    }
    guard !isPoint else { return nil }
    if let level = Numbering.level(text) ?? named(text) { return made(level) }
    if let level = eastAsian(text) { return made(level) }
    guard let first = text.unicodeScalars.first, first.properties.isUppercase || first.properties.numericType != nil,
      let last = text.last, !".,;:!?".contains(last), text.count <= 80,
      TextMarker.length(TextLine.trimmed(lines[0])) == nil,
      !text.contains("[Page")
    else { return nil }
    let hasGaps = TextLine.string(TextLine.trimmed(lines[0])).contains("   ")
    guard !hasGaps else { return nil }
    if isBold, indent < max(4, measure.indent) { return made(indent == 0 ? 1 : 2) }
    if measure.indent >= 2, indent + 2 <= measure.indent { return made(1) }
    if isFirst, indent >= measure.indent + 6, measure.width > 0, abs(indent + lines[0].count - measure.width) <= 14 {
      return made(1)
    }
    return isLoud(text) && indent <= measure.indent ? made(1) : nil
  }

  /// Whether a line is in capitals.
  private static func isLoud(_ text: String) -> Bool {
    let letters = text.unicodeScalars.filter { $0.properties.isAlphabetic }
    guard letters.count >= 4, letters.count * 2 > text.count, !text.contains(where: { ";=|<>{}\\".contains($0) }),
      text.split(separator: " ").count <= 10
    else {
      return false
    }
    return letters.allSatisfy { $0.properties.isUppercase }
  }

  private static let words: Set<String> = [
    "chapter", "part", "book", "appendix", "kapitel", "chapitre", "capítulo", "capitolo", "teil", "глава",
  ]

  /// `CHAPTER IV.`, `Part One`
  private static func named(_ text: String) -> Int? {
    guard let word = text.split(separator: " ", maxSplits: 1).first?.lowercased(), words.contains(word),
      text.count <= 80,
      text.wholeMatch(
        of:
          /(?i:chapter|part|book|appendix|kapitel|chapitre|capítulo|capitolo|teil|глава) (\d+|[IVXLC]+|[A-Z]|One|Two|Three|Four|Five|Six|Seven|Eight|Nine|Ten)[.:]?( .*[^.,;])?/
      ) != nil
    else { return nil }
    return 1
  }

  /// 第三章 始まり
  private static func eastAsian(_ text: String) -> Int? {
    guard text.hasPrefix("第"), text.count <= 40, let last = text.last, !"。、，．！？".contains(last),
      let found = text.prefixMatch(of: /第[0-9０-９一二三四五六七八九十百〇零]+([章部編编篇卷巻回節节条條款])/)
    else { return nil }
    return "節节条條款".contains(found.output.1) ? 2 : 1
  }
}
