/// Tables whose columns are told apart by spaces only.
enum TextColumns {
  /// The fewest lines in which the same columns of the screen are empty by more than chance.
  private static let fewestLines = 3

  static func table(_ lines: [ArraySlice<UInt8>]) -> TextTable? {
    guard lines.count >= fewestLines else { return nil }
    // What stands above the columns or below them has no gaps.
    var (first, last) = (0, lines.count)
    while first < lines.count, !hasGap(lines[first]) { first += 1 }
    while last > first, !hasGap(lines[last - 1]) { last -= 1 }
    guard last - first >= fewestLines, first <= 2 else { return nil }
    let inner = lines[first..<last]
    guard inner.count(where: { hasGap($0) || isRule($0) }) * 10 >= inner.count * 8 else { return nil }
    let grid = TextGrid(Array(inner))
    let body = grid.rows.indices.filter { !grid.consists($0, of: "-=_*") }
    let columns = columns(grid, body)
    guard columns.count >= 2, body.count >= fewestLines else { return nil }
    let rows = body.map { row in columns.map { grid.text(row, $0.lowerBound, $0.upperBound) } }
    guard isTable(rows), !isProse(rows) else { return nil }
    let texts = joined(rows)
    let isHeaded = isRuled(grid, below: body[0]) || isHead(texts)
    var table = TextTable(before: first, after: last)
    for (row, texts) in texts.enumerated() {
      for (column, text) in texts.enumerated() {
        table.cells.append(DocumentTable.Cell(row: row, column: column, isHeader: isHeaded && row == 0, text: text))
      }
    }
    return table
  }

  private static func isRule(_ line: ArraySlice<UInt8>) -> Bool {
    line.allSatisfy { $0 <= 0x20 || "-=_*".utf8.contains($0) }
  }

  /// Whether two spaces or a tab stand between words.
  private static func hasGap(_ line: ArraySlice<UInt8>) -> Bool {
    var isSpace = false
    for byte in TextLine.trimmed(line) {
      if byte == 9 || byte == 0x20 && isSpace { return true }
      isSpace = byte == 0x20
    }
    return false
  }

  private static func isRuled(_ grid: TextGrid, below row: Int) -> Bool {
    row + 1 < grid.rows.count && grid.consists(row + 1, of: "-=_*")
  }

  /// What stands between the strips that are empty in all lines.
  private static func columns(_ grid: TextGrid, _ rows: [Int]) -> [Range<Int>] {
    let width = rows.reduce(0) { max($0, grid.rows[$1].count) }
    var filled = [Bool](repeating: false, count: width)
    for row in rows { for (column, value) in grid.rows[row].enumerated() where value != 0x20 { filled[column] = true } }
    var columns: [Range<Int>] = []
    var gap = 2
    for (column, isFilled) in filled.enumerated() {
      guard isFilled else {
        gap += 1
        continue
      }
      if gap >= 2 {
        columns.append(column..<(column + 1))
      } else {
        columns[columns.count - 1] = columns[columns.count - 1].lowerBound..<(column + 1)
      }
      gap = 0
    }
    return columns
  }

  /// Cells are short, and rows have several of them; columns of prose and spaced lines are none.
  private static func isTable(_ texts: [[String]]) -> Bool {
    let counts = texts.map { $0.count { !$0.isEmpty } }
    guard counts.count(where: { $0 >= 2 }) * 10 >= counts.count * 7 else { return false }
    let width = texts[0].count
    let cells = texts.flatMap { $0 }.filter { !$0.isEmpty }
    guard cells.count * 2 >= width * texts.count else { return false }
    let letters = cells.reduce(0) { $0 + $1.count }
    guard letters <= 30 * cells.count else { return false }
    // A column of signs is a frame.
    let isFramed = (0..<width).contains { column in
      texts.allSatisfy { $0[column].allSatisfy { $0.isPunctuation || $0.isSymbol } }
    }
    if isFramed { return false }
    if width > 2 { return true }
    // Of two columns, one of which is marks of a list or numbers of lines, no table is made.
    let first = texts.map { $0[0] }.filter { !$0.isEmpty }
    return !first.allSatisfy { $0.count <= 2 }
  }

  /// Two columns of running text beside one another, each for itself.
  static func prose(_ lines: [ArraySlice<UInt8>]) -> [[ArraySlice<UInt8>]]? {
    guard lines.count >= fewestLines, lines.count(where: { hasGap($0) }) * 10 >= lines.count * 7 else { return nil }
    let grid = TextGrid(lines)
    let columns = columns(grid, Array(grid.rows.indices))
    guard columns.count == 2 else { return nil }
    let rows = grid.rows.indices.map { row in columns.map { grid.text(row, $0.lowerBound, $0.upperBound) } }
    guard isProse(rows) else { return nil }
    return [0, 1].map { column in rows.map { Array($0[column].utf8)[...] }.filter { !$0.isEmpty } }
  }

  /// Whether the lines of two columns are long and go on as sentences do.
  private static func isProse(_ rows: [[String]]) -> Bool {
    guard rows[0].count == 2, rows.count >= fewestLines else { return false }
    return [0, 1].allSatisfy { column in
      let cells = rows.map { $0[column] }.filter { !$0.isEmpty }
      let letters = cells.reduce(0) { $0 + $1.count }
      let goingOn = cells.dropFirst().count { $0.first?.isLowercase == true }
      return letters > 20 * cells.count && goingOn * 5 >= cells.count * 2
    }
  }

  /// Rows whose first cell is empty go on with the words of the row above.
  private static func joined(_ rows: [[String]]) -> [[String]] {
    var joined: [[String]] = []
    for row in rows {
      guard let last = joined.last, row[0].isEmpty, row.count(where: { !$0.isEmpty }) * 2 <= row.count,
        row.indices.allSatisfy({ row[$0].isEmpty || !last[$0].isEmpty && !isNumber(row[$0]) })
      else {
        joined.append(row)
        continue
      }
      for column in row.indices where !row[column].isEmpty { joined[joined.count - 1][column] += " " + row[column] }
    }
    return joined
  }

  private static func isNumber(_ text: String) -> Bool {
    let digits = text.unicodeScalars.count { $0.properties.numericType != nil }
    return digits > 0 && digits * 2 >= text.unicodeScalars.count
  }

  /// Whether the first row names columns of numbers.
  private static func isHead(_ texts: [[String]]) -> Bool {
    guard !texts[0].contains(where: isNumber), texts[0].contains(where: { !$0.isEmpty }) else { return false }
    return texts[0].indices.contains { column in
      let body = texts.dropFirst().map { $0[column] }.filter { !$0.isEmpty }
      return !texts[0][column].isEmpty && !body.isEmpty && body.count(where: isNumber) * 2 > body.count
    }
  }
}
