import Foundations

/// A name that is set to the left of its column, over numbers that are set to the right, may have nothing below it: both are
/// one column.
enum PDFTableHeads {
  /// How many rows a head has at most.
  private static let mostRows = 3
  /// How far a name stands from what it names at most, in sizes of the text.
  private static let farthest = 14.0

  private enum Part { case head, body, both }

  /// The columns with those joined of which one has only names at the top and its neighbour only what stands below these.
  static func joined(_ columns: [ClosedRange<Double>], _ rows: [[PDFLine]]) -> [ClosedRange<Double>] {
    guard columns.count >= 3, rows.count >= 3 else { return columns }
    let size = rows[0].map(\.size).max() ?? 10
    let filled = columns.map { column in
      rows.indices.filter { row in
        rows[row].contains { $0.box.left < column.upperBound && $0.box.right > column.lowerBound }
      }
    }
    // The head ends above the first row of any column without a name.
    let first = filled.compactMap(\.first).max() ?? 0
    guard first > 0, first <= mostRows else { return columns }
    let parts: [Part] = filled.map { rows in
      guard let top = rows.first, let last = rows.last else { return .both }
      return top >= first ? .body : last < first ? .head : .both
    }
    var joined: [ClosedRange<Double>] = []
    var place = 0
    while place < columns.count {
      let next = place + 1
      if next < columns.count, columns[next].lowerBound - columns[place].upperBound < farthest * size {
        let isName = parts[place] == .head && parts[next] == .body
        // A name behind its column belongs to that where no other column follows that needs it.
        let isBehind =
          parts[place] == .body && parts[next] == .head && (next + 1 == columns.count || parts[next + 1] != .body)
        if isName || isBehind {
          joined.append(columns[place].lowerBound...columns[next].upperBound)
          place += 2
          continue
        }
      }
      joined.append(columns[place])
      place = next
    }
    return joined
  }

  /// The columns of a piece: several where it stands in the middle of them and alone there, and at no side of one.
  static func span(of line: PDFLine, _ columns: [ClosedRange<Double>], beside others: [PDFLine]) -> ClosedRange<
    Int
  > {
    let span = PDFTables.span(of: line, columns)
    guard span.count == 1 else { return span }
    func fit(_ range: ClosedRange<Int>) -> Double {
      let (left, right) = (columns[range.lowerBound].lowerBound, columns[range.upperBound].upperBound)
      let middle = abs((left + right) / 2 - (line.box.left + line.box.right) / 2)
      return range.count > 1 ? middle : min(middle, abs(left - line.box.left), abs(right - line.box.right))
    }
    guard fit(span) > 0.3 * line.size else { return span }
    var best: (range: ClosedRange<Int>, fit: Double)?
    for first in 0...span.lowerBound {
      for last in span.upperBound..<columns.count where last > first {
        let (left, right) = (columns[first].lowerBound, columns[last].upperBound)
        let isAlone = !others.contains { $0.box.right > left && $0.box.left < right && $0.box.left != line.box.left }
        let fit = fit(first...last)
        if isAlone, fit < 0.8 * line.size, fit < best?.fit ?? .infinity { best = (first...last, fit) }
      }
    }
    return best?.range ?? span
  }

  /// Whether a line above the first row of a table names several of its columns: a line is drawn below it over just these,
  /// or it stands beside the upper half of names that span its height.
  static func isAbove(
    _ line: PDFLine, _ row: [PageBox], _ columns: [ClosedRange<Double>], _ rules: [PDFRule]
  ) -> Bool {
    guard columns.count >= 3, let top = row.map(\.top).min(), let bottom = row.map(\.bottom).max(),
      let last = columns.last, line.box.left > columns[0].upperBound, line.box.right < last.upperBound + line.size,
      top - line.box.bottom < 0.8 * line.size
    else { return false }
    let reach = 1.2 * line.size
    let isUnderlined = rules.contains { rule in
      rule.isLevel && rule.at > line.box.middle && rule.at < bottom && rule.from < line.box.left + 1
        && rule.to > line.box.right - 1 && rule.from > columns[0].upperBound - reach
        && rule.to < last.upperBound + reach
        && columns.count { $0.lowerBound > rule.from - reach && $0.upperBound < rule.to + reach } >= 2
        && rule.length < 0.85 * (last.upperBound - columns[0].lowerBound)
    }
    let isBeside =
      line.box.bottom - top > 0.15 * line.box.height
      && row.allSatisfy { $0.right < line.box.left || $0.left > line.box.right }
    return isUnderlined || isBeside
  }
}
