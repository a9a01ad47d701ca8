import CPoppler
import Foundations

/// A character and where it stands.
struct PDFGlyph {
  var scalar: UInt32
  var place: cpoppler_box
  /// Which run of one font and size it belongs to.
  var run: Int
}

/// Characters without a space between them, as poppler gives them: in the order in which they stand.
struct PDFGlyphWord {
  var glyphs: Range<Int>
  var turn = PDFTurn.upright
  /// Whether poppler's line ends with it.
  var endsLine = false
}

extension cpoppler_box {
  /// The corners in order: what poppler says of the space behind a turned word has them the other way round.
  var ordered: cpoppler_box {
    cpoppler_box(left: min(left, right), top: min(top, bottom), right: max(left, right), bottom: max(top, bottom))
  }

  var width: Double { right - left }
  var height: Double { bottom - top }
}
