import Foundations

/// Finds the columns of tables of numbers, however narrow the gaps between them are: row after row ends with as many
/// numbers, and those below one another end, begin or have their middle in one place.
struct PDFNumberColumns {
  private static let fewestRows = 4
  private static let fewestValues = 2

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
    var strips: [PDFGutter] = []
    var run: [Row] = []
    func close() {
      if run.count >= fewestRows { strips += self.strips(run) }
      run = []
    }
    for row in rows(words) {
      guard row.values >= fewestValues else {
        close()
        continue
      }
      if let last = run.last, last.values != row.values || row.box.top - last.box.bottom > 1.2 * row.words[0].size {
        close()
      }
      run.append(row)
    }
    close()
    return strips
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

  private static func strips(_ rows: [Row]) -> [PDFGutter] {
    let count = rows[0].values
    let columns = (0..<count).map { column in rows.map { $0.value(column) } }
    guard columns.allSatisfy({ isColumn($0, rows[0].words[0].size) }) else { return [] }
    let before = [rows.compactMap { row in row.labels.map(\.box.right).max() }] + columns.map { $0.map(\.right) }
    let (top, bottom) = (rows[0].box.top - 0.5, rows[rows.count - 1].box.bottom + 0.5)
    return (0..<count).compactMap { column in
      guard let left = before[column].max(), let right = columns[column].map(\.left).min(), left < right else {
        return nil
      }
      return PDFGutter(left: left, right: right, at: (left + right) / 2, top: top, bottom: bottom)
    }
  }

  private static func isColumn(_ boxes: [PageBox], _ size: Double) -> Bool {
    [boxes.map(\.right), boxes.map(\.left), boxes.map { ($0.left + $0.right) / 2 }].contains { places in
      let usual = places.sorted()[places.count / 2]
      return places.count { abs($0 - usual) < 0.15 * size } * 5 >= places.count * 4
    }
  }
}
