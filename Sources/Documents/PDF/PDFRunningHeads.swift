import Foundations

/// Takes running heads, feet and page numbers off the pages. What is said nowhere else stays once.
enum PDFRunningHeads {
  /// A row that was taken off its page.
  private struct Gone {
    let page: Int
    let lines: [PDFLine]
    let isTop: Bool
    /// Whether a browser has printed it into the margin.
    var isPrinted = false
  }

  /// Peels the outermost row of a page, up to three times from either edge, while it says the same
  /// as the row in that place on pages near by (numbers aside), counts up with the pages, or is a page
  /// number alone.
  static func remove(from pages: inout [PDFPage]) {
    let bodySize = PDFStyle(pages.map(\.lines)).bodySize
    var gone: [Gone] = []
    for (index, lines) in PDFSideHeads.find(pages).sorted(by: { $0.key < $1.key }) {
      for line in lines.sorted() { gone.append(Gone(page: index, lines: [pages[index].lines[line]], isTop: true)) }
      pages[index].lines = pages[index].lines.enumerated().filter { !lines.contains($0.offset) }.map(\.element)
    }
    for isTop in [true, false] {
      for _ in 0..<3 {
        let rows = pages.map { row(of: $0, isTop: isTop) }
        // As they were: lines leave their pages below.
        let pieces = zip(pages, rows).map { page, row in row.map { page.lines[$0] } }
        let texts = pieces.map { signature($0) }
        let offsets = zip(pages, pieces).map { page, row in pageOffsets(row, page.number) }
        let exact = pieces.map { $0.map(\.text) }
        // What stands on many pages is a running head even where its neighbours are others.
        var counted: [[String]: Int] = [:]
        for texts in exact where !texts.isEmpty { counted[texts, default: 0] += 1 }
        let many = max(5, pages.count / 20)
        var changed = false
        for index in pages.indices where !rows[index].isEmpty {
          let near = (max(0, index - 3)...min(pages.count - 1, index + 3)).filter { $0 != index }
          // The same words say little where their numbers change in another way than the pages do:
          // `4.1 Version 2`, `4.2 Version 3` at the top of each page are headings.
          let counts = texts[index].utf8.contains(UInt8(ascii: "#"))
          // Chapters of one page each count up with the pages, too, but not at the foot.
          let isLarge =
            (isTop || !isPageNumber(texts[index])) && pieces[index].contains { $0.size > bodySize * 1.15 }
          let alike = near.filter { !isLarge && !offsets[$0].isDisjoint(with: offsets[index]) }
          let same = near.count { other in
            alike.contains(other)
              || texts[other] == texts[index] && (!counts || exact[other] == exact[index])
              || !isLarge && shares(pieces[index], pieces[other])
          }
          // A number alone at the edge is that of the page where it counts with those near by; a year heads its page.
          let isNumber =
            isPageNumber(texts[index]) && !isLarge
            && (pages.count > 1
              ? !alike.isEmpty || !isBareNumber(exact[index]) : !isTop && isOnly(rows[index], in: pages))
          guard
            !isYear(exact[index]) && same >= min(2, max(1, near.count)) || isNumber && !isYear(exact[index])
              || counted[exact[index], default: 0] >= many
          else { continue }
          guard isAtEdge(pages[index], rows[index], isTop) || isNumber && isSetOff(pages[index], rows[index], isTop)
          else { continue }
          let isPrinted = PDFPrintedEdges.isPrinted(pieces[index], on: pages[index], bodySize: bodySize)
          gone.append(Gone(page: index, lines: pieces[index], isTop: isTop, isPrinted: isPrinted))
          let left = Set(rows[index])
          pages[index].lines = pages[index].lines.enumerated().filter { !left.contains($0.offset) }
            .map(\.element)
          changed = true
        }
        if !changed { break }
      }
      for index in pages.indices {
        let row = row(of: pages[index], isTop: isTop)
        let pieces = row.map { pages[index].lines[$0] }
        guard PDFPrintedEdges.isPrinted(pieces, on: pages[index], bodySize: bodySize) else { continue }
        gone.append(Gone(page: index, lines: pieces, isTop: isTop, isPrinted: true))
        pages[index].lines = pages[index].lines.enumerated().filter { !row.contains($0.offset) }.map(\.element)
      }
    }
    keepOnce(gone, &pages)
  }

  /// Whether two rows of several pieces have one in the same place: the chapter on the left stays, while the section on the
  /// right goes on.
  private static func shares(_ row: [PDFLine], _ other: [PDFLine]) -> Bool {
    guard row.count >= 2, other.count >= 2 else { return false }
    return row.contains { line in
      line.text.utf8.count >= 4
        && other.contains { same in
          same.text == line.text && abs(same.box.top - line.box.top) < 2
            && (abs(same.box.left - line.box.left) < 2 || abs(same.box.right - line.box.right) < 2)
        }
    }
  }

  /// Gives back what no page says any more: to the first page as it was, to others beside their text.
  private static func keepOnce(_ gone: [Gone], _ pages: inout [PDFPage]) {
    var (seen, pieces): (Set<String>, Set<String>) = ([], [])
    let cores = gone.map { row in core(row.lines, pages[row.page].number) }
    var said: [UInt8]?
    for (row, core) in zip(gone, cores).sorted(by: { ($0.0.page, $0.0.isTop ? 0 : 1) < ($1.0.page, $1.0.isTop ? 0 : 1) }
    )
    where core.utf8.count >= 2 && seen.insert(core).inserted {
      let all = said ?? pages.flatMap { $0.lines.flatMap { Array($0.plain.utf8) } }
      said = all
      guard ByteSearch.range(of: Array(core.utf8), in: all) == nil,
        !row.lines.allSatisfy({ ByteSearch.range(of: Array($0.plain.utf8), in: all) != nil })
      else { continue }
      // Of a row of which one piece changes, the others are there already.
      let lines = row.lines.filter { line in
        Int(line.text) == nil && roman(line.text) == nil
          && !((row.isPrinted || endsCount(line.text, pages.count))
            && PDFPrintedEdges.isCount(line.text, pages[row.page].number))
          && pieces.insert(line.plain).inserted
      }
      if row.page == 0, !row.isPrinted {
        pages[0].lines += lines
      } else {
        pages[row.page].edges.append((lines: lines, isTop: row.isTop))
      }
    }
  }

