import CPoppler
import Foundations

/// The text of a segment: in the order in which it is read, what is raised marked as such.
struct PDFSegmentText {
  private(set) var text: [UInt8] = []
  /// The end of the bold beginning in `text`, and how far behind it the text goes on.
  private(set) var boldEnd: Int?
  private(set) var boldGap = 0.0
  /// The end of the beginning in another font in `text`.
  private(set) var leadEnd: Int?

  private let entries: [PDFSegment.Entry]
  private let places: [PDFRaised.Place?]?
  private let isMath: (Int) -> Bool
  private var mirrored: Set<Int> = []
  /// The width of each character where all have the same.
  private let advance: Double?

  /// `isBold` and `isMath` say it of a run, `size` is that of a run; `lead` is how many characters begin it in a font of
  /// their own.
  init(
    _ segment: PDFSegment, isRightToLeft: Bool, advance: Double?, main: Int, lead: Int?, _ size: (Int) -> Double,
    _ isBold: (Int) -> Bool, _ isMath: @escaping (Int) -> Bool,
    _ links: inout PDFLinkTexts
  ) {
    entries = segment.entries
    self.advance = advance
    self.isMath = isMath
    places = PDFRaised.places(entries, main: main, size)
    text.reserveCapacity(entries.count + 16)
    let steps = segment.hasRightToLeft ? order(isRightToLeft) : nil
    var isBoldSoFar = true
    var boldRight = 0.0
    var index = 0
    let count = steps?.count ?? entries.count
    while index < count {
      if index == lead { leadEnd = text.count }
      let at = steps?[index].entry ?? index
      let afterSpace = steps?[index].afterSpace ?? entries[at].afterSpace
      let glyph = entries[at].glyph
      let bold = isBold(glyph.run)
      if isBoldSoFar && !bold {
        isBoldSoFar = false
        if index > 0 {
          boldEnd = text.count
          boldGap = glyph.place.left - boldRight
        }
      }
      if bold && isBoldSoFar { boldRight = glyph.place.right }
      links.add(glyph.scalar, at: glyph.place, afterSpace: afterSpace || index == 0)
      if let places, let place = places[at] {
        var end = index + 1
        while end < count, places[steps?[end].entry ?? end] == place,
          !(steps?[end].afterSpace ?? entries[end].afterSpace)
        {
          end += 1
        }
        let group = (index..<end).map { steps?[$0].entry ?? $0 }
        index = end
        addRaised(group, place, afterSpace: afterSpace, &index, count, steps)
        continue
      }
      if afterSpace {
        addSpaces(before: glyph, behind: index > 0 ? entries[steps?[index - 1].entry ?? index - 1].glyph : nil)
      }
      PDFLetters.append(mirrored.contains(at) ? PDFBidi.mirror(glyph.scalar) : glyph.scalar, to: &text)
      for mark in entries[at].marks { PDFLetters.append(mark, to: &text) }
      // The bullets of symbol fonts are set off without a space.
      if index == 0 && (0xF020...0xF0FF).contains(glyph.scalar), count > 1, !entries[1].afterSpace { text.append(0x20) }
      index += 1
    }
    if boldEnd == 0 { boldEnd = nil }
  }

  /// One space, or as many as there is room for where all characters are of one width: in programs they count.
  private mutating func addSpaces(before glyph: PDFGlyph, behind last: PDFGlyph?) {
    var count = 1
    if let advance, let last {
      count = max(1, min(80, Int(clamping: ((glyph.place.left - last.place.right) / advance).rounded())))
    }
    text.append(contentsOf: repeatElement(0x20, count: count))
  }

