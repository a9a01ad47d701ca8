import Foundations

/// Finds the strips between the columns of tables: narrower than between columns of prose, often no wider than a wide
/// space, but empty in row after row, with short pieces of text in front of them.
struct PDFCellStrips {
  /// How many rows a strip passes at least.
  private static let fewestRows = 3
  /// How many characters a cell has at most, and how many words.
  private static let longestPiece = 26
  private static let mostWords = 4

  private let size: Double
  /// What is wider than this is no space between words here.
  private let width: Double
  private let words: [PDFGutters.Word]

  static func find(_ words: [PDFGutters.Word]) -> [PDFGutter] {
    guard words.count >= 6 else { return [] }
    let strips = PDFCellStrips(words)
    return strips.bands.flatMap { strips.found(from: $0.top, to: $0.bottom) }
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

  /// A wide gap behind a short piece of a row.
  private struct Gap {
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double
    /// The most rows that can have cells along it, with the row where they begin.
    var rows = 1
    var first: Double
  }

  /// Where enough rows below one another have such gaps in one place: most pages of prose have none.
  private var bands: [(top: Double, bottom: Double)] {
    var bands: [(top: Double, bottom: Double)] = []
    var above: ArraySlice<Gap> = []
    for row in Self.rows(words, size) where row.count > 1 {
      var gaps = self.gaps(row)
      guard let bottom = gaps.map(\.top).min() else { continue }
      above = above.drop { bottom - $0.bottom > 3 * size }
      for index in gaps.indices {
        for gap in above
        where gap.rows >= gaps[index].rows && gap.left < gaps[index].right && gap.right > gaps[index].left
          && gaps[index].top - gap.bottom <= 3 * size
        {
          (gaps[index].rows, gaps[index].first) = (gap.rows + 1, gap.first)
        }
        guard gaps[index].rows >= Self.fewestRows else { continue }
        let band = (top: gaps[index].first - 3 * size, bottom: gaps[index].bottom + 3 * size)
        if let last = bands.last, band.top <= last.bottom {
          bands[bands.count - 1] = (min(last.top, band.top), max(last.bottom, band.bottom))
        } else {
          bands.append(band)
        }
      }
      above += gaps
    }
    return bands
  }

  private func gaps(_ row: [PDFGutters.Word]) -> [Gap] {
    let sorted = row.sorted { $0.box.left < $1.box.left }
    var gaps: [Gap] = []
    var (piece, count) = (0, 0)
    for (word, next) in zip(sorted, sorted.dropFirst()) {
      piece += word.length
      count += 1
      guard next.box.left - word.box.right >= width else { continue }
      if piece <= Self.longestPiece, count <= Self.mostWords {
        gaps.append(
          Gap(
            left: word.box.right, right: next.box.left, top: min(word.box.top, next.box.top),
            bottom: max(word.box.bottom, next.box.bottom), first: min(word.box.top, next.box.top)))
      }
      (piece, count) = (0, 0)
    }
    return gaps
  }

  private func found(from top: Double, to bottom: Double) -> [PDFGutter] {
    let words = words[first(top)..<first(bottom)]
    guard let one = words.first else { return [] }
    let area = words.dropFirst().reduce(one.box) { $0.union($1.box) }
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
    let (from, to) = (first(strip.top), first(strip.bottom))
    return from < to ? Self.rows(Array(words[from..<to]), size) : []
  }

  /// The first word whose middle is below a place: they are sorted by their middles.
  private func first(_ y: Double) -> Int {
    var (low, high) = (0, words.count)
    while low < high {
      let middle = (low + high) / 2
      if words[middle].box.top + words[middle].box.bottom <= 2 * y { low = middle + 1 } else { high = middle }
    }
    return low
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
    var next = Double.infinity
    for word in row where word.box.left >= strip.at { next = min(next, word.box.left) }
    guard next < .infinity else { return .open }
    let left = row.filter { $0.box.left < strip.at }.sorted { $0.box.right > $1.box.right }
    guard let nearest = left.first else { return .open }
    // What stands before the strip, back to the next gap like it.
    var (piece, count, edge) = (0, 0, nearest.box.right)
    for word in left {
      guard edge - word.box.right < width else { break }
      piece += word.length
      count += 1
      edge = word.box.left
    }
    return piece <= Self.longestPiece && count <= Self.mostWords && next - nearest.box.right >= width ? .cells : .text
  }
}
