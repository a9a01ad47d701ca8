import Foundations

/// Finds the gutters of a page: empty strips with columns of prose on both sides. Columns of a table are short pieces
/// that stand in rows; those of prose are lines that fill their column.
struct PDFGutters {
  struct Word {
    let box: PageBox
    let size: Double
    /// How many letters, how many other characters, and whether its script has no spaces.
    let letters: Int
    let others: Int
    let isUnspaced: Bool
    /// Whether it is nothing but dots, as in the leaders of a contents page.
    var isDots = false
    /// Whether it is a number, perhaps with its sign or unit, or a dash that stands for one.
    var isValue = false

    /// How much it says: a Chinese character as much as two letters.
    var length: Int { (letters + others) * (isUnspaced ? 2 : 1) }
  }

  /// How narrow a column of prose is at least, in sizes of its text.
  private static let narrowest = 8.0
  /// The same of a column of notes or facts.
  private static let narrowestNotes = 5.0

  private let words: [Word]
  private let strips: [PDFGutter]
  private let area: PageBox
  private let size: Double

  /// - Parameter others: the gutters of other pages. Where one goes on here, a table may fill one of the columns.
  static func find(_ words: [Word], _ rules: [PDFRule], _ others: [PDFGutter]) -> [PDFGutter] {
    guard words.count >= 30, let finder = PDFGutters(words, rules) else { return [] }
    let strips = finder.strips.map(finder.withoutTables).map(finder.withoutNames)
    let found = strips.filter { strip in
      finder.isBetweenProse(strip) || finder.isOutOfStep(strip, rules)
        || strip.bottom - strip.top > 0.3 * finder.area.height
          && others.contains { $0.at > strip.left && $0.at < strip.right } && finder.hasTextOnBothSides(strip)
    }
    // What begins again below a picture or a table over all columns is one layout.
    let same = strips.filter { strip in
      found.contains { abs($0.at - strip.at) < finder.size && ($0.bottom <= strip.top || strip.bottom <= $0.top) }
        && finder.hasTextOnBothSides(strip)
    }
    return (found + same.filter { strip in !found.contains { $0.top == strip.top && $0.left == strip.left } })
      .sorted { ($0.top, $0.left) < ($1.top, $1.left) }
  }

  /// `nil` where no strip can be.
  private init?(_ words: [Word], _ rules: [PDFRule]) {
    self.words = words
    let sizes = words.map(\.size).sorted()
    size = sizes[sizes.count / 2]
    let first = words[0].box
    let area = words.dropFirst().reduce(first) { $0.union($1.box) }
    self.area = area
    // A level line that goes on over a strip joins both sides: it belongs to a table, or ends the columns.
    let lines = rules.filter { $0.isLevel && $0.length > 3 * sizes[sizes.count / 2] }.map {
      PageBox(left: $0.from, top: $0.at - 0.1, right: $0.to, bottom: $0.at + 0.1)
    }
    let things = words.map(\.box) + Self.spaces(words) + lines
    // A strip is five lines tall, but its edges may be a fifth shorter: seven half lines are within it.
    var raster = PDFPageRaster(area, step: max(0.5, 0.5 * size))
    for thing in things { raster.add(thing) }
    guard
      raster.hasStrip(
        rows: 7, width: Int(clamping: (0.7 * size).rounded(.up)), side: Int(clamping: Self.narrowestNotes * size))
    else { return nil }
    strips = PDFWhiteStrips.find(things, in: area, height: 5 * size, width: 0.7 * size)
  }

  /// The spaces between words of a line: a heading over two columns is not parted by one.
  private static func spaces(_ words: [Word]) -> [PageBox] {
    zip(words, words.dropFirst()).compactMap { word, next in
      let (one, other) = word.box.left <= next.box.left ? (word.box, next.box) : (next.box, word.box)
      let gap = other.left - one.right
      guard gap > 0, gap < 0.6 * min(word.size, next.size),
        min(one.bottom, other.bottom) - max(one.top, other.top) > 0.5 * min(one.height, other.height)
      else { return nil }
      return PageBox(
        left: one.right, top: max(one.top, other.top), right: other.left, bottom: min(one.bottom, other.bottom))
    }
  }

  private struct Row {
    var box: PageBox
    var words = 0
    var letters = 0
    var others = 0
    var isUnspaced = false
  }

