import Foundations

/// Finds columns of running text before anything is taken for a table: a strip that no line crosses, with prose on both
/// sides of it. What stands above the strip, in the columns and below it is read one after the other.
struct PDFColumns {
  /// Lines that are read one after the other, each group for itself.
  private(set) var groups: [[PDFLine]] = []

  /// Level lines that are drawn: several from one side of a strip to the other part the rows of a table.
  private let rules: [PDFRule]

  init(_ lines: [PDFLine], _ rules: [PDFRule]) {
    self.rules = rules
    divide(lines, 0)
  }

  private mutating func divide(_ lines: [PDFLine], _ depth: Int) {
    guard depth < 12, lines.count >= 6, let strip = strip(lines) else {
      if !lines.isEmpty { groups.append(lines) }
      return
    }
    divide(strip.above, depth + 1)
    divide(strip.left, depth + 1)
    divide(strip.right, depth + 1)
    divide(strip.below, depth + 1)
  }

  private struct Strip {
    var above: [PDFLine] = []
    var left: [PDFLine] = []
    var right: [PDFLine] = []
    var below: [PDFLine] = []
  }

  /// The strip with the most lines beside it.
  private func strip(_ lines: [PDFLine]) -> Strip? {
    let sorted = lines.sorted { $0.box.top < $1.box.top }
    var best: Strip?
    var most = 0
    for edge in Self.edges(sorted) {
      for range in Self.ranges(sorted, edge) {
        let part = sorted[range]
        let left = part.filter { $0.box.right <= edge.right }
        let right = part.filter { $0.box.right > edge.right }
        guard left.count + right.count > most, min(left.count, right.count) >= 3, Self.areProse(left, right),
          !isCrossed(edge.right, sorted[range])
        else {
          continue
        }
        most = left.count + right.count
        best = Strip(
          above: Array(sorted[..<range.lowerBound]), left: left, right: right, below: Array(sorted[range.upperBound...])
        )
      }
    }
    return best
  }

  private func isCrossed(_ at: Double, _ lines: ArraySlice<PDFLine>) -> Bool {
    guard let first = lines.first, let last = lines.last else { return false }
    return rules.count {
      $0.from < at - 2 * first.size && $0.to > at + 2 * first.size && $0.at > first.box.bottom - 1
        && $0.at < last.box.top + 1
    } >= 2
  }

  /// Where lines begin beside others: each place with the gap before it that all leave, if it is that wide.
  private static func edges(_ lines: [PDFLine]) -> [(left: Double, right: Double)] {
    var gaps: [(left: Double, right: Double)] = []
    for (index, line) in lines.enumerated() {
      var nearest: Double?
      for other in lines[max(0, index - 12)..<min(lines.count, index + 13)]
      where other.box.right <= line.box.left + 0.5
        && min(other.box.bottom, line.box.bottom) - max(other.box.top, line.box.top) > 0.3 * line.box.height
      {
        nearest = max(nearest ?? other.box.right, other.box.right)
      }
      if let nearest { gaps.append((nearest, line.box.left)) }
    }
    // Lines of a column begin in one place, but for first lines of paragraphs.
    var edges: [(left: Double, right: Double)] = []
    for gap in gaps.sorted(by: { $0.right < $1.right }) {
      if let last = edges.last, gap.right - last.right < 2 { continue }
      let beside = gaps.filter { $0.right > gap.right - 0.5 && $0.right < gap.right + 30 }
      guard beside.count >= 3 else { continue }
      edges.append((gap.left, gap.right - 0.1))
    }
    return edges
  }

  /// The longest runs of lines, from top to bottom, none of which crosses the place left of an edge, with lines on both
  /// sides.
  private static func ranges(_ lines: [PDFLine], _ edge: (left: Double, right: Double)) -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var start: Int?
    func close(_ end: Int) {
      if let first = start, end - first >= 6 { ranges.append(first..<end) }
      start = nil
    }
    for (index, line) in lines.enumerated() {
      // A gap between columns is wider than between words.
      let width = 0.55 * line.size
      if line.box.left < edge.right, line.box.right > edge.right - width {
        close(index)
      } else if start == nil {
        start = index
      }
    }
    close(lines.count)
    return ranges.flatMap { trimmed($0, lines, edge.right) }
  }

  /// A run of lines without the rows of a table above or below the text: it ends where both sides pause and what comes
  /// behind is no prose.
  private static func trimmed(_ range: Range<Int>, _ lines: [PDFLine], _ edge: Double) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var first = range.lowerBound
    var bottom = lines[first].box.bottom
    for index in range.dropFirst() {
      if lines[index].box.top - bottom > 0.8 * lines[index].size {
        parts.append(first..<index)
        first = index
      }
      bottom = max(bottom, lines[index].box.bottom)
    }
    parts.append(first..<range.upperBound)
    guard parts.count > 1 else { return [range] }
    func isTable(_ part: Range<Int>) -> Bool {
      let sides = nearest(lines[part].filter { $0.box.right <= edge }, lines[part].filter { $0.box.right > edge })
      return part.count >= 6 && sides.contains { $0.rowCount >= 3 && !$0.mayBeText }
    }
    var runs: [Range<Int>] = []
    for part in parts {
      if isTable(part) { continue }
      if let last = runs.last, last.upperBound == part.lowerBound {
        runs[runs.count - 1] = last.lowerBound..<part.upperBound
      } else {
        runs.append(part)
      }
    }
    return runs
  }

  /// Whether both sides are running text; a note in a box beside it may be short.
  private static func areProse(_ left: [PDFLine], _ right: [PDFLine]) -> Bool {
    let sides = nearest(left, right)
    let (one, other) = (sides[0], sides[1])
    if one.isText && other.mayBeText || one.mayBeText && other.isText {
      return !PDFCellRows.areBeside(one.boxes, other.boxes)
    }
    // A table stands beside text: it has columns of its own, which the numbers of a page of contents have not.
    func isTable(_ lines: [PDFLine]) -> Bool {
      let rows = PDFProse.rows(lines)
      return rows.count { $0.count >= 2 } * 2 >= rows.count
    }
    return one.isText && isTable(right) && one.runsPast(other) || other.isText && isTable(left) && other.runsPast(one)
  }

  /// What stands next to the strip: there may be further columns on either side.
  private static func nearest(_ left: [PDFLine], _ right: [PDFLine]) -> [PDFProse] {
    [PDFProse(PDFProse.rows(left).compactMap(\.last)), PDFProse(PDFProse.rows(right).compactMap(\.first))]
  }
}
