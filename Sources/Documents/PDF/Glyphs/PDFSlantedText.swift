import CPoppler
import Foundations

/// Text that runs aslant, as over the columns of a narrow table. poppler takes it for turned by a quarter and makes a line
/// of each character or two; the characters follow each other without a gap in one direction and step aside by as much each
/// time in the other.
enum PDFSlantedText {
  /// Moves the words of each slanted line, in the frame in which they run from left to right, onto one line. `size` is
  /// that of a run.
  static func straighten(_ words: [PDFGlyphWord], _ glyphs: inout [PDFGlyph], _ size: (Int) -> Double) -> [PDFGlyphWord]
  {
    struct Item {
      var word: Int
      var left, right, middle, size: Double

      var center: Double { (left + right) / 2 }
    }
    let items = words.indices.map { index -> Item in
      let all = glyphs[words[index].glyphs].map(\.place)
      return Item(
        word: index, left: all.map(\.left).min() ?? 0, right: all.map(\.right).max() ?? 0,
        middle: all.reduce(0) { $0 + $1.top + $1.bottom } / Double(2 * max(1, all.count)),
        size: size(glyphs[words[index].glyphs.lowerBound].run))
    }.sorted { $0.left < $1.left }
    guard items.count >= 3 else { return words }
    var isTaken = Array(repeating: false, count: items.count)
    for start in items.indices where !isTaken[start] {
      var chain = [start]
      var slope: Double?
      while let last = chain.last {
        let from = items[last]
        let next = items.indices.filter { index in
          let to = items[index]
          guard index > last, !isTaken[index], abs(to.size - from.size) < 0.5 else { return false }
          let (gap, step) = (to.left - from.right, to.middle - from.middle)
          guard gap > -0.1 * to.size, gap < 0.5 * to.size, abs(step) > 0.1 * to.size, abs(step) < 2.5 * to.size else {
            return false
          }
          guard let slope else { return true }
          return abs(step / max(0.1, to.center - from.center) - slope) < 0.3 * abs(slope) + 0.2
        }.min { abs(items[$0].left - from.right) < abs(items[$1].left - from.right) }
        guard let next else { break }
        if slope == nil, let first = chain.first {
          slope = (items[next].middle - items[first].middle) / max(0.1, items[next].center - items[first].center)
        }
        chain.append(next)
      }
      guard chain.count >= 3 else { continue }
      let middle = items[chain[0]].middle
      for index in chain {
        isTaken[index] = true
        for glyph in words[items[index].word].glyphs {
          let shift = middle - items[index].middle
          glyphs[glyph].place.top += shift
          glyphs[glyph].place.bottom += shift
        }
      }
    }
    return words
  }
}
