import Foundations

/// What stands beside the text in one place on page after page: the contents in the margin of slides.
enum PDFSideHeads {
  private struct Place: Hashable {
    let text: String
    let left, top: Int
  }

  /// By page, the lines that say the same in the same place on most pages, all to one side of what changes.
  static func find(_ pages: [PDFPage]) -> [Int: Set<Int>] {
    guard pages.count >= 5 else { return [:] }
    var counts: [Place: Int] = [:]
    for page in pages { for place in Set(page.lines.map(place)) { counts[place, default: 0] += 1 } }
    let many = max(4, (pages.count + 1) / 2)
    var found: [Int: Set<Int>] = [:]
    for (number, page) in pages.enumerated() {
      let same = page.lines.indices.filter { counts[place(page.lines[$0]), default: 0] >= many }
      guard same.count >= 2, same.count < page.lines.count else { continue }
      let changing = Set(page.lines.indices).subtracting(same)
      let others = changing.map { page.lines[$0].box }
      let (left, right) = others.reduce((Double.infinity, 0)) { (min($0.0, $1.left), max($0.1, $1.right)) }
      // What stands over and under the text as well is a running head or foot.
      let beside = same.filter { page.lines[$0].box.right < left || page.lines[$0].box.left > right }
      // Labels of a form, as large as what is filled in, stand beside all of it.
      let filled = changing.count { index in
        beside.contains {
          let (label, line) = (page.lines[$0], page.lines[index])
          return label.sharesRow(with: line) && label.size > 0.8 * line.size
        }
      }
      if beside.count >= 2, filled * 2 < changing.count { found[number] = Set(beside) }
    }
    return found.count >= many - 1 ? found : [:]
  }

  private static func place(_ line: PDFLine) -> Place {
    Place(
      text: line.text, left: Int(clamping: line.box.left.rounded()), top: Int(clamping: line.box.top.rounded()))
  }
}
