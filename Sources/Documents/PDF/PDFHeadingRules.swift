import Foundations

/// Finds headings without bookmarks: lines that stand out by size, weight, number or the table of contents,
/// judged together with the other lines of the same style.
struct PDFHeadingRules {
  /// Lines of one style stand and fall together.
  struct StyleKey: Hashable {
    /// In half points.
    let size: Int
    let isBold: Bool
    let font: Int
  }

  struct Candidate {
    let page: Int
    let lines: Range<Int>
    let text: String
    let size: Double
    var key: StyleKey
    let number: PDFNumbering?
    /// From the table of contents.
    let contentsLevel: Int?
    let role: PDFHeadingMark.Role
    /// Lines above it that only say `Chapter 4`.
    let label: Range<Int>
    let labelForm: PDFNumbering.Form?
  }

  private(set) var candidates: [Candidate] = []
  let style: PDFStyle
  private let pages: [[PDFLine]]
  private let contents: PDFContents
  private let layout: PDFLayout

  init(_ pages: [[PDFLine]], _ contents: PDFContents, _ style: PDFStyle, _ layout: PDFLayout) {
    self.pages = pages
    self.layout = layout
    self.contents = contents
    self.style = style
    let start = pages.count >= 4 && Self.isCover(pages[0], style) ? 1 : 0
    for page in pages.indices.dropFirst(start) { collect(page) }
    // Before a table of contents there is front matter.
    if contents.count >= 5, let first = contents.firstPage {
      candidates.removeAll { $0.page < first && $0.contentsLevel == nil && $0.number == nil }
    }
    dropTitlesOfBoxes()
    judgeCounted()
    judgeStyles()
    raiseDividers()
    dropTitlePage()
  }

  /// `Warning` and `Note` again and again are titles of boxes, however large.
  private mutating func dropTitlesOfBoxes() {
    let titles = candidates.filter { $0.contentsLevel == nil && PDFLabels.isOfBox($0.text) }.map(\.text)
    let often = Set(Dictionary(grouping: titles) { $0 }.filter { $0.value.count > 1 }.keys)
    candidates.removeAll { $0.contentsLevel == nil && often.contains($0.text) }
  }

  /// A heading that has its page to itself divides a document whose other headings of this style head a page of text
  /// each, as those of slides do: it stands above them.
  private mutating func raiseDividers() {
    func isAlone(_ candidate: Candidate) -> Bool {
      candidate.page > 0 && pages[candidate.page].count == candidate.label.count + candidate.lines.count
    }
    let alone = candidates.filter(isAlone)
    guard alone.count >= 2 else { return }
    for key in Set(alone.map(\.key)) {
      let others = candidates.filter { $0.key == key && !isAlone($0) && $0.number == nil }
      guard others.count >= alone.count else { continue }
      // Larger than what counts as one size.
      let above = StyleKey(size: key.size + max(1, key.size / 10), isBold: key.isBold, font: key.font)
      for index in candidates.indices where candidates[index].key == key && isAlone(candidates[index]) {
        candidates[index].key = above
      }
    }
  }

  /// Names and dates below the title of a document: in large type, but in a style that no heading has.
  private mutating func dropTitlePage() {
    guard let title = candidates.first, title.page == 0, let largest = candidates.map(\.size).max(),
      title.size >= largest
    else { return }
    // The initial of a name looks like a number, but none counts on from it.
    let lettered = Dictionary(grouping: candidates.filter { $0.number?.form == .letter }, by: \.key).mapValues(\.count)
    func isNumbered(_ candidate: Candidate) -> Bool {
      candidate.number.map { $0.form != .letter || lettered[candidate.key, default: 0] > 1 } ?? false
    }
    /// Whether something else stands between two candidates of the page: a table was taken out there.
    func isFar(_ candidate: Candidate, below end: Int) -> Bool {
      let line = pages[0][candidate.lines.lowerBound]
      return line.box.top - pages[0][end - 1].box.bottom > 4 * line.size
    }
    let far = zip(candidates, candidates.dropFirst()).filter { above, candidate in
      above.page == 0 && candidate.page == 0 && isFar(candidate, below: above.lines.upperBound)
    }.map(\.1.key)
    let later = Set(candidates.filter { $0.page > 0 || isNumbered($0) || $0.contentsLevel != nil }.map(\.key) + far)
    // As far as one follows the other, without text between them.
    var end: Int? = title.lines.upperBound
    candidates = candidates.enumerated().filter { index, candidate in
      guard index > 0, let last = end else { return true }
      let isBelow =
        candidate.page == 0 && candidate.lines.lowerBound <= last + 1 && !isNumbered(candidate)
        && !isFar(candidate, below: last)
        && candidate.contentsLevel == nil && !later.contains(candidate.key)
      end = isBelow ? candidate.lines.upperBound : nil
      return !isBelow || candidate.key == title.key
    }.map(\.element)
  }

