import Foundations

/// Makes paragraphs of lines.
enum PDFParagraphs {
  /// The blocks of one page. Lines for which `heading` has a level are headings.
  static func blocks(_ lines: [PDFLine], _ style: PDFStyle, _ headings: [Int: PDFHeadingMark]) -> [PDFBlock] {
    var blocks: [PDFBlock] = []
    var current: [PDFLine] = []
    var isCode = false
    func end() {
      if !current.isEmpty { blocks.append(PDFBlock(isCode ? .code : .text, current)) }
      current = []
    }
    // Of each column its own.
    let sides = lines.reduce(into: [Int: (left: Double, right: Double)]()) { sides, line in
      let known = sides[line.column] ?? (.infinity, 0)
      sides[line.column] = (min(known.left, line.box.left), max(known.right, line.box.right))
    }
    let usual = usualGap(lines, sides)
    for (index, line) in lines.enumerated() {
      if let mark = headings[index] {
        end()
        switch mark.role {
        case .dropped: continue
        case .further:
          if let last = blocks.indices.last, case .heading = blocks[last].kind {
            blocks[last].lines.append(line)
            blocks[last].box = blocks[last].box.union(line.box)
            continue
          }
        case .runIn:
          if let (lead, rest) = line.splitAtLead() {
            blocks.append(PDFBlock(.heading(level: mark.level), [lead], mark.reason))
            isCode = false
            current = [rest]
            continue
          }
        case .first: break
        }
        blocks.append(PDFBlock(.heading(level: mark.level), [line], mark.reason))
        continue
      }
      let mono = line.isMono && !style.bodyIsMono
      if let last = current.last,
        mono != isCode
          || (mono ? isFar(last, line) : breaks(last, line, current[0], sides[last.column] ?? (0, 0), usual))
      {
        end()
      }
      isCode = mono
      current.append(line)
    }
    end()
    return blocks
  }

  private static func isFar(_ last: PDFLine, _ line: PDFLine) -> Bool {
    let gap = line.box.top - last.box.bottom
    return gap > 3 * line.size || gap < -2 * line.size
  }

  /// The gap between the lines of a paragraph, as a part of their size: what a quarter of the gaps stays below, where a line
  /// goes on in the next one. Paragraphs of one line push it up, so it is at most one line.
  private static func usualGap(_ lines: [PDFLine], _ sides: [Int: (left: Double, right: Double)]) -> Double {
    func goesOn(_ line: PDFLine, _ next: PDFLine) -> Bool {
      guard let side = sides[line.column], line.column == next.column else { return false }
      return line.box.width > 0.75 * (side.right - side.left)
        || next.text.unicodeScalars.first?.properties.isLowercase == true
    }
    func gaps(_ pairs: some Sequence<(PDFLine, PDFLine)>) -> [Double] {
      pairs.map { ($1.box.top - $0.box.bottom) / max(1, $1.size) }.filter { $0 > -0.5 && $0 < 2 }.sorted()
    }
    let pairs = zip(lines, lines.dropFirst()).filter(goesOn)
    let usual = gaps(pairs)
    if usual.count >= 4 { return min(1, usual[usual.count / 4]) }
    // Of a few, those within a sentence.
    let within = gaps(pairs.filter { !endsSentence($0.0.text) && $0.0.font == $0.1.font && label($0.1.text) == nil })
    return within.isEmpty ? 0 : min(1, within[within.count / 4])
  }

  /// Whether `line` begins a new paragraph after `last`.
  private static func breaks(
    _ last: PDFLine, _ line: PDFLine, _ first: PDFLine, _ sides: (left: Double, right: Double), _ usual: Double
  ) -> Bool {
    let gap = line.box.top - last.box.bottom
    // The label of a caption stands above it, in whatever size.
    if PDFCaptions.isLabel(last.text), gap > -last.size, gap < 0.6 * line.size { return false }
    // Lines of Chinese and Japanese stand further apart.
    let isWide = PDFScripts.joinsWithoutSpace(last.text.unicodeScalars.last, line.text.unicodeScalars.first)
    if gap > max(isWide ? 1.1 : 0.55, usual + 0.35) * line.size || gap < -2 * line.size { return true }
    if abs(last.size - line.size) > 0.06 * max(last.size, line.size) { return true }
    if last.isBold != line.isBold { return true }
    if label(line.text) != nil || countsOn(first.text, line.text) { return true }
    if PDFCaptions.isCaption(line.text), endsSentence(last.text) || isCaption(first) { return true }
    if isCaption(first), isCentred(last, line), gap < 0.35 * line.size { return false }
    // An item or a caption of one line, behind which there was room for the next word.
    if hasEnded(last, line, first, sides) { return true }
    // What stands further out than the lines of an item is no more of it.
    if !last.runsBack, !line.runsBack, label(first.text) != nil, line.box.left < last.box.left - 0.5 * line.size,
      last.box.left > first.box.left + 0.5 * line.size || line.box.left < first.box.left - 0.5 * line.size
    {
      return true
    }
    // Where lines begin at the right, they end at the left.
    let isFromRight = last.runsBack
    let rest = isFromRight ? last.box.left - sides.left : sides.right - last.box.right
    let whole = isFromRight ? last.box.right - sides.left : sides.right - last.box.left
    let short = rest > 0.25 * max(1, whole)
    let indent = isFromRight ? last.box.right - line.box.right : line.box.left - last.box.left
    let begins = isFromRight ? last.box.right - first.box.right : last.box.left - first.box.left
    if indent > 0.8 * line.size && label(last.text) == nil && (short || abs(begins) < 1 && endsSentence(last.text)) {
      return true
    }
    return short && endsSentence(last.text)
  }

