import Foundations

/// A name that is set to the left of its column, over numbers that are set to the right, may have nothing below it: both are
/// one column.
enum PDFTableHeads {
  /// How many rows a head has at most.
  private static let most = 3

  /// The columns with those joined of which one has only names at the top and its neighbour only what stands below these.
  static func joined(_ columns: [ClosedRange<Double>], _ rows: [[PDFLine]]) -> [ClosedRange<Double>] {
    guard columns.count >= 3, rows.count >= 3 else { return columns }
    let size = rows[0].map(\.size).max() ?? 10
    var joined: [ClosedRange<Double>] = []
    /// The rows that have something in the last of these.
    var last: [Int] = []
    for column in columns {
      let filled = rows.indices.filter { row in
        rows[row].contains { $0.box.left < column.upperBound && $0.box.right > column.lowerBound }
      }
      if let before = joined.last, column.lowerBound - before.upperBound < 4 * size, isHead(last, of: filled) {
        joined[joined.count - 1] = before.lowerBound...column.upperBound
        last += filled
      } else {
        joined.append(column)
        last = filled
      }
    }
    return joined
  }

  /// Whether all of one stands above all of the other.
  private static func isHead(_ one: [Int], of other: [Int]) -> Bool {
    guard let first = one.first, let top = other.first, first != top else { return false }
    let (head, body) = first < top ? (one, other) : (other, one)
    guard let end = head.last, let start = body.first else { return false }
    return end < start && start <= most
  }
}
