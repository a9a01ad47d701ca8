import CPoppler
import Foundations

/// The beginning of a line in another font than what goes on behind it: a heading that runs into its text, perhaps.
struct PDFLead: Equatable {
  var text = ""
  let font: Int
  let isBold: Bool
  /// Which font goes on behind it.
  let restFont: Int
  /// The room behind it, in points, and that between the words of the line.
  let gap, space: Double
  /// How many characters of the line it is.
  let count: Int

  /// A number before it may stand in the font of the text. `font` and `isBold` say it of a run.
  init?(_ entries: [PDFSegment.Entry], font: (Int) -> Int, isBold: (Int) -> Bool) {
    func isOfNumber(_ entry: PDFSegment.Entry) -> Bool {
      entry.glyph.scalar == 0x2E || entry.glyph.scalar >= 0x30 && entry.glyph.scalar <= 0x39
    }
    guard let start = entries.firstIndex(where: { !isOfNumber($0) }), start < 12 else { return nil }
    let own = font(entries[start].glyph.run)
    guard own >= 0, let end = entries[start...].firstIndex(where: { font($0.glyph.run) != own }), end - start >= 3,
      entries[end].afterSpace
    else { return nil }
    let room = { (index: Int) in entries[index].glyph.place.left - entries[index - 1].glyph.place.right }
    let rooms = entries.indices.dropFirst().filter { $0 != end && entries[$0].afterSpace && $0 != start }.map(room)
    guard rooms.count >= 2 else { return nil }
    self.font = own
    self.isBold = isBold(entries[start].glyph.run)
    restFont = font(entries[end].glyph.run)
    gap = room(end)
    space = rooms.sorted()[rooms.count / 2]
    count = end
  }

  /// Whether it is set off from its text by more than a space.
  var isSetOff: Bool { space > 0 && gap > 1.2 * space }
}
