import CPoppler
import Foundations

/// Narrow gaps between columns: no wider than some gaps between the words of filled lines, but in line after line the words
/// behind them begin in one place, and no word crosses them.
struct PDFNarrowGaps {
  /// A gap within a line of poppler's.
  private struct Gap {
    let left, right, top, bottom, size: Double
  }

  /// The gutters as upright rules, which part the texts on either side.
  private(set) var rules: [PDFRule] = []

  /// `size` is that of a run.
  init(_ words: [PDFGlyphWord], _ glyphs: [PDFGlyph], _ size: (Int) -> Double) {
    var gaps: [Gap] = []
    /// Characters of the line before the word.
    var length = 0
    for (index, word) in words.enumerated() {
      defer { length = word.endsLine ? 0 : length + word.glyphs.count }
      guard index > 0, !words[index - 1].endsLine, word.turn == .upright, words[index - 1].turn == .upright, length >= 6
      else { continue }
      let (last, first) = (glyphs[words[index - 1].glyphs.upperBound - 1], glyphs[word.glyphs.lowerBound])
      let em = max(4, size(first.run))
      let gap = first.place.left - last.place.right
      guard gap > 0.6 * em, gap <= 1.6 * em else { continue }
      gaps.append(
        Gap(
          left: last.place.right, right: first.place.left, top: min(first.place.top, last.place.top),
          bottom: max(first.place.bottom, last.place.bottom), size: em))
    }
    guard gaps.count >= 4 else { return }
    find(gaps.sorted { ($0.right, $0.top) < ($1.right, $1.top) }, boxes(words, glyphs))
  }

  private func boxes(_ words: [PDFGlyphWord], _ glyphs: [PDFGlyph]) -> [cpoppler_box] {
    words.filter { $0.turn == .upright }.map { word in
      var box = glyphs[word.glyphs.lowerBound].place
      box.right = glyphs[word.glyphs.upperBound - 1].place.right
      return box
    }
  }

  private mutating func find(_ gaps: [Gap], _ words: [cpoppler_box]) {
    var start = 0
    while start < gaps.count {
      var end = start + 1
      while end < gaps.count, gaps[end].right - gaps[start].right < 1 { end += 1 }
      let rows = gaps[start..<end].sorted { $0.top < $1.top }
      if rows.count >= 4 { add(rows, words) }
      start = end
    }
  }

  /// Runs of rows, one not far below the other, between which no word stands in the gap.
  private mutating func add(_ rows: [Gap], _ words: [cpoppler_box]) {
    let edge = rows.reduce(Double.infinity) { min($0, $1.right) }
    let crossing = words.filter { $0.left < edge - 0.5 && $0.right > edge - 0.5 * rows[0].size }
    var run: [Gap] = []
    func isOpen(_ from: Double, _ to: Double) -> Bool {
      !crossing.contains { ($0.top + $0.bottom) / 2 > from && ($0.top + $0.bottom) / 2 < to }
    }
    func close() {
      if run.count >= 4, let first = run.first, let last = run.last {
        rules.append(PDFRule(isLevel: false, at: edge - 0.25 * first.size, from: first.top - 1, to: last.bottom + 1))
      }
      run = []
    }
    for row in rows {
      if let last = run.last, row.top - last.bottom > 6 * row.size || !isOpen(last.top, row.bottom) { close() }
      run.append(row)
    }
    close()
  }
}
