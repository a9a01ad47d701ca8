import Foundations

/// Finds tables whose cells have many lines and no lines drawn between them, by the empty strips between their columns:
/// those may be no wider than a space, but what stands beside one begins again at one height, row after row
/// (`PDFCellRows`).
struct PDFCellAreas {
  /// No page for people has more lines.
  private static let mostRows = 1000
  private typealias Row = [PDFGutters.Word]

  private let size: Double
  private let rows: [Row]
  private let strips: [PDFGutter]
  private let rules: [PDFRule]

  static func find(_ words: [PDFGutters.Word], _ rules: [PDFRule]) -> [PDFCellArea] {
    guard words.count >= 12 else { return [] }
    return PDFCellAreas(joiningLeaders(words), rules).areas
  }

  /// Dots of leaders stand below one another, line after line: what is between them is no strip.
  private static func joiningLeaders(_ words: [PDFGutters.Word]) -> [PDFGutters.Word] {
    guard words.contains(where: \.isDots) else { return words }
    var joined: [PDFGutters.Word] = []
    for word in words {
      if word.isDots, let last = joined.last, last.isDots,
        abs(last.box.middle - word.box.middle) < 0.3 * word.box.height,
        word.box.left - last.box.right < 2 * word.size
      {
        joined[joined.count - 1] = PDFGutters.Word(
          box: last.box.union(word.box), size: last.size, letters: 0, others: last.others + word.others,
          isUnspaced: false,
          isDots: true)
      } else {
        joined.append(word)
      }
    }
    return joined
  }

  private init(_ words: [PDFGutters.Word], _ rules: [PDFRule]) {
    let sizes = words.map(\.size).sorted()
    let size = sizes[sizes.count / 2]
    self.size = size
    self.rules = rules
    let area = words.dropFirst().reduce(words[0].box) { $0.union($1.box) }
    var raster = PDFPageRaster(area, step: max(0.5, 0.5 * size))
    for word in words { raster.add(word.box) }
    let width = max(1, 0.3 * size)
    guard raster.hasStrip(rows: 6, width: Int(clamping: width.rounded(.up)), side: Int(clamping: 2 * size)) else {
      (rows, strips) = ([], [])
      return
    }
    rows = Self.rows(words)
    strips = PDFWhiteStrips.find(words.map(\.box), in: area, height: 4.4 * size, width: width)
  }

  /// The lines of the page, each from left to right.
  private static func rows(_ words: [PDFGutters.Word]) -> [Row] {
    var rows: [Row] = []
    for word in words.sorted(by: { $0.box.top + $0.box.bottom < $1.box.top + $1.box.bottom }) {
      if let first = rows.last?.first?.box,
        min(first.bottom, word.box.bottom) - max(first.top, word.box.top) > 0.5 * min(first.height, word.box.height)
      {
        rows[rows.count - 1].append(word)
      } else {
        rows.append([word])
      }
    }
    return rows.map { $0.sorted { $0.box.left < $1.box.left } }
  }

  private var areas: [PDFCellArea] {
    guard rows.count <= Self.mostRows else { return [] }
    var found: [PDFCellArea] = []
    var seen: Set<[Double]> = []
    for strip in strips {
      let (left, right) = sides(of: strip)
      guard PDFCellRows.areBeside(left, right), let range = range(left, right),
        seen.insert([range.top, range.bottom]).inserted, let area = area(range.top, range.bottom)
      else { continue }
      found.append(area)
    }
    // Of strips beside one another some go on above or below the table by chance: then others do not pass.
    var areas: [PDFCellArea] = []
    for area in found.sorted(by: { ($0.edges.count, $0.tops.count) > ($1.edges.count, $1.tops.count) })
    where !areas.contains(where: { min($0.box.bottom, area.box.bottom) > max($0.box.top, area.box.top) }) {
      areas.append(area)
    }
    return areas
  }

