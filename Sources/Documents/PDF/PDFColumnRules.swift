import CPoppler

/// The upright lines of a page, and the gutters between its columns: text on either side of one belongs to two cells, or
/// to two columns.
struct PDFColumnRules {
  /// From left to right.
  private let rules: [PDFRule]

  init(_ rules: [PDFRule], _ gutters: [PDFGutter] = []) {
    let between = gutters.map { PDFRule(isLevel: false, at: $0.at, from: $0.top, to: $0.bottom) }
    self.rules = (rules.filter { !$0.isLevel && $0.length > 8 } + between).sorted { $0.at < $1.at }
  }

  /// Whether one stands between `left` and a character, at its height.
  func separate(_ left: Double, _ place: cpoppler_box) -> Bool {
    var low = 0
    var high = rules.count
    while low < high {
      let middle = (low + high) / 2
      if rules[middle].at < left - 0.5 { low = middle + 1 } else { high = middle }
    }
    let y = (place.top + place.bottom) / 2
    while low < rules.count, rules[low].at <= place.left + 0.5 {
      if rules[low].from <= y && rules[low].to >= y { return true }
      low += 1
    }
    return false
  }
}
