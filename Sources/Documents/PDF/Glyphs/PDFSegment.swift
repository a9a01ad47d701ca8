import CPoppler
import Foundations

/// The characters of a line, or of a piece of one, while they come: in the order in which they stand.
struct PDFSegment {
  struct Entry {
    var glyph: PDFGlyph
    var afterSpace: Bool
    /// Vowel signs and accents that stand over or under it.
    var marks: [UInt32] = []
  }

  private(set) var entries: [Entry] = []
  private(set) var box = PageBox(left: 0, top: 0, right: 0, bottom: 0)
  /// How many characters of which run, in order.
  private(set) var weights: [(run: Int, count: Int)] = []
  /// The place of the last character.
  private(set) var last: cpoppler_box?
  var pendingSpace = false
  private(set) var hasRightToLeft = false

  var isEmpty: Bool { entries.isEmpty }
  var count: Int { entries.count }

  mutating func append(_ glyph: PDFGlyph, marks: [UInt32] = []) {
    let place = glyph.place
    if entries.isEmpty {
      box = PageBox(left: place.left, top: place.top, right: place.right, bottom: place.bottom)
    } else {
      box.left = min(box.left, place.left)
      box.top = min(box.top, place.top)
      box.right = max(box.right, place.right)
      box.bottom = max(box.bottom, place.bottom)
    }
    if let last = weights.last, last.run == glyph.run {
      weights[weights.count - 1].count += 1
    } else {
      weights.append((glyph.run, 1))
    }
    if PDFScripts.isRightToLeft(glyph.scalar) { hasRightToLeft = true }
    entries.append(Entry(glyph: glyph, afterSpace: pendingSpace && !entries.isEmpty, marks: marks))
    pendingSpace = false
    last = place
  }

  /// The width of the characters where all have the same: letters as wide as `i` and `m` are those of a typewriter.
  var advance: Double? {
    guard let first = entries.first?.glyph.place.width, first > 0.5 else { return nil }
    var letters: Set<UInt32> = []
    for entry in entries {
      guard abs(entry.glyph.place.width - first) < 0.02 * first, !PDFScripts.isWide(entry.glyph.scalar) else {
        return nil
      }
      if letters.count < 4, entry.glyph.scalar > 0x40, entry.glyph.scalar < 0x7F { letters.insert(entry.glyph.scalar) }
    }
    return letters.count >= 4 ? first : nil
  }

  /// The run that most characters have.
  var mainRun: Int {
    var counts: [Int: Int] = [:]
    if weights.count == 1 { return weights[0].run }
    for weight in weights { counts[weight.run, default: 0] += weight.count }
    return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? 0
  }
}
