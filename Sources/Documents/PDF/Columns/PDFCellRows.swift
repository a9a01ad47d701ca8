import Foundations

/// Tells a table whose cells have many lines from two columns of prose: where a cell has fewer lines than the one beside
/// it there is room below it, and both sides begin again at one height. Columns of prose have no such room, or go on
/// wherever it ends.
enum PDFCellRows {
  /// What is wider than so many lines of text is room below a cell; between paragraphs there is less.
  private static let room = 1.7

  /// - Parameters:
  ///   - left, right: lines next to the strip between them, from top to bottom.
  static func areBeside(_ left: [PageBox], _ right: [PageBox]) -> Bool {
    guard let top = [left.first, right.first].compactMap({ $0?.top }).max(), left.count >= 3, right.count >= 3,
      let bottom = [left.last, right.last].compactMap({ $0?.bottom }).min(), bottom > top
    else { return false }
    let step = [leading(left), leading(right)].compactMap(\.self).min()
    guard let step, step > 0 else { return false }
    var (aligned, others) = (0, 0)
    for (side, other) in [(left, right), (right, left)] {
      let starts = starts(other, step)
      for (above, line) in zip(side, side.dropFirst()) where line.top - above.top > room * step {
        // Room on both sides parts what stands above from what stands below, and says nothing else.
        let isFilled = other.contains { $0.top > above.top + 0.5 * step && $0.bottom < line.top + 0.2 * step }
        guard line.top >= top - 1, line.top <= bottom, isFilled else { continue }
        if starts.contains(where: { abs($0 - line.top) < 0.25 * step }) { aligned += 1 } else { others += 1 }
      }
    }
    return aligned >= 2 && aligned >= 4 * others
  }

  /// Where something begins: at the top, behind some room, and behind a line that does not fill its column.
  private static func starts(_ lines: [PageBox], _ step: Double) -> [Double] {
    let edge = lines.map(\.right).max() ?? 0
    let width = edge - (lines.map(\.left).min() ?? 0)
    return lines.prefix(1).map(\.top)
      + zip(lines, lines.dropFirst()).compactMap { above, line in
        line.top - above.top > 1.2 * step || edge - above.right > 0.15 * width ? line.top : nil
      }
  }

  /// From line to line.
  private static func leading(_ lines: [PageBox]) -> Double? {
    let steps = zip(lines, lines.dropFirst()).map { $1.top - $0.top }.sorted()
    // Most steps of a column of labels lead from row to row.
    return steps.isEmpty ? nil : steps[steps.count / 4]
  }
}
