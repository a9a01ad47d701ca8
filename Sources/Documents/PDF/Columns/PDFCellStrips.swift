import Foundations

/// Finds the strips between the columns of tables: narrower than between columns of prose, often no wider than a wide
/// space, but empty in row after row, with short pieces of text in front of them.
struct PDFCellStrips {
  /// How many rows a strip passes at least.
  private static let fewestRows = 3

  private let size: Double
  /// What is wider than this is no space between words here.
  private let width: Double
  private let words: [PDFGutters.Word]

  static func find(_ words: [PDFGutters.Word]) -> [PDFGutter] {
    guard words.count >= 6 else { return [] }
    let strips = PDFCellStrips(words)
    return strips.hasGaps ? strips.found : []
  }

  private init(_ words: [PDFGutters.Word]) {
    let sizes = words.map(\.size).sorted()
    size = sizes[sizes.count / 2]
    self.words = words.sorted { $0.box.top + $0.box.bottom < $1.box.top + $1.box.bottom }
    // The page's own word space: most gaps are just that.
    var gaps: [Double] = []
    for (word, next) in zip(words, words.dropFirst()) {
      let gap = next.box.left - word.box.right
      if gap > 0.05 * size, gap < 1.2 * size, abs(next.box.bottom - word.box.bottom) < 0.3 * size { gaps.append(gap) }
    }
    gaps.sort()
    // Of a page that is mostly a table, or in a script without spaces, they are gaps between columns.
    let space = gaps.isEmpty ? 0.25 * size : min(0.35 * size, gaps[gaps.count / 2])
    width = max(0.45 * size, min(1.2 * size, 1.9 * space))
  }

  /// Whether there are wide gaps in so many rows that there can be a strip at all: most pages of prose have none.
  private var hasGaps: Bool {
    var count = 0
    for row in Self.rows(words, size) where row.count > 1 {
      let sorted = row.sorted { $0.box.left < $1.box.left }
      if zip(sorted, sorted.dropFirst()).contains(where: { $1.box.left - $0.box.right >= width }) {
        count += 1
        if count >= Self.fewestRows { return true }
      }
    }
    return false
  }

  private var found: [PDFGutter] {
    let area = words.dropFirst().reduce(words[0].box) { $0.union($1.box) }
    let strips = PDFWhiteStrips.find(
      words.map(\.box), in: area, height: 1.1 * Double(Self.fewestRows) * size, width: width, limit: 120)
    return strips.flatMap(parts(of:))
  }

  /// A row that a strip passes.
  private enum Row {
    /// A short piece before the strip, and something behind it.
    case cells
    /// Nothing on one side.
    case open
    /// Running text.
    case text
  }

  /// The parts of a strip along which most rows are cells: above and below a table it may pass a space by chance.
  private func parts(of strip: PDFGutter) -> [PDFGutter] {
    var parts: [PDFGutter] = []
    var run: (rows: Int, top: Double, bottom: Double)?
    func close() {
      if let run, run.rows >= Self.fewestRows {
        parts.append(
          PDFGutter(left: strip.left, right: strip.right, at: strip.at, top: run.top - 0.5, bottom: run.bottom + 0.5))
      }
      run = nil
    }
    for row in rows(strip) {
      switch kind(of: row, strip) {
      case .text: close()
      case .open: break
      case .cells:
        let box = row.dropFirst().reduce(row[row.startIndex].box) { $0.union($1.box) }
        if let last = run, box.top - last.bottom > 3 * size { close() }
        run = run.map { ($0.rows + 1, $0.top, max($0.bottom, box.bottom)) } ?? (1, box.top, box.bottom)
      }
    }
    close()
    return parts
  }

  private func rows(_ strip: PDFGutter) -> [[PDFGutters.Word]] {
    // They are sorted by their middles.
    func first(_ y: Double) -> Int {
      var (low, high) = (0, words.count)
      while low < high {
        let middle = (low + high) / 2
        if words[middle].box.top + words[middle].box.bottom <= 2 * y { low = middle + 1 } else { high = middle }
      }
      return low
    }
    let (from, to) = (first(strip.top), first(strip.bottom))
    return from < to ? Self.rows(Array(words[from..<to]), size) : []
  }

  private static func rows(_ words: [PDFGutters.Word], _ size: Double) -> [[PDFGutters.Word]] {
    var rows: [[PDFGutters.Word]] = []
    for word in words {
      if let first = rows.last?.first, word.box.top + word.box.bottom < first.box.bottom * 2 - 0.3 * size {
        rows[rows.count - 1].append(word)
      } else {
        rows.append([word])
      }
    }
    return rows
  }

  private func kind(of row: [PDFGutters.Word], _ strip: PDFGutter) -> Row {
    let left = row.filter { $0.box.left < strip.at }.sorted { $0.box.right > $1.box.right }
    guard let nearest = left.first, let next = row.filter({ $0.box.left >= strip.at }).map(\.box.left).min() else {
      return .open
    }
    // What stands before the strip, back to the next gap like it.
    var (piece, count, edge) = (0, 0, nearest.box.right)
    for word in left {
      guard edge - word.box.right < width else { break }
      piece += word.letters + word.others
      count += 1
      edge = word.box.left
    }
    return piece <= 26 && count <= 4 && next - nearest.box.right >= width ? .cells : .text
  }
}
