import Foundations

/// Finds the lines that bookmarks lead to.
struct PDFBookmarkHeadings {
  private(set) var marks: [[Int: PDFHeadingMark]]
  /// How many bookmarks were found on their pages.
  private(set) var matched = 0
  private let pages: [[PDFLine]]
  /// `PDFLine.plain` of every line, of the pages that bookmarks lead to.
  private var plain: [[String]]
  private let explain: Bool
  /// From the structure of a tagged document: compared by what is ASCII in them.
  private let isTagged: Bool

  init(_ pages: [[PDFLine]], _ bookmarks: [PDFFile.Bookmark], explain: Bool, isTagged: Bool = false) {
    self.isTagged = isTagged
    self.pages = pages
    self.explain = explain
    marks = Array(repeating: [:], count: pages.count)
    plain = Array(repeating: [], count: pages.count)
    for index in Set(bookmarks.flatMap { [$0.index, $0.index + 1] }) where pages.indices.contains(index) {
      plain[index] = pages[index].map { Self.plain($0.text, isTagged) }
    }
    var place = (page: 0, line: 0)
    for bookmark in bookmarks {
      let wanted = Self.plain(bookmark.title, isTagged)
      guard !wanted.isEmpty else { continue }
      // A bookmark whose destination is unknown is looked for where the one before led to.
      let isKnown = pages.indices.contains(bookmark.index)
      guard isKnown || bookmark.page == 0 && matched > 0 else { continue }
      let places = isKnown ? bookmark.index...(bookmark.index + 1) : place.page...(place.page + 8)
      for index in places where index < pages.count {
        if plain[index].isEmpty { plain[index] = pages[index].map { Self.plain($0.text, isTagged) } }
        let from = place.page == index ? place.line : 0
        guard let (range, role) = find(wanted, on: index, from: from) else { continue }
        mark(range, role, on: index, bookmark)
        place = (index, range.upperBound)
        matched += 1
        break
      }
    }
  }

  private mutating func mark(
    _ range: Range<Int>, _ role: PDFHeadingMark.Role, on page: Int, _ bookmark: PDFFile.Bookmark
  ) {
    let level = max(1, min(6, bookmark.level))
    for line in range {
      marks[page][line] = PDFHeadingMark(
        role: line == range.lowerBound ? role : .further, level: level,
        reason: explain ? reason(bookmark) : nil)
    }
    // `CHAPTER` and `ONE` on lines of their own above a heading are part of it.
    let above = range.lowerBound
    guard above > 0 else { return }
    for start in max(0, above - 2)..<above where PDFNumbering.isLabel(pages[page][start].text) != nil {
      guard pages[page][(start + 1)..<above].allSatisfy({ PDFNumbering.isBareNumber($0.text) }) else { continue }
      for line in start..<above where marks[page][line] == nil {
        marks[page][line] = PDFHeadingMark(role: .dropped, level: level)
      }
    }
  }

  private static func plain(_ text: String, _ isTagged: Bool) -> String {
    let plain = PDFLine.plain(text)
    return isTagged ? String(decoding: plain.utf8.filter { $0 < 0x80 }, as: UTF8.self) : plain
  }

  private func reason(_ bookmark: PDFFile.Bookmark) -> String {
    isTagged
      ? "tagged as a heading of level \(bookmark.level)"
      : "bookmark of level \(bookmark.level) that leads to page \(bookmark.page)"
  }

  /// One to four lines that together say `wanted`, perhaps with a number in front that the bookmark
  /// leaves out; or a line whose bold beginning says it.
  private func find(_ wanted: String, on page: Int, from start: Int) -> (Range<Int>, PDFHeadingMark.Role)? {
    let lines = pages[page]
    let order = Array(lines.indices.dropFirst(start)) + Array(lines.indices.prefix(start))
    var second: (Range<Int>, PDFHeadingMark.Role)?
    for first in order where marks[page][first] == nil {
      var text = ""
      for last in first..<min(lines.count, first + 4) {
        text += plain[page][last]
        if text == wanted { return (first..<(last + 1), .first) }
        if text.hasSuffix(wanted) && isNumber(text.dropLast(wanted.count)) {
          // What stands in front must be in the same line: a number above it belongs to something else.
          if second == nil || first == last { second = second ?? (first..<(last + 1), .first) }
          if first < last, isFound(wanted, page, (first + 1)...last) {
            second = nil
          }
          break
        }
        if text.utf8.count > wanted.utf8.count + 12 { break }
      }
      if second != nil { return second }
      if let lead = lines[first].boldLead, PDFLine.plain(lead) == wanted { return (first..<(first + 1), .runIn) }
    }
    return nil
  }

  private func isFound(_ wanted: String, _ page: Int, _ range: ClosedRange<Int>) -> Bool {
    let text = plain[page][range].joined()
    return text == wanted || text.hasSuffix(wanted) && isNumber(text.dropLast(wanted.count))
  }

  private func isNumber(_ text: Substring) -> Bool {
    let names = ["chapter", "part", "appendix", "section"]
    var rest = text
    for name in names where rest.hasPrefix(name) { rest = rest.dropFirst(name.count) }
    return rest.utf8.count <= 8
      && rest.unicodeScalars.allSatisfy { $0.properties.numericType != nil || rest.utf8.count <= 2 }
  }
}