  /// A first page of names and dates without running text.
  static func isCover(_ lines: [PDFLine], _ style: PDFStyle) -> Bool {
    let body = lines.filter { abs($0.size - style.bodySize) < 0.1 * style.bodySize }
    // Lines of narrow columns are short.
    return body.count { $0.text.utf8.count >= 40 } < 3
      && body.reduce(0) { $0 + ($1.text.utf8.count >= 20 ? $1.text.utf8.count : 0) } < 500
  }

  private func key(_ line: PDFLine, _ size: Double) -> StyleKey {
    StyleKey(size: Int(clamping: (min(size, 5000) * 2).rounded()), isBold: line.isBold, font: line.font)
  }

  private mutating func collect(_ page: Int) {
    let lines = pages[page]
    var index = 0
    while index < lines.count {
      let label = labelLines(page, index)
      let first = label.upperBound
      let lead = setOff(page, index)
      guard lead == nil, first < lines.count, isHeading(page, first) else {
        if let lead {
          appendRunIn(page, index, lead.text, isBold: lead.isBold)
        } else if let lead = runIn(page, index) {
          appendRunIn(page, index, lead, isBold: true)
        }
        index += 1
        continue
      }
      var end = first + 1
      while end < lines.count, end - first < 5, continues(page, end) { end += 1 }
      let text = lines[first..<end].map(\.text).joined(separator: " ")
      let size = isLearnt(page, first) ? layout.sizeOfCapitals(lines[first]) : lines[first].size
      candidates.append(
        Candidate(
          page: page, lines: first..<end, text: text, size: size, key: key(lines[first], size),
          number: PDFNumbering(text), contentsLevel: contentsLevel(text), role: .first, label: label,
          labelForm: label.isEmpty ? nil : PDFNumbering.isLabel(lines[label.lowerBound].text)))
      index = end
    }
  }

  private mutating func appendRunIn(_ page: Int, _ index: Int, _ text: String, isBold: Bool) {
    let size = pages[page][index].size
    candidates.append(
      Candidate(
        page: page, lines: index..<(index + 1), text: text, size: size,
        key: StyleKey(size: Int(clamping: (size * 2).rounded()), isBold: isBold, font: -1),
        number: PDFNumbering(text), contentsLevel: nil, role: .runIn, label: index..<index, labelForm: nil))
  }

  private func contentsLevel(_ text: String) -> Int? { contents.level(of: text) }

  /// `Chapter 4`, or `CHAPTER` and `FOUR` below it, above a heading.
  private func labelLines(_ page: Int, _ index: Int) -> Range<Int> {
    let lines = pages[page]
    if index == 0, lines.count > 1, PDFNumbering.isSpelledNumber(lines[0].text), isHeading(page, 1) { return 0..<1 }
    guard PDFNumbering.isLabel(lines[index].text) != nil, standsOut(lines[index]) else { return index..<index }
    var end = index + 1
    if lines[index].text.split(separator: " ").count == 1 {
      guard end < lines.count, PDFNumbering.isBareNumber(lines[end].text) else { return index..<index }
      end += 1
    }
    guard end < lines.count, isHeading(page, end), lines[end].size >= lines[index].size * 0.9,
      PDFNumbering.isLabel(lines[end].text) == nil
    else { return index..<index }
    return index..<end
  }

