import Foundations

/// Finds the strips between the columns of tables: narrower than between columns of prose, often no wider than a wide
/// space, but empty in row after row, with short pieces of text in front of them.
struct PDFCellStrips {
  /// How many rows a strip passes at least.
  private static let fewestRows = 3
  /// How many characters a cell has at most, and how many words.
  private static let longestPiece = 26
  private static let mostWords = 4
  /// How far one row of cells is below another at most, in sizes of the text: cells may have many lines.
  private static let tallestRow = 10.0
  /// How many lines the head of a table has at most.
  private static let mostHeads = 5

  private let size: Double
  /// What is wider than this is no space between words here.
  private let width: Double
  private let words: [PDFGutters.Word]

  /// Where columns of prose are parted: a row ends there.
  private let gutters: [PDFGutter]

  static func find(_ words: [PDFGutters.Word], _ gutters: [PDFGutter]) -> [PDFGutter] {
    guard words.count >= 6 else { return [] }
    let strips = PDFCellStrips(words, gutters)
    return strips.bands.flatMap { strips.found(from: $0.top, to: $0.bottom) }
  }

  private init(_ words: [PDFGutters.Word], _ gutters: [PDFGutter]) {
    self.gutters = gutters
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
      above = above.drop { bottom - $0.bottom > Self.tallestRow * size }
      for index in gaps.indices {
        for gap in above
        where gap.rows >= gaps[index].rows && gap.left < gaps[index].right && gap.right > gaps[index].left
          && gaps[index].top - gap.bottom <= Self.tallestRow * size
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

  /// The spaces of larger words, as of a title above a table, are wider.
  private func width(beside word: PDFGutters.Word) -> Double { width * max(1, word.size / size) }

  private func gaps(_ row: [PDFGutters.Word]) -> [Gap] {
    let sorted = row.sorted { $0.box.left < $1.box.left }
    var gaps: [Gap] = []
    var (piece, count, right) = (0, 0, -Double.infinity)
    for (word, next) in zip(sorted, sorted.dropFirst()) {
      piece += word.length
      count += 1
      right = max(right, word.box.right)
      guard next.box.left - right >= width(beside: word) else { continue }
      if isGutter(right, next) {
        (piece, count) = (0, 0)
        continue
      }
      if piece <= Self.longestPiece, count <= Self.mostWords {
        gaps.append(
          Gap(
            left: right, right: next.box.left, top: min(word.box.top, next.box.top),
            bottom: max(word.box.bottom, next.box.bottom), first: min(word.box.top, next.box.top)))
      }
      (piece, count) = (0, 0)
    }
    return gaps
  }

  /// Whether columns of prose are parted between a place and a word behind it.
  private func isGutter(_ left: Double, _ next: PDFGutters.Word) -> Bool {
    gutters.contains {
      $0.at > left - 0.5 && $0.at < next.box.left + 0.5 && $0.top < next.box.bottom && $0.bottom > next.box.top
    }
  }

  /// The words of a row that stand in one column of prose with a place.
  private func column(of row: [PDFGutters.Word], _ at: Double) -> [PDFGutters.Word] {
    guard !gutters.isEmpty, let box = row.first?.box else { return row }
    var (from, to) = (-Double.infinity, Double.infinity)
    for gutter in gutters where gutter.top < box.bottom && gutter.bottom > box.top {
      if gutter.at <= at { from = max(from, gutter.at) } else { to = min(to, gutter.at) }
    }
    return row.filter { $0.box.left + $0.box.right > 2 * from && $0.box.left + $0.box.right < 2 * to }
  }

  private func found(from top: Double, to bottom: Double) -> [PDFGutter] {
    let words = words[first(top)..<first(bottom)]
    guard let one = words.first else { return [] }
    let area = words.dropFirst().reduce(one.box) { $0.union($1.box) }
    let strips = PDFWhiteStrips.find(
      words.map(\.box), in: area, height: 1.1 * Double(Self.fewestRows) * size, width: width, limit: 120)
    return withHeads(strips.flatMap(parts(of:)))
  }

  /// The strips, and those of them that begin below the head of their table with a piece through it: names of columns may
  /// stand closer to each other than what is below them.
  private func withHeads(_ strips: [PDFGutter]) -> [PDFGutter] {
    var strips = strips
    var asked = strips
    // Names that were parted part others beside and above them; a head has a few lines.
    for _ in 0..<Self.mostHeads {
      var heads: [PDFGutter] = []
      for strip in asked {
        guard let head = head(of: strip, strips),
          !heads.contains(where: { abs($0.at - head.at) < 0.5 && abs($0.top - head.top) < 0.5 })
        else { continue }
        heads.append(head)
      }
      if heads.isEmpty { break }
      asked = strips.filter { strip in heads.contains { abs($0.bottom - strip.top) < size } } + heads
      strips += heads
    }
    return strips
  }

  private func head(of strip: PDFGutter, _ strips: [PDFGutter]) -> PDFGutter? {
    let above = Self.rows(Array(words[first(strip.top - 2.5 * size)..<first(strip.top)]), size)
    guard let row = above.last.map({ column(of: $0, strip.at).sorted { $0.box.left < $1.box.left } }),
      let top = row.map(\.box.top).min(), let bottom = row.map(\.box.bottom).max(),
      let place = row.lastIndex(where: { $0.box.left + $0.box.right < strip.left + strip.right }),
      place + 1 < row.count
    else { return nil }
    // A title above a table is no head of it.
    let below = words[first(strip.top)..<first(strip.bottom)].lazy.map(\.size).max() ?? size
    guard row.allSatisfy({ $0.size < 1.25 * max(size, below) }) else { return nil }
    let (left, right) = (row[place].box.right, row[place + 1].box.left)
    guard right - left > 0.1 * size, min(right, strip.right) > max(left, strip.left) else { return nil }
    let middle = (top + bottom) / 2
    let passing = strips.filter { $0.top < middle && $0.bottom > middle }
    // Of several spaces over the strip none is it, and one is enough.
    let spaces = (0..<(row.count - 1)).count {
      row[$0 + 1].box.left > strip.left && row[$0].box.right < strip.right
        && row[$0 + 1].box.left - row[$0].box.right > 0.1 * size
    }
    guard spaces == 1,
      !passing.contains(where: { $0.at > left && $0.at < right || $0.at > strip.left && $0.at < strip.right })
    else { return nil }
    // The names of other columns beside it are parted already.
    func isParted(_ place: Int) -> Bool {
      passing.contains { $0.at > row[place].box.right && $0.at < row[place + 1].box.left }
    }
    guard (0..<place).last(where: isParted) != nil || ((place + 1)..<(row.count - 1)).contains(where: isParted) else {
      return nil
    }
    return PDFGutter(
      left: strip.left, right: strip.right, at: (max(left, strip.left) + min(right, strip.right)) / 2, top: top - 0.5,
      bottom: strip.top)
  }

  /// A row that a strip passes.
  private enum Row {
    /// A short piece before the strip, and something behind it; what is empty between them.
    case cells(left: Double, right: Double)
    /// The same with a longer piece.
    case long
    /// Nothing on one side.
    case open
    /// Running text.
    case text
  }

  /// The parts of a strip along which most rows are cells: above and below a table it may pass a space by chance.
  private func parts(of strip: PDFGutter) -> [PDFGutter] {
    var parts: [PDFGutter] = []
    var run: (rows: Int, box: PageBox)?
    /// How far down something goes on beside the strip: the other lines of a cell.
    var reach = 0.0
    var long = 0
    func close() {
      if let run, run.rows >= Self.fewestRows {
        parts.append(
          PDFGutter(
            left: run.box.left, right: run.box.right, at: strip.at, top: run.box.top - 0.5, bottom: run.box.bottom + 0.5
          ))
      }
      (run, long) = (nil, 0)
    }
    for row in rows(strip).map({ column(of: $0, strip.at) }) where !row.isEmpty {
      let box = row.dropFirst().reduce(row[row.startIndex].box) { $0.union($1.box) }
      let kind = kind(of: row, strip)
      if run != nil, box.top - reach > 3 * size { close() }
      switch kind {
      case .text: close()
      case .long:
        // One long label among short ones.
        long += 1
        if long > 1 { close() }
      case .open: break
      case .cells(let left, let right):
        long = 0
        run =
          run.map {
            let all = PageBox(
              left: max($0.box.left, left), top: $0.box.top, right: min($0.box.right, right),
              bottom: max($0.box.bottom, box.bottom))
            return ($0.rows + 1, all)
          } ?? (1, PageBox(left: left, top: box.top, right: right, bottom: box.bottom))
      }
      reach = box.bottom
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
      guard edge - word.box.right < width(beside: word) else { break }
      piece += word.length
      count += 1
      edge = word.box.left
    }
    guard next - nearest.box.right >= width(beside: nearest), !isFilled(row, strip.at) else { return .text }
    return piece <= Self.longestPiece && count <= Self.mostWords ? .cells(left: nearest.box.right, right: next) : .long
  }

  /// Whether a place is within a line of words whose spaces were made wider to fill it: then they are all alike.
  private func isFilled(_ row: [PDFGutters.Word], _ at: Double) -> Bool {
    let sorted = row.sorted { $0.box.left < $1.box.left }
    let spaces = zip(sorted, sorted.dropFirst()).map { $1.box.left - $0.box.right }
    guard let place = sorted.lastIndex(where: { $0.box.left < at }), place < spaces.count else { return false }
    let widest = 1.2 * size
    var (first, last) = (place, place)
    while first > 0, spaces[first - 1] < widest { first -= 1 }
    while last + 1 < spaces.count, spaces[last + 1] < widest { last += 1 }
    let line = spaces[first...last].sorted()
    // Numbers of one length may stand at one distance; fewer words may, too.
    let words = sorted[first...(last + 1)]
    guard spaces[place] < widest, line.count >= 5,
      words.count(where: { $0.letters > $0.others }) * 10 >= words.count * 7
    else { return false }
    let usual = line[line.count / 2]
    return line.count { abs($0 - usual) < 0.1 * usual } * 5 >= line.count * 4
  }
}
