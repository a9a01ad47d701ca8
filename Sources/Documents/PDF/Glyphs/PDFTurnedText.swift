import CPoppler
import Foundations

/// Finds the words of a page that do not stand upright: turned ones, upright columns of Japanese or Chinese, slanted ones.
enum PDFTurnedText {
  /// Notes the turn of each word.
  static func mark(_ words: inout [PDFGlyphWord], _ glyphs: [PDFGlyph], _ size: (PDFGlyph) -> Double) {
    var isTurned = false
    var single = 0
    for index in words.indices {
      if let turn = PDFTurn.of(glyphs[words[index].glyphs]) {
        words[index].turn = turn
        if turn != .upright { isTurned = true }
      } else {
        single += 1
      }
    }
    markColumns(&words, glyphs)
    guard isTurned, single > 0 else { return }
    // A word of one character is turned as those are that it stands in one line with.
    for index in words.indices where words[index].glyphs.count == 1 && words[index].turn == .upright {
      let glyph = glyphs[words[index].glyphs.lowerBound]
      if let turn = neighbour(index, words, glyphs) {
        words[index].turn = turn
      } else if glyph.place.height < 0.8 * glyph.place.width, glyph.place.width > 0.75 * size(glyph),
        let turn = nearest(index, words, glyphs)
      {
        // It is as wide as lines are high.
        words[index].turn = turn
      }
    }
  }

  /// The turn of a word before or behind it in the same poppler line.
  private static func neighbour(_ index: Int, _ words: [PDFGlyphWord], _ glyphs: [PDFGlyph]) -> PDFTurn? {
    let place = glyphs[words[index].glyphs.lowerBound].place
    func fits(_ other: Int) -> PDFTurn? {
      let word = words[other]
      guard word.glyphs.count > 1, word.turn != .upright else { return nil }
      let box = glyphs[word.glyphs.lowerBound].place
      let isInLine =
        word.turn.swapsSides
        ? abs((box.left + box.right) - (place.left + place.right)) < box.width
        : abs((box.top + box.bottom) - (place.top + place.bottom)) < box.height
      return isInLine ? word.turn : nil
    }
    if index > 0, !words[index - 1].endsLine, let turn = fits(index - 1) { return turn }
    if !words[index].endsLine, index + 1 < words.count { return fits(index + 1) }
    return nil
  }

  private static func nearest(_ index: Int, _ words: [PDFGlyphWord], _ glyphs: [PDFGlyph]) -> PDFTurn? {
    for distance in 1...6 {
      for other in [index - distance, index + distance] where words.indices.contains(other) {
        if words[other].glyphs.count > 1, words[other].turn.swapsSides { return words[other].turn }
      }
    }
    return nil
  }

  /// Columns of single Chinese or Japanese characters above one another, nearer to each other than to those beside them.
  private static func markColumns(_ words: inout [PDFGlyphWord], _ glyphs: [PDFGlyph]) {
    let single = words.indices.filter {
      words[$0].glyphs.count == 1 && PDFScripts.isWide(glyphs[words[$0].glyphs.lowerBound].scalar)
    }
    guard single.count >= 4 else { return }
    func place(_ word: Int) -> cpoppler_box { glyphs[words[word].glyphs.lowerBound].place }
    let sorted = single.sorted { (place($0).left, place($0).top) < (place($1).left, place($1).top) }
    var column: [Int] = []
    func flush() {
      defer { column = [] }
      guard column.count >= 3, let first = column.first else { return }
      let width = place(first).width
      let step = zip(column, column.dropFirst()).map { place($1).top - place($0).bottom }.max() ?? 0
      // Characters side by side that are nearer than those above one another are lines.
      let isLine = words.indices.contains { other in
        let glyph = glyphs[words[other].glyphs.lowerBound]
        guard !column.contains(other) else { return false }
        return column.contains { member in
          let box = place(member)
          let beside = max(glyph.place.left - box.right, box.left - glyph.place.right)
          return abs(glyph.place.top - box.top) < 0.5 * box.height && beside > -0.5 * width && beside < step
        }
      }
      if !isLine { for index in column { words[index].turn = .clockwise } }
    }
    for index in sorted {
      if let last = column.last,
        abs(place(last).left - place(index).left) > 0.1 * place(last).width
          || place(index).top - place(last).bottom > place(last).height
      {
        flush()
      }
      column.append(index)
    }
    flush()
  }
}