  private func standsOut(_ line: PDFLine) -> Bool {
    line.size > style.bodySize * 1.08 || line.isBold && !style.bodyIsBold && line.size >= style.bodySize * 0.95
  }

  private func isHeading(_ page: Int, _ index: Int) -> Bool {
    let lines = pages[page]
    let line = lines[index]
    let text = line.text
    guard text.utf8.count >= 2, text.utf8.count <= 240, line.pieces <= 3, Self.hasWords(text)
    else { return false }
    let number = PDFNumbering(text)
    if line.pieces > 2 && number == nil { return false }
    let isListed = contentsLevel(text) != nil
    if !isListed && isOfCaption(page, index) { return false }
    if line.isMono && !style.bodyIsMono && number == nil && !isListed { return false }
    if !standsOut(line) {
      guard isApart(page, index), !PDFDates.isDate(text) else { return false }
      return (number != nil || isCapital(text)) && isListed || isInOtherFont(page, index) || isLearnt(page, index)
    }
    let isLarger = line.size > style.bodySize * 1.08
    if !isListed && PDFLabels.isNone(text, isLarge: line.size > style.bodySize * 1.2) { return false }
    if isListed && (isLarger || isApart(page, index)) { return true }
    if looksLikeCode(text) && number == nil { return false }
    if isTerm(page, index) && !isHanging(page, index) && (number == nil || number?.title.isEmpty == true) {
      return false
    }
    if isLarger {
      // A paragraph in large type is none.
      return !(index + 4 < lines.count && (1...4).allSatisfy { continues(page, index + $0) })
    }
    // Bold lines of the body's size: only such as stand on their own and do not read like a sentence.
    if let last = text.unicodeScalars.last, ".,;:".unicodeScalars.contains(last) { return false }
    guard
      let initial = text.unicodeScalars.first(where: { $0.properties.isAlphabetic || $0.properties.numericType != nil }
      ),
      initial.properties.isUppercase || initial.properties.numericType != nil || !initial.isASCII
    else { return false }
    return isApart(page, index) && text.split(separator: " ").count <= 16
  }

  /// Whether it is the caption of a table or a picture, or goes on with one.
  private func isOfCaption(_ page: Int, _ index: Int) -> Bool {
    let lines = pages[page]
    for at in stride(from: index, through: max(0, index - 2), by: -1) {
      if PDFCaptions.isCaption(lines[at].text) { return true }
      guard at > 0, lines[at].font == lines[at - 1].font, abs(lines[at].size - lines[at - 1].size) < 0.1,
        lines[at].box.top > lines[at - 1].box.top, lines[at].box.top - lines[at - 1].box.bottom < 0.5 * lines[at].size
      else { return false }
    }
    return false
  }

  /// A line that only the layout model takes for a heading: one that neither size nor weight tells from text.
  private func isLearnt(_ page: Int, _ index: Int) -> Bool {
    let line = pages[page][index]
    let likely = layout.probability(.heading, page, index)
    // What is smaller than text is a note; its raised mark makes it as high as text.
    guard likely > 0.8, layout.sizeOfCapitals(line) > 0.93 * style.bodySize,
      line.size > 0.93 * style.bodySize || PDFNumbering(line.text).map({ $0.form != .decimal || $0.depth > 1 }) ?? true,
      !".,;:".unicodeScalars.contains(line.text.unicodeScalars.last ?? "."),
      likely > 0.97 || layout.shareOfHeadings(line) > 0.5
    else { return false }
    return !PDFLabels.isNone(line.text, isLarge: false) && !looksLikeCode(line.text)
      && PDFParagraphs.label(line.text) == nil
  }

