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
  }

  private let words: [Word]
  private let strips: [PDFGutter]
  private let area: PageBox
  private let size: Double

  static func find(_ words: [Word], _ rules: [PDFRule]) -> [PDFGutter] {
    guard words.count >= 30 else { return [] }
    let finder = PDFGutters(words, rules)
    let found = finder.strips.filter(finder.isBetweenProse)
    // What begins again below a picture or a table over all columns is one layout.
    let same = finder.strips.filter { strip in
      found.contains { abs($0.at - strip.at) < finder.size && ($0.bottom <= strip.top || strip.bottom <= $0.top) }
        && finder.hasTextOnBothSides(strip)
    }
    return (found + same.filter { strip in !found.contains { $0.top == strip.top && $0.left == strip.left } }).sorted {
      ($0.top, $0.left) < ($1.top, $1.left)
    }
  }

  private init(_ words: [Word], _ rules: [PDFRule]) {
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
    strips = PDFWhiteStrips.find(words.map(\.box) + lines, in: area, height: 5 * size, width: 0.7 * size)
  }

  private struct Row {
    var box: PageBox
    var words = 0
    var letters = 0
    var others = 0
    var isUnspaced = false
  }

  /// The words between two neighbouring strips, at the height of one of them, as rows.
  private func rows(_ strip: PDFGutter, isLeft: Bool) -> [Row] {
    let beside = strips.filter { other in
      min(other.bottom, strip.bottom) - max(other.top, strip.top) > 0.6 * (strip.bottom - strip.top)
    }
    let level = words.filter {
      let y = ($0.box.top + $0.box.bottom) / 2
      return y > strip.top && y < strip.bottom
    }
    func middle(_ word: Word) -> Double { (word.box.left + word.box.right) / 2 }
    // The next strip with something between the two is the other side of the column.
    let from =
      !isLeft
      ? strip.at
      : beside.map(\.at).filter { at in at < strip.at && level.contains { middle($0) > at && middle($0) < strip.at } }
        .max() ?? area.left
    let to =
      isLeft
      ? strip.at
      : beside.map(\.at).filter { at in at > strip.at && level.contains { middle($0) < at && middle($0) > strip.at } }
        .min() ?? area.right
    let inside = level.filter { middle($0) > from && middle($0) < to }
    var rows: [Row] = []
    for word in inside.sorted(by: { $0.box.top + $0.box.bottom < $1.box.top + $1.box.bottom }) {
      if var last = rows.last,
        min(last.box.bottom, word.box.bottom) - max(last.box.top, word.box.top)
          > 0.5 * min(last.box.height, word.box.height)
      {
        last.box = last.box.union(word.box)
        last.words += 1
        last.letters += word.letters
        last.others += word.others
        last.isUnspaced = last.isUnspaced || word.isUnspaced
        rows[rows.count - 1] = last
      } else {
        rows.append(
          Row(box: word.box, words: 1, letters: word.letters, others: word.others, isUnspaced: word.isUnspaced))
      }
    }
    return rows
  }

  private func hasTextOnBothSides(_ strip: PDFGutter) -> Bool {
    !rows(strip, isLeft: true).isEmpty && !rows(strip, isLeft: false).isEmpty
  }

  private func isBetweenProse(_ strip: PDFGutter) -> Bool {
    let shares = [proseShare(rows(strip, isLeft: true)), proseShare(rows(strip, isLeft: false))]
    // Tables and lists of short items may fill a good part of one of two columns, not of both.
    return shares.min() ?? 0 >= 0.25 && shares.max() ?? 0 >= 0.5
  }

  /// How many of the rows fill their column with several words; none where they are too few to tell.
  private func proseShare(_ rows: [Row]) -> Double {
    guard rows.count >= 4 else { return 0 }
    let left = rows.map(\.box.left).min() ?? 0
    let right = rows.map(\.box.right).max() ?? 0
    guard right - left > 8 * size else { return 0 }
    let full = rows.filter { row in
      row.box.width >= 0.65 * (right - left) && row.letters > 2 * row.others
        && (row.isUnspaced ? row.letters >= 8 : row.words >= 3 && row.letters >= 12)
    }
    return full.count >= 3 ? Double(full.count) / Double(rows.count) : 0
  }
}
