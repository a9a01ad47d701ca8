import Foundations

/// Finds tables between level lines of one length, as books set them: one above, one below, one under the names of the
/// columns. What stands beside these lines is no part of the table, though it stands at the height of its rows.
enum PDFRuledRegions {
  /// The lines of the page in such a region beside which something stands; where columns of prose were found they part
  /// both already.
  static func lines(in region: PageBox, of page: PDFPage) -> [Int]? {
    guard !page.gutters.contains(where: { $0.top < region.bottom && $0.bottom > region.top }) else { return nil }
    let level = page.lines.indices.filter { index in
      let middle = page.lines[index].box.middle
      return middle > region.top && middle < region.bottom
    }
    func isBeside(_ line: PDFLine) -> Bool { line.box.left > region.right + 3 || line.box.right < region.left - 3 }
    let inside = level.filter { index in
      let box = page.lines[index].box
      return box.left > region.left - 3 && box.right < region.right + 3
    }
    guard inside.count >= 4, inside.count < level.count,
      inside.count + level.count(where: { isBeside(page.lines[$0]) }) == level.count
    else { return nil }
    return inside
  }

  /// Boxes from the first of some level lines of one length to the last; from two, since one may end a page's head.
  static func regions(_ rules: [PDFRule], height: Double) -> [PageBox] {
    var groups: [[PDFRule]] = []
    for rule in PDFGrid.merged(rules.filter(\.isLevel)) where rule.length > 40 {
      // A drawing has lines of all lengths.
      guard groups.count < 64 else { return [] }
      if let same = groups.firstIndex(where: { abs($0[0].from - rule.from) < 2 && abs($0[0].to - rule.to) < 2 }) {
        groups[same].append(rule)
      } else {
        groups.append([rule])
      }
    }
    return groups.compactMap { group in
      let places = group.map(\.at).sorted()
      guard let top = places.first, let bottom = places.last, bottom - top > 15,
        // Those under the head and over the foot of a page are of one length, too.
        places.count > 2 || bottom - top < 0.6 * height
      else { return nil }
      return PageBox(left: group[0].from, top: top, right: group[0].to, bottom: bottom)
    }
  }
}