  /// A short line with a number, in small capitals or italics of the body's size, or in capitals in the middle: a heading
  /// when others count on with it.
  private func isInOtherFont(_ page: Int, _ index: Int) -> Bool {
    let line = pages[page][index]
    guard let number = PDFNumbering(line.text), [.roman, .letter, .decimal].contains(number.form),
      !number.title.isEmpty,
      line.font >= 0, line.font != style.bodyFont || isCapital(number.title) && layout.isCentred(page, index),
      !line.isMono,
      abs(line.size - style.bodySize) < 0.25 * style.bodySize,
      line.pieces <= 2, number.title.split(separator: " ").count <= 14,
      number.title.unicodeScalars.first?.properties.isUppercase == true
    else { return false }
    return true
  }

  /// Numbered headings that only another font tells from text: those of one style must count on from the first.
  private mutating func judgeCounted() {
    func isWeak(_ candidate: Candidate) -> Bool {
      let line = pages[candidate.page][candidate.lines.lowerBound]
      return candidate.role == .first && candidate.contentsLevel == nil && !standsOut(line)
    }
    // Choices that are counted with capitals follow one another without text between them.
    var choices: Set<Int> = []
    for (index, (one, next)) in zip(candidates, candidates.dropFirst()).enumerated()
    where isWeak(one) && isWeak(next) && one.page == next.page && one.lines.upperBound == next.lines.lowerBound {
      if PDFParagraphs.countsOn(one.text, next.text) { choices.formUnion([index, index + 1]) }
    }
    candidates = candidates.enumerated().filter { !choices.contains($0.offset) }.map(\.element)
    struct Kind: Hashable {
      let key: StyleKey
      let form: PDFNumbering.Form
    }
    var labels: [Kind: Set<String>] = [:]
    for candidate in candidates where isWeak(candidate) {
      guard let number = candidate.number else { continue }
      labels[Kind(key: candidate.key, form: number.form), default: []].insert(
        number.label.filter { $0.isLetter || $0.isNumber })
    }
    candidates = candidates.filter { candidate in
      guard isWeak(candidate), candidate.number != nil || !isLearnt(candidate.page, candidate.lines.lowerBound) else {
        return true
      }
      guard let number = candidate.number, let known = labels[Kind(key: candidate.key, form: number.form)] else {
        return false
      }
      return switch number.form {
      case .roman: known.isSuperset(of: ["I", "II"]) && Self.follows(number.label, known)
      case .letter: known.isSuperset(of: ["A", "B"])
      default:
        known.isSuperset(of: ["1", "2"]) || known.isSuperset(of: ["11", "12"])
          || number.depth == 2 && known.isSuperset(of: ["11", "21"])
      }
    }
  }

  /// Whether the Roman number before this one is there, too: `X.` after `III.` is somebody's initial.
  private static func follows(_ label: String, _ known: Set<String>) -> Bool {
    guard let number = RomanNumber(label.filter { $0.isLetter }) else { return false }
    return number.value == 1 || known.contains { RomanNumber($0)?.value == number.value - 1 }
  }

  /// Whether at least half of what stands there are words: signs of music and formulas are none.
  private static func hasWords(_ text: String) -> Bool {
    var (words, all) = (0, 0)
    for word in text.split(separator: " ") {
      all += 1
      var letters = 0
      for scalar in word.unicodeScalars where scalar.properties.isAlphabetic {
        letters += scalar.value >= 0x2E80 ? 2 : 1
      }
      if letters >= 2 || word.utf8.allSatisfy({ $0 < 0x41 }) && words > 0 { words += 1 }
    }
    return words > 0 && words * 2 >= all - 1
  }

  private func isCapital(_ text: String) -> Bool {
    !text.unicodeScalars.contains { $0.properties.isLowercase }
  }

  /// Whether there is more space above a line than between the lines of a paragraph.
  private func isApart(_ page: Int, _ index: Int) -> Bool {
    guard index > 0 else { return true }
    let (line, above) = (pages[page][index], pages[page][index - 1])
    return line.box.top - above.box.bottom > 0.4 * line.size || line.box.top < above.box.top
  }

  private func looksLikeCode(_ text: String) -> Bool {
    if text.utf8.contains(where: { "=;{}<>\\|_".utf8.contains($0) }) { return true }
    guard let open = text.utf8.firstIndex(of: UInt8(ascii: "(")) else { return text.hasSuffix(")") }
    // `f (x)` and `int f(x, y)`, but not `Boats (see below)`.
    return text[..<open].first?.isLowercase == true
  }