  /// What stands on one side of a strip, row by row: the words next to it, as far as they follow one another without a
  /// gap like the strip itself.
  private func rows(_ strip: PDFGutter, isLeft: Bool, reach: Double = narrowest) -> [Row] {
    var level = words.filter { word in
      let x = (word.box.left + word.box.right) / 2
      let y = (word.box.top + word.box.bottom) / 2
      return y > strip.top && y < strip.bottom && (isLeft ? x < strip.at : x > strip.at)
    }
    level.sort { $0.box.top + $0.box.bottom < $1.box.top + $1.box.bottom }
    let widest = max(0.7 * size, min(1.6 * size, 0.8 * (strip.right - strip.left)))
    var rows: [Row] = []
    var first = 0
    while first < level.count {
      // Lines of two columns need not stand at one height: each row has the height of its first word.
      let box = level[first].box
      var end = first + 1
      while end < level.count {
        let next = level[end].box
        guard min(box.bottom, next.bottom) - max(box.top, next.top) > 0.5 * min(box.height, next.height) else { break }
        end += 1
      }
      let row = level[first..<end].sorted { isLeft ? $0.box.right > $1.box.right : $0.box.left < $1.box.left }
      let found = Self.row(row, widest: widest, mayHaveLabel: !isLeft)
      // Lines of a further column need not stand at the height of one next to the strip.
      if max(found.box.left - strip.right, strip.left - found.box.right) < reach * size { rows.append(found) }
      first = end
    }
    return rows
  }

  /// The first words of a row, up to a gap; the one behind the label of a list's item is none.
  private static func row(_ words: [Word], widest: Double, mayHaveLabel: Bool) -> Row {
    var row = Row(box: words[0].box)
    var hasLabel = !mayHaveLabel
    for word in words {
      let gap = max(word.box.left - row.box.right, row.box.left - word.box.right)
      if gap > widest {
        guard !hasLabel, row.box.width < 2.5 * word.size, gap < 3 * word.size else { break }
        hasLabel = true
      }
      row.box = row.box.union(word.box)
      row.words += 1
      row.letters += word.letters
      row.others += word.others
      row.isUnspaced = row.isUnspaced || word.isUnspaced
    }
    return row
  }

  /// The strip without the rows of a table above or below the prose whose columns leave it open by chance: rows with
  /// numbers on one side, each at the height of one on the other.
  private func withoutTables(_ strip: PDFGutter) -> PDFGutter {
    // Numbers stand far from what they belong to.
    let sides = [true, false].map { rows(strip, isLeft: $0, reach: .infinity) }
    let full = sides.flatMap { side in
      let width = width(side)
      return side.filter { isFull($0, width) }
    }
    guard let first = full.map(\.box.middle).min(), let last = full.map(\.box.middle).max() else { return strip }
    var shorter = strip
    if let table = table(sides.map { $0.filter { $0.box.bottom < first } }), table.bottom < first {
      shorter.top = table.bottom + 0.1
    }
    if let table = table(sides.map { $0.filter { $0.box.top > last } }), table.top > last {
      shorter.bottom = table.top - 0.1
    }
    return shorter
  }

  /// The strip without what stands centred in several groups above the columns, set off from both: names of authors.
  private func withoutNames(_ strip: PDFGutter) -> PDFGutter {
    let sides = [true, false].map { rows(strip, isLeft: $0, reach: .infinity) }
    let full = sides.map { side in
      let width = width(side)
      return side.filter { isFull($0, width) }
    }
    guard full.allSatisfy({ $0.count >= 3 }) else { return strip }
    // As far as the first room that goes through both columns.
    var end = -Double.infinity
    for box in sides.joined().map(\.box).sorted(by: { $0.top < $1.top }) {
      if box.top - end > 1.5 * size, end > -.infinity { break }
      end = max(end, box.bottom)
    }
    let above = sides.map { $0.filter { $0.box.top < end } }
    let isCentred = zip(above, full).contains { names, lines in
      let left = lines.map(\.box.left).min() ?? 0
      return names.allSatisfy { $0.box.left > left + 1.5 * size }
    }
    guard isCentred, above.allSatisfy({ (1...6).contains($0.count) }) else { return strip }
    var shorter = strip
    shorter.top = end + 0.1
    return shorter
  }

  private func table(_ sides: [[Row]]) -> PageBox? {
    var pairs: [(Row, Row)] = []
    for row in sides[0] {
      if let other = sides[1].first(where: { abs($0.box.middle - row.box.middle) < 0.3 * size }) {
        pairs.append((row, other))
      }
    }
    guard let pair = pairs.first, pairs.count >= 3, pairs.count * 10 >= 7 * max(sides[0].count, sides[1].count),
      [pairs.map(\.0), pairs.map(\.1)].contains(where: { $0.count { $0.letters < $0.others } * 10 >= 6 * pairs.count })
    else { return nil }
    return pairs.reduce(pair.0.box) { $0.union($1.0.box).union($1.1.box) }
  }