  /// Characters above or below the line, and the fraction that they begin.
  private mutating func addRaised(
    _ group: [Int], _ place: PDFRaised.Place, afterSpace: Bool, _ index: inout Int, _ count: Int,
    _ steps: [(entry: Int, afterSpace: Bool)]?
  ) {
    let raised = letters(group)
    let before = String(decoding: text.suffix(60), as: UTF8.self)
    if place == .above, index < count, [0x2F, 0x2044].contains(entries[steps?[index].entry ?? index].glyph.scalar),
      raised.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 })
    {
      // The upper number of a fraction: its bar and the lower one follow.
      if afterSpace || before.utf8.last.map({ $0 >= 48 && $0 <= 57 }) == true { text.append(0x20) }
      text.append(contentsOf: raised.utf8)
      text.append(UInt8(ascii: "/"))
      index += 1
      while index < count, !(steps?[index].afterSpace ?? entries[index].afterSpace) {
        let glyph = entries[steps?[index].entry ?? index].glyph
        guard glyph.scalar >= 48, glyph.scalar <= 57 else { break }
        text.append(UInt8(glyph.scalar))
        index += 1
      }
      return
    }
    if place == .above, text.isEmpty, index < count, isLabel(group, before: steps?[index].entry ?? index) {
      text.append(contentsOf: raised.utf8)
      text.append(UInt8(ascii: "."))
      return
    }
    // What it stands behind: what is set in a font of formulas carries no marks of notes.
    let start = (steps?.firstIndex { $0.entry == group[0] } ?? group[0]) - 1
    let isInFormula = start >= 0 && isMath(entries[steps?[start].entry ?? start].glyph.run)
    switch place {
    case .above:
      text.append(
        contentsOf: PDFRaised.above(raised, after: before, isFirst: text.isEmpty, isInFormula: isInFormula).utf8)
    case .below: text.append(contentsOf: PDFRaised.below(raised, after: before, isInFormula: isInFormula).utf8)
    }
  }

  /// Whether a small number stands in the middle of its line, far before it: it counts the items of a list, in a disc.
  private func isLabel(_ group: [Int], before next: Int) -> Bool {
    guard let last = group.last, group.allSatisfy({ (0x30...0x39).contains(entries[$0].glyph.scalar) }) else {
      return false
    }
    let (mark, text) = (entries[last].glyph.place, entries[next].glyph.place)
    let height = text.bottom - text.top
    return abs(mark.top + mark.bottom - text.top - text.bottom) < 0.2 * height && text.left - mark.right > 0.5 * height
  }

  private func letters(_ group: [Int]) -> String {
    var bytes: [UInt8] = []
    for at in group { PDFLetters.append(entries[at].glyph.scalar, to: &bytes) }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The entries in the order in which they are read.
  private mutating func order(_ isRightToLeft: Bool) -> [(entry: Int, afterSpace: Bool)] {
    var scalars: [UInt32] = []
    var sources: [Int?] = []
    for (index, entry) in entries.enumerated() {
      if entry.afterSpace {
        scalars.append(0x20)
        sources.append(nil)
      }
      scalars.append(entry.glyph.scalar)
      sources.append(index)
    }
    let (order, mirrored) = PDFBidi.order(scalars, isRightToLeft: isRightToLeft)
    self.mirrored = Set(mirrored.compactMap { sources[$0] })
    var steps: [(entry: Int, afterSpace: Bool)] = []
    var isAfterSpace = false
    for place in order {
      if let source = sources[place] {
        steps.append((source, isAfterSpace && !steps.isEmpty))
        isAfterSpace = false
      } else {
        isAfterSpace = true
      }
    }
    turnLigatures(&steps)
    return steps
  }

  /// The letters of lam and alef, which are written as one picture, have boxes of just the same width; poppler gives
  /// them from left to right in the order in which they are read, so they came out turned round.
  private func turnLigatures(_ steps: inout [(entry: Int, afterSpace: Bool)]) {
    guard steps.count > 1 else { return }
    for index in 0..<(steps.count - 1) where !steps[index + 1].afterSpace {
      let (first, second) = (entries[steps[index].entry].glyph, entries[steps[index + 1].entry].glyph)
      guard second.scalar == 0x644, [0x622, 0x623, 0x625, 0x627].contains(first.scalar),
        steps[index].entry == steps[index + 1].entry + 1,
        abs(first.place.width - second.place.width) < 0.001
      else { continue }
      (steps[index].entry, steps[index + 1].entry) = (steps[index + 1].entry, steps[index].entry)
    }
  }
}