  /// A line in bold capitals at an edge where nothing but such lines begins, as in manual pages: all text is indented.
  private func isHanging(_ page: Int, _ index: Int) -> Bool {
    let line = pages[page][index]
    guard line.isBold, isCapital(line.text), isApart(page, index), !line.isMono || style.bodyIsMono else {
      return false
    }
    let edge = pages[page].filter { abs($0.box.left - line.box.left) < 1 && $0.pieces == 1 }
    return edge.count >= 2 && edge.allSatisfy { $0.isBold && isCapital($0.text) }
      && pages[page].allSatisfy { $0.box.left > line.box.left - 1 }
  }

  /// Whether what follows is indented below the line: then it is a term that is explained.
  private func isTerm(_ page: Int, _ index: Int) -> Bool {
    let lines = pages[page]
    let line = lines[index]
    guard line.size <= style.bodySize * 1.2 else { return false }
    // Several terms may share an explanation.
    var next = index + 1
    while next < lines.count, next - index < 8, abs(lines[next].box.left - line.box.left) < 1,
      abs(lines[next].size - line.size) < 0.1, lines[next].box.top - lines[next - 1].box.bottom < 0.6 * line.size
    { next += 1 }
    guard next < lines.count else { return false }
    let below = lines[next]
    let indent = below.box.left - line.box.left
    guard indent > 0.8 * style.bodySize, indent < 8 * style.bodySize, below.box.top > line.box.top, !below.isBold,
      PDFParagraphs.label(below.text) == nil
    else { return false }
    // The first line of a paragraph may be indented; the second shows what the paragraph is.
    guard next + 1 < lines.count, lines[next + 1].box.top > below.box.top,
      lines[next + 1].box.top - below.box.bottom < 0.6 * below.size
    else { return below.text.utf8.count < 60 || indent > 1.6 * style.bodySize }
    return lines[next + 1].box.left - line.box.left > 0.8 * style.bodySize
  }

  /// Whether a line goes on with the heading in the line above it.
  private func continues(_ page: Int, _ index: Int) -> Bool {
    let line = pages[page][index]
    let above = pages[page][index - 1]
    // A heading ends where its style ends.
    guard above.font == line.font || standsOut(line) else { return false }
    guard standsOut(line) || layout.probability(.heading, page, index) > 0.4 else { return false }
    guard abs(above.size - line.size) < 0.05 * line.size, above.isBold == line.isBold,
      line.box.top - above.box.bottom < 0.8 * line.size, line.box.top > above.box.top,
      PDFNumbering(line.text)?.form != .decimal || line.box.left > above.box.left + 0.5 * line.size
    else { return false }
    // The title in the middle of the page and the first heading at its left edge are two.
    let (one, other) = (above.box, line.box)
    let distance = min(
      abs(one.left - other.left), abs(one.right - other.right), abs(one.left + one.right - other.left - other.right) / 2
    )
    guard distance < 0.6 * line.size || other.left > one.left && PDFNumbering(above.text) != nil else { return false }
    // Two entries of the table of contents are two headings.
    return contentsLevel(line.text) == nil || contentsLevel(above.text + " " + line.text) != nil
  }

  /// The bold beginning of a paragraph, set off from its text by more than a space: LaTeX's `\paragraph`.
  private func runIn(_ page: Int, _ index: Int) -> String? {
    let line = pages[page][index]
    // After a number such as 2.1 less room is enough.
    let isNumbered = line.boldLead.map { PDFNumbering($0)?.form == .decimal && (PDFNumbering($0)?.depth ?? 0) > 1 }
    guard let lead = line.boldLead, !style.bodyIsBold,
      line.boldLeadGap >= (isNumbered == true ? 0.3 : 0.7) * line.size, isApart(page, index),
      lead.utf8.count >= 3, lead.utf8.count <= 80, lead.split(separator: " ").count <= 8, !lead.hasSuffix(":"),
      !looksLikeCode(lead), PDFParagraphs.label(lead + " x") == nil,
      let initial = lead.unicodeScalars.first, initial.properties.isUppercase
    else { return nil }
    return lead
  }