  /// The lines next to a strip on both sides, as far as the next strip or a wide gap.
  private func sides(of strip: PDFGutter) -> (left: [PageBox], right: [PageBox]) {
    var (left, right): ([PageBox], [PageBox]) = ([], [])
    for row in rows {
      guard let box = row.first?.box, box.middle > strip.top, box.middle < strip.bottom else { continue }
      let others = strips.filter { $0.top < box.middle && $0.bottom > box.middle && $0.at != strip.at }
      func piece(_ words: some Sequence<PDFGutters.Word>) -> PageBox? {
        var piece: PageBox?
        for word in words {
          if let last = piece {
            let (from, to) = (min(last.right, word.box.right), max(last.left, word.box.left))
            if to - from > 1.2 * size || others.contains(where: { $0.at > from - 0.5 && $0.at < to + 0.5 }) { break }
          }
          piece = piece?.union(word.box) ?? word.box
        }
        return piece
      }
      if let box = piece(row.reversed().lazy.filter { $0.box.right <= strip.at + 0.5 }) { left.append(box) }
      if let box = piece(row.lazy.filter { $0.box.left >= strip.at - 0.5 }) { right.append(box) }
    }
    return (left, right)
  }

  /// From the first line that has something on both sides to the end of the last cells.
  private func range(_ left: [PageBox], _ right: [PageBox]) -> (top: Double, bottom: Double)? {
    // Two words of one line, with a space between them, are no cells.
    let both = left.filter { box in
      right.contains { abs($0.middle - box.middle) < 0.5 * box.height && $0.left - box.right > 0.45 * box.height }
    }
    guard let first = both.first, let last = both.last, let step = PDFCellRows.leading(left, right) else { return nil }
    // Lines of the first cells may stand above that, those of the last ones below it.
    var (top, bottom) = (first.top, last.bottom)
    for side in [left, right] {
      var start = first
      for box in side.reversed() where box.bottom < first.bottom {
        guard start.top - box.top < 1.25 * step else { break }
        start = box
      }
      top = min(top, start.top)
      var end = last
      for box in side where box.top > last.top {
        guard box.top - end.top < 1.25 * step else { break }
        end = box
      }
      bottom = max(bottom, end.bottom)
    }
    return (top - 0.5, bottom + 0.5)
  }

  private func area(_ top: Double, _ bottom: Double) -> PDFCellArea? {
    var inside = rows.filter { $0[0].box.middle > top && $0[0].box.middle < bottom }
    guard inside.count >= 3, let first = inside.first?.first?.box else { return nil }
    let passing = strips.filter { strip in
      strip.top <= top + 0.6 * size && strip.bottom >= bottom - 0.6 * size
        && (strip.right - strip.left > 0.8 * size || isBetweenColumns(strip, inside))
    }
    var edges: [Double] = []
    for edge in passing.map(\.at).sorted()
    where inside.contains(where: { $0.contains { $0.box.left < edge && $0.box.right > edges.last ?? -.infinity } }) {
      edges.append(edge)
    }
    let right = inside.joined().map(\.box.left).max() ?? 0
    edges.removeAll { $0 > right }
    guard !edges.isEmpty else { return nil }
    if let head = head(above: first, edges) { inside.insert(head, at: 0) }
    let box = inside.joined().reduce(first) { $0.union($1.box) }
    // One column: its lines, from top to bottom, and their first words.
    var (columns, firsts): ([[PageBox]], [[PageBox]]) = (Array(repeating: [], count: edges.count + 1), [])
    firsts = columns
    for row in inside {
      for (column, words) in Self.columns(of: row, edges) {
        columns[column].append(words.dropFirst().reduce(words[0].box) { $0.union($1.box) })
        firsts[column].append(words[0].box)
      }
    }
    guard !isRuled(box), !hasLists(inside, edges),
      let tops = PDFCellRows.tops(columns, firstWords: firsts, level(in: box)),
      tops.count >= 3
    else { return nil }
    return PDFCellArea(
      box: PageBox(left: box.left - 1, top: min(top, box.top) - 0.5, right: box.right + 1, bottom: bottom + 0.5),
      edges: edges,
      tops: tops)
  }

