import CPoppler

/// Mends the sizes of pages in fonts of type 3. poppler can only guess them, from the width of the letter m, and a font
/// without an m, as browsers make them of Chinese and Japanese, comes out far too large: then lines lie in one another.
enum PDFTypeThree {
  /// Scales sizes and boxes in place where characters that are as wide as high are not.
  /// - Returns: whether it did: then poppler has mixed up lines as well.
  static func mend(_ raw: cpoppler_page, _ glyphs: [PDFGlyph]) -> Bool {
    let runs = UnsafeMutableBufferPointer(start: raw.runs, count: Int(raw.run_count))
    var widths: [Double] = []
    for glyph in glyphs where PDFScripts.isWide(glyph.scalar) {
      if runs.indices.contains(glyph.run), runs[glyph.run].size > 1 {
        widths.append(glyph.place.width / runs[glyph.run].size)
      }
    }
    guard widths.count >= 20 else { return false }
    let scale = widths.sorted()[widths.count / 2]
    guard scale < 0.75, scale > 0.1 else { return false }
    for index in runs.indices { runs[index].size *= scale }
    let boxes = UnsafeMutableBufferPointer(start: raw.boxes, count: Int(raw.box_count))
    for index in boxes.indices {
      // poppler puts 0.95 of the size over the base line and 0.35 under it.
      let gone = (boxes[index].bottom - boxes[index].top) * (1 - scale)
      boxes[index].top += gone * 0.95 / 1.3
      boxes[index].bottom -= gone * 0.35 / 1.3
    }
    return true
  }
}