  /// The beginning of a paragraph in another font than the text, perhaps behind a number in that of the text, that ends
  /// with a full stop and is set off by more than a space: AMS-LaTeX's `\subsection`.
  private func setOff(_ page: Int, _ index: Int) -> PDFLead? {
    let line = pages[page][index]
    guard let lead = line.lead, lead.isSetOff, lead.text.hasSuffix("."), line.text.hasPrefix(lead.text),
      lead.font != style.bodyFont, lead.restFont == style.bodyFont, isApart(page, index), line.pieces == 1,
      line.size > 0.93 * style.bodySize, lead.text.utf8.count <= 100
    else { return nil }
    let title = (PDFNumbering(lead.text)?.title).flatMap { $0.isEmpty ? nil : $0 } ?? lead.text
    guard title.unicodeScalars.first?.properties.isUppercase == true, title.split(separator: " ").count <= 14,
      !PDFLabels.isNone(title, isLarge: false), !looksLikeCode(title), PDFParagraphs.label(lead.text + " x") == nil,
      let next = line.text.unicodeScalars.dropFirst(lead.text.unicodeScalars.count).first(where: { $0 != " " }),
      !next.properties.isLowercase
    else { return nil }
    return lead
  }

  /// Whether the line before or behind is numbered one less or more, in the same place: lines of a program or of a list.
  private func isCounted(_ candidate: Candidate) -> Bool {
    guard let number = candidate.number, number.form == .decimal, number.depth == 1, candidate.contentsLevel == nil,
      candidate.label.isEmpty, let value = Self.value(number)
    else { return false }
    let lines = pages[candidate.page]
    let left = lines[candidate.lines.lowerBound].box.left
    for (index, expected) in [(candidate.lines.lowerBound - 1, value - 1), (candidate.lines.upperBound, value + 1)]
    where lines.indices.contains(index) {
      guard abs(lines[index].box.left - left) < 12, let other = PDFNumbering(lines[index].text), other.form == .decimal,
        other.depth == 1, Self.value(other) == expected
      else { continue }
      return true
    }
    return false
  }

  private static func value(_ number: PDFNumbering) -> Int? { Int(number.label.filter { $0.isNumber }) }

  // MARK: Styles

  /// Drops the styles of the body's size that the table of contents and the numbers speak against.
  private mutating func judgeStyles() {
    candidates = candidates.filter { !isCounted($0) }
    let isNumbered = candidates.count { $0.number?.form == .decimal } >= 5
    // A section's number may not stand in smaller type than those below it: then it numbers a list.
    var largest: [Int: Double] = [:]
    for candidate in candidates {
      guard let depth = candidate.labelForm == nil ? candidate.number?.depth : 1 else { continue }
      largest[depth] = max(largest[depth] ?? 0, candidate.size)
    }
    candidates.removeAll { candidate in
      guard let number = candidate.number, number.form == .decimal, candidate.contentsLevel == nil,
        candidate.size <= style.bodySize * 1.08
      else { return false }
      return largest.contains { $0.key >= number.depth && $0.value > candidate.size * 1.08 }
    }
    var all: [StyleKey: Int] = [:]
    var kept: [StyleKey: Int] = [:]
    for candidate in candidates {
      all[candidate.key, default: 0] += 1
      if candidate.number != nil || candidate.contentsLevel != nil { kept[candidate.key, default: 0] += 1 }
    }
    // Where sections are numbered, bold lines of the body's size that never are, are something else when
    // there are more of them than numbered sections.
    let numbered = candidates.count { $0.number != nil }
    candidates.removeAll { candidate in
      guard candidate.number == nil, candidate.contentsLevel == nil, candidate.role == .first else { return false }
      let isSmall = candidate.size <= style.bodySize * 1.08
      return isSmall && isNumbered && kept[candidate.key, default: 0] == 0
        && all[candidate.key, default: 0] > numbered / 2
    }
  }
}
