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
}
