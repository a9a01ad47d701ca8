import CPoppler

/// The characters of a line, or of a piece of one, while they come.
struct PDFSegment {
  var text: [UInt8] = []
  private(set) var box = PageBox(left: 0, top: 0, right: 0, bottom: 0)
  /// How many characters of which run, in order.
  private(set) var weights: [(run: Int, count: Int)] = []
  private(set) var count = 0
  var pendingSpace = false
  /// The end of the bold beginning in `text`, and how far behind it the text goes on.
  private(set) var boldEnd: Int?
  private(set) var boldGap = 0.0
  private var boldRight = 0.0
  private var isBoldSoFar = true

  init() { text.reserveCapacity(96) }

  /// Follows the bold beginning, before the character is added.
  mutating func noteWeight(isBold: Bool, _ place: cpoppler_box) {
    if isBoldSoFar && !isBold {
      isBoldSoFar = false
      if count > 0 {
        boldEnd = text.count
        boldGap = place.left - boldRight
      }
    }
    if isBold && isBoldSoFar { boldRight = place.right }
  }

  mutating func extend(to place: cpoppler_box, run: Int) {
    if count == 0 {
      box = PageBox(left: place.left, top: place.top, right: place.right, bottom: place.bottom)
    } else {
      box.left = min(box.left, place.left)
      box.top = min(box.top, place.top)
      box.right = max(box.right, place.right)
      box.bottom = max(box.bottom, place.bottom)
    }
    if let last = weights.last, last.run == run {
      weights[weights.count - 1].count += 1
    } else {
      weights.append((run, 1))
    }
    count += 1
  }
}
