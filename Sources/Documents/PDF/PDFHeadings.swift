import Foundations

/// Finds headings: bookmarks first, then section numbers, then what stands out by its style.
struct PDFHeadings {
  /// By page index, by line index: the level; negated for the further lines of a heading, 0 for lines
  /// to leave out.
  private(set) var levels: [[Int: Int]]
  private let pages: [[PDFLine]]
  /// `PDFLine.plain` of every line.
  private let plain: [[String]]
  private let style: PDFStyle

  init(_ pages: [[PDFLine]], _ bookmarks: [PDFFile.Bookmark], _ style: PDFStyle) {
    self.pages = pages
    plain = bookmarks.isEmpty ? [] : pages.map { $0.map(\.plain) }
    self.style = style
    levels = Array(repeating: [:], count: pages.count)
    let matched = match(bookmarks)
    // A few bookmarks, or some that cannot be found, do not say what all headings are.
    if bookmarks.count < 3 || matched * 2 < bookmarks.count { findByStyle() }
  }

  // MARK: Bookmarks

  private mutating func match(_ bookmarks: [PDFFile.Bookmark]) -> Int {
    var matched = 0
    var place = (page: 0, line: 0)
    for bookmark in bookmarks {
      let wanted = PDFLine.plain(bookmark.title)
      guard bookmark.page > 0, bookmark.page <= pages.count, !wanted.isEmpty else { continue }
      for index in [bookmark.page - 1, bookmark.page] where index < pages.count {
        let from = place.page == index ? place.line : 0
        guard let range = find(wanted, on: index, from: from) else { continue }
        for (offset, line) in range.enumerated() {
          levels[index][line] = offset == 0 ? min(6, bookmark.level) : -min(6, bookmark.level)
        }
        dropChapterWords(index, range.lowerBound)
        place = (index, range.upperBound)
        matched += 1
        break
      }
    }
    return matched
  }

  /// `CHAPTER` and `ONE` on lines of their own above a heading are part of it.
  private mutating func dropChapterWords(_ page: Int, _ first: Int) {
    guard first > 0, first <= 3, let level = levels[page][first], level == 1 else { return }
    let above = pages[page][..<first]
    guard ["chapter", "part", "appendix"].contains(above[0].plain),
      above.allSatisfy({ $0.text.utf8.count <= 14 })
    else { return }
    for line in 0..<first { levels[page][line] = 0 }
  }

  /// One to four lines that together say `wanted`, perhaps with a number in front that the
  /// bookmark leaves out.
  private func find(_ wanted: String, on page: Int, from start: Int) -> Range<Int>? {
    let lines = pages[page]
    let order = Array(lines.indices.dropFirst(start)) + Array(lines.indices.prefix(start))
    for first in order where !PDFContents.isEntry(lines[first].text) && levels[page][first] == nil {
      var text = ""
      for last in first..<min(lines.count, first + 4) {
        text += plain[page][last]
        if text == wanted || text.hasSuffix(wanted) && isNumber(text.dropLast(wanted.count)) {
          return first..<(last + 1)
        }
        if text.utf8.count > wanted.utf8.count + 12 { break }
      }
    }
    return nil
  }

  private func isNumber(_ text: Substring) -> Bool {
    let names = ["chapter", "part", "appendix", "section"]
    var rest = text
    for name in names where rest.hasPrefix(name) { rest = rest.dropFirst(name.count) }
    return rest.utf8.count <= 8
      && rest.unicodeScalars.allSatisfy { $0.properties.numericType != nil || rest.utf8.count <= 2 }
  }

  // MARK: Style

  private mutating func findByStyle() {
    var candidates: [(page: Int, line: Int, size: Double, number: Int?)] = []
    for page in pages.indices {
      for line in pages[page].indices where levels[page][line] == nil && standsOut(page, line) {
        candidates.append(
          (page, line, pages[page][line].size, Numbering.level(pages[page][line].text)))
      }
    }
    // Sizes within 5 % are one size. More than four sizes above the body's are decoration.
    var clusters: [Double] = []
    for size in candidates.map(\.size).sorted(by: >)
    where clusters.last.map({ $0 * 0.95 > size }) ?? true {
      clusters.append(size)
    }
    for candidate in candidates {
      let rank = (clusters.firstIndex { $0 * 0.95 <= candidate.size } ?? clusters.count) + 1
      let level = min(6, candidate.number ?? min(rank, 5))
      if let before = levels[candidate.page][candidate.line - 1],
        continues(candidate.page, candidate.line)
      {
        levels[candidate.page][candidate.line] = -abs(before)
      } else {
        levels[candidate.page][candidate.line] = level
      }
    }
  }

  /// Whether a line goes on with the heading in the line above it.
  private func continues(_ page: Int, _ index: Int) -> Bool {
    let line = pages[page][index]
    let above = pages[page][index - 1]
    return abs(above.size - line.size) < 0.05 * line.size && above.isBold == line.isBold
      && line.box.top - above.box.bottom < 0.8 * line.size && Numbering.level(line.text) == nil
  }

  private func standsOut(_ page: Int, _ index: Int) -> Bool {
    let lines = pages[page]
    let line = lines[index]
    let text = line.text
    guard text.utf8.count >= 2, text.utf8.count <= 160, !PDFContents.isEntry(text),
      !line.isMono || style.bodyIsMono
    else { return false }
    guard text.unicodeScalars.contains(where: { $0.properties.isAlphabetic }) else { return false }
    let isLarger = line.size > style.bodySize * 1.08
    let isBolder = line.isBold && !style.bodyIsBold && line.size >= style.bodySize * 0.95
    guard isLarger || isBolder else { return false }
    if isLarger { return true }
    // Bold lines of the body's size: only such as stand on their own and do not read like a sentence.
    if let last = text.unicodeScalars.last, ".,;:".unicodeScalars.contains(last) { return false }
    guard
      let initial = text.unicodeScalars.first(where: {
        $0.properties.isAlphabetic || $0.properties.numericType != nil
      }),
      initial.properties.isUppercase || initial.properties.numericType != nil || !initial.isASCII
    else { return false }
    let aboveIsFar =
      index == 0 || line.box.top - lines[index - 1].box.bottom > 0.4 * line.size
      || line.box.top < lines[index - 1].box.top
    return aboveIsFar && text.split(separator: " ").count <= 14
  }
}
