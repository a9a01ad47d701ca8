/// Takes the lines of a page apart at its gutters: into parts that each have one column of prose, in reading order.
enum PDFRegions {
  /// - Returns: the places of lines in `lines`, part by part.
  static func find(_ lines: [PDFLine], _ gutters: [PDFGutter]) -> [[Int]] {
    guard !gutters.isEmpty else { return lines.isEmpty ? [] : [Array(lines.indices)] }
    var parts: [[Int]] = []
    cut(Array(lines.indices), lines, gutters, 0, &parts)
    return parts
  }

  private static func cut(
    _ part: [Int], _ lines: [PDFLine], _ gutters: [PDFGutter], _ depth: Int, _ parts: inout [[Int]]
  ) {
    guard !part.isEmpty else { return }
    guard part.count > 1, depth < 40 else { return parts.append(part) }
    let middles = part.map { (lines[$0].box.top + lines[$0].box.bottom) / 2 }
    let (top, bottom) = (middles.min() ?? 0, middles.max() ?? 0)
    // The outermost first: what stands beside several columns stands beside each.
    for gutter in gutters.sorted(by: { ($0.bottom - $0.top, $1.left) > ($1.bottom - $1.top, $0.left) }) {
      func isInside(_ index: Int) -> Bool {
        let middle = (lines[index].box.top + lines[index].box.bottom) / 2
        return middle > gutter.top && middle < gutter.bottom
      }
      let inside = part.filter(isInside)
      let left = inside.filter { lines[$0].box.left + lines[$0].box.right <= 2 * gutter.at }
      guard !left.isEmpty, left.count < inside.count else { continue }
      let rest = gutters.filter { $0.top != gutter.top || $0.left != gutter.left }
      if inside.count == part.count {
        let right = part.filter { lines[$0].box.left + lines[$0].box.right > 2 * gutter.at }
        cut(left, lines, rest, depth + 1, &parts)
        cut(right, lines, rest, depth + 1, &parts)
        return
      }
      guard gutter.top > top || gutter.bottom < bottom else { continue }
      let above = part.filter { (lines[$0].box.top + lines[$0].box.bottom) / 2 <= gutter.top }
      let below = part.filter { (lines[$0].box.top + lines[$0].box.bottom) / 2 >= gutter.bottom }
      cut(above, lines, gutters, depth + 1, &parts)
      cut(inside, lines, gutters, depth + 1, &parts)
      cut(below, lines, gutters, depth + 1, &parts)
      return
    }
    parts.append(part)
  }
}