  /// Whether a text counts up to the number of pages.
  private static func endsCount(_ text: String, _ pages: Int) -> Bool {
    text.split { !$0.isNumber }.last.flatMap { Int($0) } == pages
  }

  /// What a row says besides the number of its page, in small letters and digits.
  private static func core(_ row: [PDFLine], _ page: Int) -> String {
    var words = row.sorted { $0.box.left < $1.box.left }.flatMap { $0.text.split(separator: " ").map(String.init) }
    let numbers = words.indices.filter { index in
      let bare = words[index].filter { $0.isNumber }
      let isCounting = Int(words[index]) == page || roman(words[index]) != nil || Int(words[index]) != nil
      let isBeside =
        index > 0
        && ["page", "seite", "p.", "s.", "of", "von", "pagina", "página", "стр.", "/"].contains(
          words[index - 1].lowercased())
      return isCounting && (isBeside || index == 0 || index == words.count - 1)
        || words[index].contains("/") && !bare.isEmpty && isBeside
    }
    for index in numbers.reversed() { words.remove(at: index) }
    let fillers: Set<String> = ["page", "seite", "p.", "s.", "of", "von", "pagina", "página", "стр."]
    if !numbers.isEmpty { words.removeAll { fillers.contains($0.lowercased()) } }
    return PDFLine.plain(words.joined())
  }

  private static func row(of page: PDFPage, isTop: Bool) -> [Int] {
    guard
      let first = page.lines.indices.min(by: {
        isTop
          ? page.lines[$0].box.top < page.lines[$1].box.top
          : page.lines[$0].box.bottom > page.lines[$1].box.bottom
      })
    else { return [] }
    let row = page.lines.indices.filter { page.lines[$0].sharesRow(with: page.lines[first]) }
    return row.sorted { page.lines[$0].box.left < page.lines[$1].box.left }
  }

  /// Whether a row is the `1`, or `Page 1`, far below the text of the only page.
  private static func isOnly(_ row: [Int], in pages: [PDFPage]) -> Bool {
    guard pages.count == 1, row.count == 1 else { return false }
    let numbers = pages[0].lines[row[0]].text.split { !$0.isNumber }
    return !numbers.isEmpty && numbers.allSatisfy { Int($0) == pages[0].number } && isSetOff(pages[0], row, false)
  }

  /// Whether a row of the upper or lower part of its page stands far from the text: the paper may be larger than the page
  /// was made for.
  private static func isSetOff(_ page: PDFPage, _ row: [Int], _ isTop: Bool) -> Bool {
    guard let line = row.first.map({ page.lines[$0] }) else { return false }
    let others = page.lines.indices.filter { !row.contains($0) }.map { page.lines[$0].box }
    if isTop {
      return line.box.bottom < 0.3 * page.height
        && others.map(\.top).min().map { $0 - line.box.bottom > 1.5 * line.size } ?? false
    }
    return line.box.top > 0.7 * page.height
      && others.map(\.bottom).max().map { line.box.top - $0 > 1.5 * line.size } ?? false
  }

  private static func isAtEdge(_ page: PDFPage, _ row: [Int], _ isTop: Bool) -> Bool {
    row.allSatisfy {
      isTop
        ? page.lines[$0].box.bottom < page.height * 0.16
        : page.lines[$0].box.top > page.height * 0.84
    }
  }

  /// The text of a row with every number as `#`.
  private static func signature(_ row: [PDFLine]) -> String {
    var result: [UInt8] = []
    for (index, line) in row.enumerated() {
      if index > 0 { result.append(0x20) }
      for byte in line.text.utf8 {
        if byte >= 0x30 && byte <= 0x39 {
          if result.last != UInt8(ascii: "#") { result.append(UInt8(ascii: "#")) }
        } else {
          result.append(byte)
        }
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// How far the numbers at the ends of a row are from the page's number: on pages that count, the
  /// same everywhere, whatever else the row says.
  private static func pageOffsets(_ row: [PDFLine], _ page: Int) -> Set<Int> {
    let words = row.map(\.text).joined(separator: " ").split(separator: " ")
    guard let first = words.first, let last = words.last else { return [] }
    return Set([first, last].compactMap { Int($0) ?? (words.count == 1 ? roman(String($0)) : nil) }.map { $0 - page })
  }

  private static func isPageNumber(_ signature: String) -> Bool {
    let bare = signature.lowercased().filter { $0.isLetter || $0 == "#" }
    return ["#", "page#", "page#of#", "#of#", "#/#"].contains(bare) || roman(bare) != nil
  }

  private static func isBareNumber(_ row: [String]) -> Bool { row.count == 1 && Int(row[0]) != nil }

  private static func isYear(_ row: [String]) -> Bool {
    guard row.count == 1, row[0].utf8.count == 4, let number = Int(row[0]) else { return false }
    return number >= 1800 && number <= 2100
  }

  private static func roman(_ text: String) -> Int? { RomanNumber(text)?.value }
}
