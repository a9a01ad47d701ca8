import Foundations

/// Finds the columns of tables of numbers, however narrow the gaps between them are: row after row ends with as many
/// numbers, and those below one another end, begin or have their middle in one place.
struct PDFNumberColumns {
  private static let fewestRows = 4
  private static let fewestValues = 2
  private static let mostHeads = 2

  private typealias Word = PDFGutters.Word

  private struct Row {
    let words: [Word]
    let values: Int
    let box: PageBox
    var labels: ArraySlice<Word> { words.dropLast(values) }
    func value(_ column: Int) -> PageBox { words[words.count - values + column].box }
  }

  static func find(_ words: [PDFGutters.Word]) -> [PDFGutter] {
    guard words.count(where: \.isValue) >= fewestRows * fewestValues else { return [] }
    // Cells over several rows may stand between two of them.
    let all = rows(words)
    let rows = all.indices.filter { index in
      index == 0 || index + 1 == all.count || all[index].values > 0
        || all[index - 1].box.bottom - all[index].box.top < 0.15 * all[index].box.height
        || all[index].box.bottom - all[index + 1].box.top < 0.15 * all[index].box.height
    }.map { all[$0] }
    var strips: [PDFGutter] = []
    var first = 0
    while first < rows.count {
      guard rows[first].values >= fewestValues else {
        first += 1
        continue
      }
      var end = first + 1
      while end < rows.count, rows[end].values == rows[first].values, isNext(rows[end - 1], rows[end]) { end += 1 }
      if end - first >= fewestRows { strips += self.strips(Array(rows[first..<end]), above: rows[..<first]) }
      first = end
    }
    return strips
  }

  private static func isNext(_ above: Row, _ row: Row) -> Bool {
    row.box.top - above.box.bottom < 1.2 * row.words[0].size
  }

  /// The words line by line; what stands far from the rest of its line is a row of its own.
  private static func rows(_ words: [Word]) -> [Row] {
    var lines: [[Word]] = []
    for word in words.sorted(by: { $0.box.middle < $1.box.middle }) {
      if let first = lines.last?.first,
        word.box.middle - first.box.middle < 0.4 * min(first.box.height, word.box.height)
      {
        lines[lines.count - 1].append(word)
      } else {
        lines.append([word])
      }
    }
    return lines.compactMap { line in
      let words = line.sorted { $0.box.left < $1.box.left }
      let values = words.reversed().prefix(while: \.isValue).count
      guard let first = words.first else { return nil }
      return Row(
        words: words, values: values == words.count ? values - 1 : values,
        box: words.dropFirst().reduce(first.box) { $0.union($1.box) })
    }
  }

  private static func strips(_ rows: [Row], above: ArraySlice<Row>) -> [PDFGutter] {
    let count = rows[0].values
    let size = rows[0].words[0].size
    let columns = (0..<count).map { column in rows.map { $0.value(column) } }
    // The last words of the labels may be numbers, too.
    let aligned = columns.reversed().prefix { isColumn($0, size) }.count
    guard aligned >= fewestValues else { return [] }
    let labels = count - aligned
    let last =
      labels == 0 ? rows.compactMap { row in row.labels.map(\.box.right).max() } : columns[labels - 1].map(\.right)
    let before = [last] + columns[labels...].map { $0.map(\.right) }
    let (top, bottom) = (rows[0].box.top - 0.5, rows[rows.count - 1].box.bottom + 0.5)
    return columns[labels...].enumerated().compactMap { column, boxes in
      guard let left = before[column].max(), let right = boxes.map(\.left).min(), left < right else { return nil }
      let at = (left + right) / 2
      return PDFGutter(left: left, right: right, at: at, top: head(above, rows[0], at, size) ?? top, bottom: bottom)
    }
  }

  /// How far up a strip goes on between the names of its columns: they may be set to their other side.
  private static func head(_ above: ArraySlice<Row>, _ first: Row, _ at: Double, _ size: Double) -> Double? {
    var (below, top): (Row, Double?) = (first, nil)
    for row in above.reversed().prefix(mostHeads) {
      let left = row.words.lazy.map(\.box).filter { $0.left < at }.map(\.right).max() ?? -.infinity
      let right = row.words.lazy.map(\.box).filter { $0.left >= at }.map(\.left).min() ?? .infinity
      guard isNext(row, below), left < at, right < .infinity, left > -.infinity, right - left > 0.45 * size else {
        break
      }
      (below, top) = (row, row.box.top - 0.5)
    }
    return top
  }

  private static func isColumn(_ boxes: [PageBox], _ size: Double) -> Bool {
    [boxes.map(\.right), boxes.map(\.left), boxes.map { ($0.left + $0.right) / 2 }].contains { places in
      let usual = places.sorted()[places.count / 2]
      return places.count { abs($0 - usual) < 0.15 * size } * 5 >= places.count * 4
    }
  }
}
