import Foundations

/// Takes running heads, feet and page numbers off the pages.
enum PDFRunningHeads {
  /// Peels the outermost row of a page, up to three times from either edge, while it says the same
  /// as the row in that place on pages near by (numbers aside), counts up with the pages, or is a page
  /// number alone.
  static func remove(from pages: inout [PDFPage]) {
    let bodySize = PDFStyle(pages.map(\.lines)).bodySize
    for isTop in [true, false] {
      for _ in 0..<3 {
        let rows = pages.map { row(of: $0, isTop: isTop) }
        let texts = zip(pages, rows).map { page, row in signature(row.map { page.lines[$0] }) }
        let offsets = zip(pages, rows).map { page, row in
          pageOffsets(row.map { page.lines[$0] }, page.number)
        }
        let exact = zip(pages, rows).map { page, row in row.map { page.lines[$0].text } }
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
          // Chapters of one page each count up with the pages, too.
          let isLarge = rows[index].contains { pages[index].lines[$0].size > bodySize * 1.15 }
          let same = near.count { other in
            !isLarge && !offsets[other].isDisjoint(with: offsets[index])
              || texts[other] == texts[index] && (!counts || exact[other] == exact[index])
          }
          guard
            same >= min(2, max(1, near.count)) || isPageNumber(texts[index])
              || counted[exact[index], default: 0] >= many
          else { continue }
          guard isAtEdge(pages[index], rows[index], isTop) else { continue }
          let gone = Set(rows[index])
          pages[index].lines = pages[index].lines.enumerated().filter { !gone.contains($0.offset) }
            .map(\.element)
          changed = true
        }
        if !changed { break }
      }
    }
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
    return Set([first, last].compactMap { Int($0) }.map { $0 - page })
  }

  private static func isPageNumber(_ signature: String) -> Bool {
    let bare = signature.lowercased().filter { $0.isLetter || $0 == "#" }
    return ["#", "page#", "page#of#", "#of#", "#/#"].contains(bare)
      || !bare.isEmpty && bare.allSatisfy { "ivxlc".contains($0) }
  }
}
