import Foundations

/// What browsers and offices print into the margins of a page: the date and title above, the address and `1/3` below. It
/// stands where no text does, half an inch from the edge of the paper, and is no part of the columns and tables between.
enum PDFPrintedEdges {
  /// How far from the edge of the paper, in points.
  private static let margin = 36.0

  /// The words that are not at the edges.
  static func inner(_ words: [PDFGutters.Word], height: Double) -> [PDFGutters.Word] {
    guard height > 8 * margin, words.contains(where: { isAtEdge($0.box, height) }) else { return words }
    let inner = words.filter { !isAtEdge($0.box, height) }
    // A page may be cut close to its text.
    return inner.count * 10 > words.count * 8 ? inner : words
  }

  /// Whether a row, from left to right, is one of these: pieces at both sides, or what says which page of which file
  /// this is. Text that fills the paper to its edge is none.
  static func isPrinted(_ row: [PDFLine], on page: PDFPage, bodySize: Double) -> Bool {
    guard let first = row.first, let last = row.last, page.height > 8 * margin,
      row.allSatisfy({ isAtEdge($0.box, page.height) && $0.size < 1.05 * bodySize && !$0.isBold })
    else { return false }
    let isTop = first.box.top < page.height / 2
    guard
      page.lines.count(where: { isAtEdge($0.box, page.height) && ($0.box.top < page.height / 2) == isTop }) <= row.count
    else { return false }
    let isWide = zip(row, row.dropFirst()).contains { $1.box.left - $0.box.right > 0.15 * page.width }
    if isWide, first.box.left < 0.15 * page.width || last.box.right > 0.85 * page.width { return true }
    return row.count == 1 && (isAddress(first.text) || isCount(first.text, page.number))
  }

  /// `3/12`, `3 of 12` on page 3.
  static func isCount(_ text: String, _ page: Int) -> Bool {
    let parts = text.lowercased().split(whereSeparator: { $0 == " " || $0 == "/" })
    let words = parts.filter { Int($0) == nil }
    let numbers = parts.compactMap { Int($0) }
    let fillers: Set<Substring> = ["page", "seite", "of", "von", "de", "sur", "di", "sida", "av", "strona", "z"]
    return numbers.count == 2 && numbers[0] == page && numbers[0] <= numbers[1] && words.count <= 2
      && words.allSatisfy { fillers.contains($0) }
  }

  private static func isAddress(_ text: String) -> Bool {
    ["http://", "https://", "file://"].contains { text.hasPrefix($0) } && !text.contains(" ")
  }

  private static func isAtEdge(_ box: PageBox, _ height: Double) -> Bool {
    box.bottom < margin || box.top > height - margin
  }
}