  private func hasTextOnBothSides(_ strip: PDFGutter) -> Bool {
    !rows(strip, isLeft: true).isEmpty && !rows(strip, isLeft: false).isEmpty
  }

  private func isBetweenProse(_ strip: PDFGutter) -> Bool {
    let shares = [proseShare(strip, isLeft: true), proseShare(strip, isLeft: false)]
    // Tables and lists of short items may fill a good part of one of two columns, not of both.
    return shares.min() ?? 0 >= 0.25 && shares.max() ?? 0 >= 0.5
      && !PDFCellRows.areBeside(rows(strip, isLeft: true).map(\.box), rows(strip, isLeft: false).map(\.box))
  }

  /// Whether the lines on both sides of a tall strip do not stand at one height, as the rows of a table would: a column of
  /// notes or facts beside the text, in a box of its own or where one side is prose.
  private func isOutOfStep(_ strip: PDFGutter, _ rules: [PDFRule]) -> Bool {
    guard strip.bottom - strip.top > 0.35 * area.height else { return false }
    // As far as the next strip like it, where a column is between them.
    let others = strips.filter {
      min($0.bottom, strip.bottom) - max($0.top, strip.top) > 0.7 * (strip.bottom - strip.top)
    }
    let width = Self.narrowestNotes * size
    func hasColumn(_ left: Double, _ right: Double) -> Bool {
      right > left
        && words.count(where: {
          $0.box.left > left - 0.5 && $0.box.right < right + 0.5 && $0.box.middle > strip.top
            && $0.box.middle < strip.bottom
        }) >= 3
    }
    let from = others.filter { hasColumn($0.right, strip.left) }.map(\.at).max() ?? -.infinity
    let to = others.filter { hasColumn(strip.right, $0.left) }.map(\.at).min() ?? .infinity
    let sides = [true, false].map { isLeft in
      rows(strip, isLeft: isLeft, reach: .infinity).filter {
        $0.letters > $0.others && $0.box.right > from && $0.box.left < to
      }
    }
    guard sides.allSatisfy({ $0.count >= 6 && self.width($0) > width }) else { return false }
    let (few, many) = sides[0].count < sides[1].count ? (sides[0], sides[1]) : (sides[1], sides[0])
    let level = few.count { row in many.contains { abs($0.box.middle - row.box.middle) < 0.15 * size } }
    guard level * 2 < few.count, !PDFCellRows.areBeside(sides[0].map(\.box), sides[1].map(\.box)) else { return false }
    return hasEdge(strip, rules)
      || sides.contains { side in
        let whole = self.width(side)
        return side.count { isFull($0, whole) } * 4 >= side.count
      }
  }

  /// Whether the edge of a box, or a line, is drawn along most of a strip, and none from it to a side.
  private func hasEdge(_ strip: PDFGutter, _ rules: [PDFRule]) -> Bool {
    // A drawing of thousands of lines is no box.
    rules.count <= 2000
      && rules.contains { rule in
        !rule.isLevel && rule.at > strip.left - 0.5 && rule.at < strip.right + 0.5
          && min(rule.to, strip.bottom) - max(rule.from, strip.top) > 0.6 * (strip.bottom - strip.top)
          && !rules.contains {
            $0.isLevel && $0.from < rule.at + 1 && $0.to > rule.at - 1 && $0.at > rule.from + size
              && $0.at < rule.to - size
          }
      }
  }

  /// How many of the rows fill their column with several words; none where they are too few to tell.
  private func proseShare(_ strip: PDFGutter, isLeft: Bool) -> Double {
    let rows = rows(strip, isLeft: isLeft)
    guard rows.count >= 4 else { return 0 }
    let width = width(rows)
    guard width > Self.narrowest * size else { return 0 }
    let full = rows.filter { isFull($0, width) }
    // Beside the labels of a list stands another column, but not next to them.
    let distance =
      isLeft
      ? strip.left - (full.map(\.box.right).max() ?? 0) : (full.map(\.box.left).min() ?? .infinity) - strip.right
    guard distance < 1.5 * size else { return 0 }
    return full.count >= 3 ? Double(full.count) / Double(rows.count) : 0
  }

  private func width(_ rows: [Row]) -> Double {
    (rows.map(\.box.right).max() ?? 0) - (rows.map(\.box.left).min() ?? 0)
  }

  /// Whether a row fills its column with several words.
  private func isFull(_ row: Row, _ width: Double) -> Bool {
    row.box.width >= 0.65 * width && row.letters > 2 * row.others
      && (row.isUnspaced ? row.letters >= 8 : row.words >= 3 && row.letters >= 12)
  }
}
