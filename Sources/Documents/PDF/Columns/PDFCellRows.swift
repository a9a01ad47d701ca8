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
    guard let step = leading(left, right) else { return false }
    var (aligned, others, level, uneven) = (0, 0, 0, 0)
    for (side, other) in [(left, right), (right, left)] {
      let starts = starts(other, step)
      for (above, line) in zip(side, side.dropFirst()) where line.top - above.top > room * step {
        let isFilled = other.contains { $0.top > above.top + 0.5 * step && $0.bottom < line.top + 0.2 * step }
        guard line.top >= top - 1, line.top <= bottom else { continue }
        let isLevel = starts.contains { abs($0 - line.top) < 0.25 * step }
        // Room on both sides parts what stands above from what stands below: again and again only between rows.
        guard isFilled else {
          if isLevel { level += 1 } else { uneven += 1 }
          continue
        }
        if isLevel { aligned += 1 } else { others += 1 }
      }
    }
    // Both sides have counted that room.
    return aligned >= 2 && aligned >= 4 * others || others + uneven == 0 && (level >= 4 || level >= 2 && aligned >= 1)
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

  private enum Beginning {
    /// At the top, or behind some room.
    case room
    /// Behind a line on which its first word would have had room.
    case broken
    /// Behind a line that leaves some room, perhaps too little for it.
    case unclear
    case goesOn
  }

  /// Where rows begin: where all cells that have a line there begin one.
  /// - Parameters:
  ///   - columns: the lines of each column, from top to bottom, and `firstWords` the first word of each.
  ///   - rules: level lines that are drawn.
  /// - Returns: `nil` where too much begins elsewhere.
  static func tops(_ columns: [[PageBox]], firstWords: [[PageBox]], _ rules: [Double]) -> [Double]? {
    guard let step = columns.compactMap(leading).min(), step > 0 else { return nil }
    var lines: [(top: Double, column: Int, kind: Beginning)] = []
    for (column, boxes) in columns.enumerated() {
      let edge = boxes.map(\.right).max() ?? 0
      let left = boxes.map(\.left).min() ?? 0
      for (index, box) in boxes.enumerated() {
        var kind = Beginning.room
        if index > 0, box.top - boxes[index - 1].top <= 1.2 * step,
          !rules.contains(where: { $0 > boxes[index - 1].middle && $0 < box.middle })
        {
          let end = boxes[index - 1].right + 0.25 * step + firstWords[column][index].width
          let isOpen = edge - boxes[index - 1].right > 0.15 * (edge - left)
          kind = end < edge - 0.5 ? .broken : isOpen ? .unclear : .goesOn
        }
        lines.append((box.top, column, kind))
      }
    }
    lines.sort { ($0.top, $0.column) < ($1.top, $1.column) }
    var tops: [Double] = []
    var others = 0
    var first = 0
    while first < lines.count {
      let end = lines[first...].firstIndex { $0.top > lines[first].top + 0.3 * step } ?? lines.count
      let level = lines[first..<end]
      // The last line of a cell may be a full one.
      let going = level.count { $0.kind == .goesOn }
      if going > 0, level.count(where: { $0.kind == .room }) < max(2, 2 * going) {
        if level.contains(where: { $0.kind == .room }) { others += 1 }
      } else if columns.contains(where: { column in
        column.contains { $0.top < lines[first].top - 0.3 * step && $0.bottom > lines[first].top + 0.4 * step }
      }) {
        // Lines of two cells that do not stand at one height.
        others += 1
      } else if tops.isEmpty || level.contains(where: { $0.kind == .room })
        || level.count >= 2 && level.contains(where: { $0.column == 0 }) && level.allSatisfy({ $0.kind == .broken })
      {
        tops.append(lines[first].top)
      }
      first = end
    }
    // Tables of short cells, with one column of text at most, are found row by row.
    let wrapped = columns.indices.count { column in lines.count { $0.column == column && $0.kind == .goesOn } >= 2 }
    return others * 8 > tops.count || wrapped < 2 ? nil : tops
  }

  /// From line to line, where it is the least.
  static func leading(_ left: [PageBox], _ right: [PageBox]) -> Double? {
    guard let step = [leading(left), leading(right)].compactMap(\.self).min(), step > 0 else { return nil }
    return step
  }

  private static func leading(_ lines: [PageBox]) -> Double? {
    let steps = zip(lines, lines.dropFirst()).map { $1.top - $0.top }.sorted()
    // Most steps of a column of labels lead from row to row.
    return steps.isEmpty ? nil : steps[steps.count / 4]
  }
}
