import Foundations

/// Tables without lines between their rows, some of whose cells span several: such a cell stands in the middle of its rows,
/// between two of them where their number is even.
enum PDFSpanningRows {
  /// What stands at one height.
  private struct Row {
    var pieces: [PDFLine]
    var box: PageBox
  }

  /// - Parameter rows: the lines of the table in rows, as far as they overlap.
  /// - Returns: `nil` where no cell stands between two rows, or where the cells of a column cannot share all rows.
  static func table(
    _ rows: [[PDFLine]], _ columns: [ClosedRange<Double>], headers: ([[String]], [Bool]) -> Int
  ) -> DocumentTable? {
    let levels = levels(rows.flatMap(\.self))
    let between = levels.indices.filter { isBetween(levels, $0) }
    guard !between.isEmpty else { return nil }
    let parted = Set(between)
    let base = levels.indices.filter { !parted.contains($0) }.map { levels[$0] }
    guard base.count >= 3 else { return nil }
    /// The pieces of each column with their middles, from top to bottom; those over several columns are of the first.
    var pieces: [[(row: Int?, middle: Double, line: PDFLine, span: ClosedRange<Int>)]] = Array(
      repeating: [], count: columns.count)
    func add(_ line: PDFLine, _ row: Int?, beside others: [PDFLine] = []) {
      let span =
        row == 0 || others.count > 1
        ? PDFTableHeads.span(of: line, columns, beside: others) : PDFTables.span(of: line, columns)
      pieces[span.lowerBound].append((row, line.box.middle, line, span))
    }
    for (index, row) in base.enumerated() {
      for line in row.pieces { add(line, index, beside: row.pieces) }
    }
    for index in between { for line in levels[index].pieces { add(line, nil) } }
    var cells: [DocumentTable.Cell] = []
    var grid = Array(repeating: Array(repeating: "", count: columns.count), count: base.count)
    var bold = Array(repeating: true, count: base.count)
    for column in columns.indices {
      let sorted = pieces[column].sorted { $0.middle < $1.middle }
      guard let spans = sorted.contains(where: { $0.row == nil }) ? shares(sorted.map(\.middle), base) : own(sorted)
      else {
        return nil
      }
      for (piece, rows) in zip(sorted, spans) {
        cells.append(
          DocumentTable.Cell(
            row: rows.lowerBound, column: column, rowSpan: rows.count, columnSpan: piece.span.count,
            text: piece.line.words))
        for row in rows {
          for place in piece.span { grid[row][place] = piece.line.words }
          bold[row] = bold[row] && piece.line.isBold
        }
      }
    }
    // Cells that take each other's place, and rows that are the lines of one cell, are none of such a table.
    guard areApart(cells),
      base.indices.allSatisfy({ row in
        cells.reduce(0) { $0 + ($1.row == row && $1.rowSpan == 1 ? $1.columnSpan : 0) } >= 2 || columns.count == 2
      })
    else { return nil }
    let heads = max(headers(grid, bold), heads(cells, grid))
    let filled = Set(
      cells.flatMap { cell in
        (cell.row..<(cell.row + cell.rowSpan)).flatMap { row in
          (cell.column..<(cell.column + cell.columnSpan)).map { [row, $0] }
        }
      })
    for row in base.indices {
      for column in columns.indices where !filled.contains([row, column]) {
        cells.append(DocumentTable.Cell(row: row, column: column, text: ""))
      }
    }
    for index in cells.indices { cells[index].isHeader = cells[index].row < heads }
    return DocumentTable(cells: cells.sorted { ($0.row, $0.column) < ($1.row, $1.column) })
  }

  /// The rows that the names of columns share, above the first numbers.
  private static func heads(_ cells: [DocumentTable.Cell], _ grid: [[String]]) -> Int {
    let tallest = cells.lazy.filter { $0.row == 0 }.map(\.rowSpan).max() ?? 1
    func hasDigits(_ row: [String]) -> Bool { row.dropFirst().contains { $0.contains(where: \.isNumber) } }
    guard tallest > 1, tallest < grid.count, !grid[..<tallest].contains(where: hasDigits), hasDigits(grid[tallest])
    else {
      return 0
    }
    return tallest
  }

  /// What has its middle at one height, from top to bottom.
  private static func levels(_ lines: [PDFLine]) -> [Row] {
    var levels: [Row] = []
    for line in lines.sorted(by: { $0.box.middle < $1.box.middle }) {
      if let last = levels.last, line.box.middle - last.box.middle < 0.25 * line.box.height {
        levels[levels.count - 1].pieces.append(line)
        levels[levels.count - 1].box = last.box.union(line.box)
      } else {
        levels.append(Row(pieces: [line], box: line.box))
      }
    }
    return levels
  }

  /// Whether what stands at a height reaches into the rows above and below it, which do not reach into each other.
  private static func isBetween(_ levels: [Row], _ index: Int) -> Bool {
    guard index > 0, index + 1 < levels.count else { return false }
    let (above, row, below) = (levels[index - 1].box, levels[index].box, levels[index + 1].box)
    let least = 0.15 * row.height
    return above.bottom - row.top > least && row.bottom - below.top > least
      && above.bottom - below.top < 0.15 * row.height
  }

  /// One row for each piece; `nil` where two stand in one.
  private static func own(_ pieces: [(row: Int?, middle: Double, line: PDFLine, span: ClosedRange<Int>)]) -> [Range<
    Int
  >]? {
    let rows = pieces.compactMap(\.row)
    return Set(rows).count == pieces.count ? rows.map { $0..<($0 + 1) } : nil
  }

  /// The rows of each piece, one behind the other, so that it stands in their middle.
  private static func shares(_ middles: [Double], _ rows: [Row]) -> [Range<Int>]? {
    var shares: [Range<Int>] = []
    var start = 0
    for middle in middles {
      let end = (start..<rows.count).first { end in
        let height = rows[start].box.height
        return abs((rows[start].box.top + rows[end].box.bottom) / 2 - middle) < 0.4 * height
      }
      guard let end else { return nil }
      shares.append(start..<(end + 1))
      start = end + 1
    }
    return start == rows.count ? shares : nil
  }

  private static func areApart(_ cells: [DocumentTable.Cell]) -> Bool {
    var seen: Set<[Int]> = []
    for cell in cells {
      for row in cell.row..<(cell.row + cell.rowSpan) {
        for column in cell.column..<(cell.column + cell.columnSpan) where !seen.insert([row, column]).inserted {
          return false
        }
      }
    }
    return true
  }
}
