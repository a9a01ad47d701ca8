import Foundations

/// Lines of a narrow column that were stretched to fill it: their spaces may be as wide as gaps between columns, but all of
/// one line are alike, it reaches from one side to the other, and the words of the lines around it stand in its gaps.
enum PDFJustifiedLines {
  /// The lines of one column, those that were taken apart at their spaces joined again.
  static func joined(_ lines: [PDFLine]) -> [PDFLine] {
    guard lines.count >= 4, let left = lines.map(\.box.left).min(), let right = lines.map(\.box.right).max() else {
      return lines
    }
    let rows = rows(lines)
    guard rows.contains(where: { $0.count >= 2 }), rows.count >= 3 else { return lines }
    /// Whether a row fills the column, perhaps behind an indent.
    func isFull(_ row: [PDFLine]) -> Bool {
      guard let first = row.first, let last = row.last else { return false }
      return right - last.box.right < 0.3 * last.size && first.box.left - left < 2 * first.size
    }
    var isProse = rows.map { $0.count == 1 && isFull($0) && $0[0].text.utf8.contains(0x20) }
    // From whole lines on to what stands next to them, downwards and upwards.
    var isStretched = rows.map { _ in false }
    for index in Array(rows.indices) + rows.indices.reversed() where !isProse[index] && rows[index].count >= 2 {
      guard isFull(rows[index]), areAlike(rows[index]) else { continue }
      let near = [index - 1, index + 1].filter { other in
        rows.indices.contains(other) && isProse[other] && isNext(rows[min(index, other)], rows[max(index, other)])
      }
      guard near.contains(where: { covers(rows[$0], gapsOf: rows[index]) }) else { continue }
      (isProse[index], isStretched[index]) = (true, true)
    }
    guard isStretched.contains(true) else { return lines }
    return zip(rows, isStretched).flatMap { row, isStretched in isStretched ? [joinedRow(row)] : row }
  }

  private static func rows(_ lines: [PDFLine]) -> [[PDFLine]] {
    var rows: [[PDFLine]] = []
    for line in lines.sorted(by: { ($0.box.middle, $0.box.left) < ($1.box.middle, $1.box.left) }) {
      if let first = rows.last?.first, first.sharesRow(with: line) {
        rows[rows.count - 1].append(line)
      } else {
        rows.append([line])
      }
    }
    return rows.map { $0.sorted { $0.box.left < $1.box.left } }
  }

  /// Whether all gaps of a row are as wide as one another, and none wider than a few letters.
  private static func areAlike(_ row: [PDFLine]) -> Bool {
    let gaps = zip(row, row.dropFirst()).map { $1.box.left - $0.box.right }
    guard let least = gaps.min(), let most = gaps.max(), let size = row.map(\.size).max() else { return false }
    return least > 0 && most < 4 * size && most - least < 0.25 * size
      && row.allSatisfy {
        abs($0.size - size) < 0.5 && !$0.isMono && $0.text.unicodeScalars.contains { $0.properties.isAlphabetic }
      }
  }

  private static func isNext(_ upper: [PDFLine], _ lower: [PDFLine]) -> Bool {
    abs(upper[0].size - lower[0].size) < 0.5 && lower[0].box.top - upper[0].box.bottom < 0.7 * lower[0].size
  }

  /// Whether words of one row stand above or below every gap of another.
  private static func covers(_ row: [PDFLine], gapsOf other: [PDFLine]) -> Bool {
    zip(other, other.dropFirst()).contains { one, next in
      let middle = (one.box.right + next.box.left) / 2
      return row.contains { $0.box.left < middle && $0.box.right > middle }
    }
  }

  private static func joinedRow(_ row: [PDFLine]) -> PDFLine {
    var line = row[0]
    for next in row.dropFirst() {
      line.text += " " + next.words
      line.box = line.box.union(next.box)
    }
    line.isBold = row.allSatisfy(\.isBold)
    line.pieces = 1
    return line
  }
}