  /// The words of a line by the column that their middle is in, from left to right.
  private static func columns(of row: Row, _ edges: [Double]) -> [(column: Int, words: Row)] {
    var columns: [(column: Int, words: Row)] = []
    var places: [Int: Int] = [:]
    for word in row {
      let middle = (word.box.left + word.box.right) / 2
      var (low, high) = (0, edges.count)
      while low < high {
        let half = (low + high) / 2
        if edges[half] < middle { low = half + 1 } else { high = half }
      }
      if let place = places[low] {
        columns[place].words.append(word)
      } else {
        places[low] = columns.count
        columns.append((low, [word]))
      }
    }
    return columns
  }

  /// The names of columns above a table that has none over its labels.
  private func head(above first: PageBox, _ edges: [Double]) -> Row? {
    guard let row = rows.last(where: { $0.allSatisfy { $0.box.bottom < first.top + 0.2 * first.height } }),
      let box = row.first?.box, first.top - box.bottom < 1.5 * size,
      row.allSatisfy({ word in !edges.contains { word.box.left < $0 && word.box.right > $0 } })
    else { return nil }
    func column(_ word: PDFGutters.Word) -> Int { edges.count { $0 < (word.box.left + word.box.right) / 2 } }
    let isParted = zip(row, row.dropFirst()).allSatisfy {
      column($0) == column($1) || $1.box.left - $0.box.right > 0.3 * box.height
    }
    return isParted && row.contains { column($0) == edges.count } && Set(row.map(column)).count >= 2 ? row : nil
  }

  /// The level lines that are drawn over most of a box.
  private func level(in box: PageBox) -> [Double] {
    rules.filter { rule in
      rule.isLevel && rule.at > box.top + 0.5 * size && rule.at < box.bottom - 0.5 * size
        && rule.from < box.left + 0.4 * box.width && rule.to > box.left + 0.6 * box.width
    }.map(\.at)
  }

  /// Whether lines are drawn between rows: more than the one below the names of the columns.
  private func isRuled(_ box: PageBox) -> Bool {
    let lines = level(in: box)
    guard let first = lines.min() else { return false }
    return lines.contains { $0 > first + 0.5 * size }
  }

  /// Whether lines behind the first column begin with bullets or numbers of lists.
  private func hasLists(_ rows: [Row], _ edges: [Double]) -> Bool {
    let labels = rows.reduce(0) { count, row in
      count
        + zip(row, row.dropFirst()).count { word, next in
          word.letters == 0 && word.others <= 3 && next.box.left - word.box.right < 2 * size
            && edges.contains { edge in
              edge < word.box.left + 0.5 && !row.contains { $0.box.left > edge && $0.box.right < word.box.left + 0.5 }
            } && !edges.contains { $0 > word.box.right - 0.5 && $0 < next.box.left + 0.5 }
        }
    }
    return labels >= 2
  }

  /// Whether what stands behind a strip begins in one place, or what stands before it ends in one: words of a cell may
  /// happen to leave a strip between them.
  private func isBetweenColumns(_ strip: PDFGutter, _ rows: [Row]) -> Bool {
    let lefts = rows.compactMap { $0.first { $0.box.left >= strip.at - 0.5 }?.box.left }
    let rights = rows.compactMap { $0.last { $0.box.right <= strip.at + 0.5 }?.box.right }
    func isLevel(_ places: [Double], _ edge: Double?) -> Bool {
      guard let edge else { return false }
      // Where a cell is empty, what stands behind the next column is none of it.
      let near = places.filter { abs($0 - edge) < 5 * size }
      return near.count >= 3 && near.count { abs($0 - edge) < 0.3 * size } * 10 >= near.count * 7
    }
    return isLevel(lefts, lefts.min()) || isLevel(rights, rights.max())
  }
}