  private static func isCaption(_ line: PDFLine) -> Bool {
    PDFCaptions.isCaption(line.text) || PDFCaptions.isLabel(line.text)
  }

  private static func isCentred(_ one: PDFLine, _ other: PDFLine) -> Bool {
    abs(one.box.left + one.box.right - other.box.left - other.box.right) < one.size
      && abs(one.box.left - other.box.left) > one.size
  }

  /// Whether an item of a list, or a caption, that is one line long ended there: far before the end of the column, while
  /// the next line begins like a sentence, where the item's label or the column begins.
  private static func hasEnded(
    _ last: PDFLine, _ line: PDFLine, _ first: PDFLine, _ sides: (left: Double, right: Double)
  ) -> Bool {
    let isFromRight = last.runsBack
    let rest = isFromRight ? last.box.left - sides.left : sides.right - last.box.right
    let whole = isFromRight ? last.box.right - sides.left : sides.right - last.box.left
    guard last.box.top == first.box.top, rest > 0.3 * max(1, whole), let initial = line.text.unicodeScalars.first,
      initial.properties.isAlphabetic, !initial.properties.isLowercase
    else { return false }
    let isWide = PDFScripts.isWide(initial.value)
    let word = isWide ? 1 : line.text.split(separator: " ", maxSplits: 1).first?.unicodeScalars.count ?? 0
    guard rest > Double(word + 2) * line.characterWidth * 1.2 else { return false }
    if label(first.text) != nil {
      return line.runsBack == isFromRight && line.box.left < first.box.left + 0.9 * line.size
    }
    return PDFCaptions.isCaption(first.text)
      && (line.runsBack != isFromRight || line.box.left < first.box.left + 2 * line.size)
  }

  static func endsSentence(_ text: String) -> Bool {
    let closing: Set<Unicode.Scalar> = [")", "\"", "”", "’", "]"]
    let ends: Set<Unicode.Scalar> = [".", "!", "?", ":", ";", "。", "؟", "؛", "۔"]
    let last = text.unicodeScalars.last { !closing.contains($0) }
    return last.map { ends.contains($0) } ?? true
  }

  enum Label: Equatable {
    case bullet
    case number(Int)
    /// `a)` is 1.
    case letter(Int)
    /// `A.` is 1; it may also be the initial of a name.
    case capital(Int)
  }

  /// What a line begins with, if that can be the label of an item that is counted with capitals.
  static func capital(_ text: String) -> Label? {
    let scalars = text.unicodeScalars
    let word = scalars.prefix { $0 != " " }.drop { $0 == "(" }
    guard word.endIndex < scalars.endIndex, word.count == 2, let letter = word.first, let end = word.last,
      end == "." || end == ")", (65...90).contains(letter.value)
    else { return nil }
    return .capital(Int(letter.value) - 64)
  }

  /// Whether a line begins the next item after one that is counted with capitals.
  static func countsOn(_ first: String, _ line: String) -> Bool {
    guard case .capital(let next) = capital(line), case .capital(let number) = capital(first) else { return false }
    return next == number + 1
  }

  /// What a line begins with, if that can be the label of a list's item.
  static func label(_ text: String) -> Label? {
    let scalars = text.unicodeScalars
    guard let space = labelEnd(scalars) else { return nil }
    let word = scalars[..<space]
    guard let first = word.first else { return nil }
    if word.count == 1, "•◦▪▫∙·‣⁃–—-*∗○●■□➢✓✔►▶◆❖➤→".unicodeScalars.contains(first) { return .bullet }
    // Symbol fonts put their bullets where Unicode has nothing.
    if word.count == 1, (0xF020...0xF0FF).contains(first.value) { return .bullet }
    let closed = word.last == "." || word.last == ")"
    guard closed else { return nil }
    let core = word.dropLast().drop { $0 == "(" }
    if let number = Int(String(core)), number >= 0, number < 1000 { return .number(number) }
    if core.count == 1, let letter = core.first, letter.value >= 97, letter.value <= 122 {
      return .letter(Int(letter.value) - 96)
    }
    return nil
  }

  /// Where the first word ends; scripts that have no Latin letters need no space behind a number: `1.すべて`.
  private static func labelEnd(_ scalars: String.UnicodeScalarView) -> String.UnicodeScalarView.Index? {
    var index = scalars.startIndex
    var digits = 0
    while index < scalars.endIndex, digits < 3, (0x30...0x39).contains(scalars[index].value) {
      digits += 1
      index = scalars.index(after: index)
    }
    if digits > 0, index < scalars.endIndex, scalars[index] == "." || scalars[index] == ")" {
      let next = scalars.index(after: index)
      if next < scalars.endIndex, scalars[next].value >= 0x590,
        PDFScripts.isWide(scalars[next].value) || PDFScripts.isRightToLeft(scalars[next].value)
      {
        return next
      }
    }
    return scalars.firstIndex(of: " ")
  }

  /// Joins paragraphs that a page break cut in two.
  static func joinAcrossPages(_ blocks: inout [PDFBlock], _ style: PDFStyle) {
    var result: [PDFBlock] = []
    for block in blocks {
      if let last = result.indices.last,
        result[last].page < block.page || result[last].lines.last?.page != block.page,
        case .text = result[last].kind, case .text = block.kind,
        let before = result[last].lines.last,
        let after = block.lines.first, before.page + 1 == after.page, !endsSentence(before.text),
        let initial = after.text.unicodeScalars.first, initial.properties.isLowercase,
        abs(before.size - after.size) < 0.5
      {
        result[last].lines += block.lines
      } else {
        result.append(block)
      }
    }
    blocks = result
  }
}
