import Foundations

/// Finds tables in grids of ruling lines.
enum PDFRuledTables {
  /// Takes the lines of ruled tables off the page.
  static func take(from page: inout PDFPage, _ grids: [PDFGrid]) -> [PDFTables.Found] {
    var found: [PDFTables.Found] = []
    for grid in grids {
      let box = grid.box
      guard box.width > 20, box.height > 8 else { continue }
      let inside = page.lines.indices.filter { contains(box, page.lines[$0]) }
      guard inside.count >= 4 else { continue }
      let lines = inside.map { page.lines[$0] }
      guard !isChart(page, box), let table = banded(grid, lines) ?? table(grid, lines), isFilled(table) else {
        continue
      }
      found.append(
        PDFTables.Found(
          table: table, box: box, page: page.number,
          reason: "ruling lines: \(grid.rows.count) level and \(grid.columns.count) upright ones"))
      let gone = Set(inside)
      page.lines = page.lines.enumerated().filter { !gone.contains($0.offset) }.map(\.element)
    }
    return found
  }

  private static func contains(_ box: PageBox, _ line: PDFLine) -> Bool {
    let (x, y) = ((line.box.left + line.box.right) / 2, (line.box.top + line.box.bottom) / 2)
    return x > box.left - 2 && x < box.right + 2 && y > box.top - 2 && y < box.bottom + 2
  }

  /// Whether slanted lines or curves are drawn there.
  private static func isChart(_ page: PDFPage, _ box: PageBox) -> Bool {
    let inside = page.strokes.count { $0.x > box.left && $0.x < box.right && $0.y > box.top && $0.y < box.bottom }
    return inside >= 12
  }

  private static func isFilled(_ table: DocumentTable) -> Bool {
    let filled = table.cells.reduce(0) { $0 + ($1.text.isEmpty ? 0 : $1.rowSpan * $1.columnSpan) }
    return Double(filled) >= 0.35 * Double(table.rowCount * table.columnCount)
  }

  /// Where level lines part the rows and next to no upright ones the columns: columns by alignment.
  private static func banded(_ grid: PDFGrid, _ lines: [PDFLine]) -> DocumentTable? {
    guard grid.rows.count >= 3 else { return nil }
    // Several pieces side by side in one cell of the grid are cells of their own.
    var sideBySide = 0
    var all = 0
    var rows: [[PDFLine]] = []
    var bands: [Int] = []
    for row in 0..<(grid.rows.count - 1) {
      let band = lines.filter { middle($0) >= grid.rows[row] && middle($0) < grid.rows[row + 1] }
      guard !band.isEmpty else { continue }
      var pages: [[PDFLine]] = []
      for line in band.sorted(by: { $0.box.top < $1.box.top }) {
        if let last = pages.last, last.contains(where: { $0.sharesRow(with: line) }) {
          pages[pages.count - 1].append(line)
        } else {
          pages.append([line])
        }
      }
      for page in pages {
        let sorted = page.sorted { $0.box.left < $1.box.left }
        let cells = Set(
          sorted.map { line in
            let x = (line.box.left + line.box.right) / 2
            let column = max(0, min(grid.columns.count - 2, grid.columns.lastIndex { $0 <= x } ?? 0))
            return grid.cells[row][column]
          })
        all += 1
        if sorted.count >= cells.count + 1 { sideBySide += 1 }
        rows.append(sorted)
        bands.append(row)
      }
    }
    guard rows.count >= 3, sideBySide * 5 >= all * 2 else { return nil }
    let columns = PDFTables.columns(rows)
    guard columns.count >= 2 else { return nil }
    return PDFTables.table(rows, columns, bands: PDFTables.parted(bands, rows, columns.count))
  }

  /// A cell of the grid as a rectangle of places.
  private struct Area {
    var top: Int
    var left: Int
    var bottom: Int
    var right: Int
    var lines: [PDFLine] = []
  }

  private static func table(_ grid: PDFGrid, _ lines: [PDFLine]) -> DocumentTable? {
    var areas: [Int: Area] = [:]
    for (row, cells) in grid.cells.enumerated() {
      for (column, cell) in cells.enumerated() {
        var area = areas[cell] ?? Area(top: row, left: column, bottom: row, right: column)
        area.top = min(area.top, row)
        area.bottom = max(area.bottom, row)
        area.left = min(area.left, column)
        area.right = max(area.right, column)
        areas[cell] = area
      }
    }
    for line in lines {
      let (x, y) = ((line.box.left + line.box.right) / 2, (line.box.top + line.box.bottom) / 2)
      let column = max(0, min(grid.columns.count - 2, (grid.columns.lastIndex { $0 <= x } ?? 0)))
      let row = max(0, min(grid.rows.count - 2, (grid.rows.lastIndex { $0 <= y } ?? 0)))
      areas[grid.cells[row][column]]?.lines.append(line)
    }
    let filled = areas.values.filter { !$0.lines.isEmpty }
    let rows = Set(filled.map(\.top))
    let columns = Set(filled.map(\.left))
    // Frames round text, diagrams and charts are no tables.
    guard filled.count >= 4 || filled.count >= 2 && split(grid, filled) != nil, columns.count >= 2,
      filled.count * 4 >= areas.count
    else { return nil }
    if rows.count < 2 || filled.contains(where: { $0.lines.count >= 3 }) {
      if let table = split(grid, filled) { return table }
    }
    guard rows.count >= 2 else { return nil }
    // A page of prose in a few frames is none either.
    let length = filled.reduce(0) { $0 + $1.lines.reduce(0) { $0 + $1.text.utf8.count } } / filled.count
    guard length <= 600 else { return nil }
    return compact(
      filled.map { area in
        DocumentTable.Cell(
          row: area.top, column: area.left, rowSpan: area.bottom - area.top + 1, columnSpan: area.right - area.left + 1,
          text: text(area.lines))
      }, bold: filled.filter { $0.lines.allSatisfy(\.isBold) }.map { ($0.top, $0.left) })
  }

  /// Where the rows of a band between two level lines have no lines of their own, the texts of its columns stand
  /// in rows side by side.
  private static func split(_ grid: PDFGrid, _ areas: [Area]) -> DocumentTable? {
    var cells: [DocumentTable.Cell] = []
    var bold: [(Int, Int)] = []
    var isSplit = false
    var next = 0
    var places: [Int: Int] = [:]
    for row in 0..<(grid.rows.count - 1) {
      places[row] = next
      let band = areas.filter { $0.top == row }
      let baselines = baselines(band.filter { $0.bottom == row })
      if baselines.count >= 3, isTabular(band.filter { $0.bottom == row }, baselines, isOpen: grid.rows.count <= 4) {
        isSplit = true
        for area in band {
          for (index, baseline) in baselines.enumerated() {
            let here = area.lines.filter { abs(middle($0) - baseline) < 0.5 * $0.box.height }
            guard !here.isEmpty else { continue }
            if here.allSatisfy(\.isBold) { bold.append((next + index, area.left)) }
            cells.append(
              DocumentTable.Cell(
                row: next + index, column: area.left, columnSpan: area.right - area.left + 1, text: text(here)))
          }
        }
        next += baselines.count
      } else {
        next += 1
      }
    }
    guard isSplit else { return nil }
    places[grid.rows.count - 1] = next
    for area in areas {
      let top = places[area.top] ?? area.top
      let bottom = places[area.bottom + 1] ?? top + 1
      let isDone = area.top == area.bottom && bottom - top > 1
      if isDone { continue }
      if area.lines.allSatisfy(\.isBold) { bold.append((top, area.left)) }
      cells.append(
        DocumentTable.Cell(
          row: top, column: area.left, rowSpan: max(1, bottom - top), columnSpan: area.right - area.left + 1,
          text: text(area.lines)))
    }
    return compact(cells, bold: bold)
  }

  private static func middle(_ line: PDFLine) -> Double { (line.box.top + line.box.bottom) / 2 }

  private static func baselines(_ areas: [Area]) -> [Double] {
    var found: [Double] = []
    for line in areas.flatMap(\.lines).sorted(by: { middle($0) < middle($1) })
    where found.last.map({ middle(line) - $0 > 0.5 * line.box.height }) ?? true { found.append(middle(line)) }
    return found
  }

  /// Whether the lines of a band are rows of a table rather than running text: most columns have something
  /// short in most of them.
  private static func isTabular(_ areas: [Area], _ baselines: [Double], isOpen: Bool) -> Bool {
    let used = areas.filter { !$0.lines.isEmpty }
    guard used.count >= 2 else { return false }
    let lines = used.flatMap(\.lines)
    let numbers = lines.count { line in line.text.utf8.contains { $0 >= 48 && $0 <= 57 } }
    let length = lines.reduce(0) { $0 + $1.text.utf8.count } / max(1, lines.count)
    let fill = Double(lines.count) / Double(used.count * baselines.count)
    return fill > 0.7 && length < 30 && (numbers * 2 > lines.count || isOpen && baselines.count >= 6 && length < 16)
  }

  /// Lines of a cell as its text.
  private static func text(_ lines: [PDFLine]) -> String {
    PDFReadingOrder.rows(lines).map(\.words).joined(separator: " ")
  }

  /// Rows and columns without any text taken out; header cells marked.
  private static func compact(_ cells: [DocumentTable.Cell], bold: [(Int, Int)]) -> DocumentTable? {
    let rows = Set(cells.map(\.row)).sorted()
    let columns = Set(cells.map(\.column)).sorted()
    guard rows.count >= 2, columns.count >= 2 else { return nil }
    func rank(_ place: Int, _ among: [Int]) -> Int { among.firstIndex { $0 >= place } ?? among.count }
    let isBold = Set(bold.map { [$0.0, $0.1] })
    var result = cells.map { cell in
      var cell = cell
      let (row, column) = (rank(cell.row, rows), rank(cell.column, columns))
      cell.rowSpan = max(1, rank(cell.row + cell.rowSpan, rows) - row)
      cell.columnSpan = max(1, rank(cell.column + cell.columnSpan, columns) - column)
      cell.isHeader = isBold.contains([cell.row, cell.column])
      cell.row = row
      cell.column = column
      return cell
    }
    fill(&result, rows.count, columns.count)
    result.sort { ($0.row, $0.column) < ($1.row, $1.column) }
    markHeaders(&result)
    return DocumentTable(cells: result)
  }

  /// Empty cells where there are none.
  private static func fill(_ cells: inout [DocumentTable.Cell], _ rows: Int, _ columns: Int) {
    var taken = Set<Int>()
    for cell in cells {
      for row in cell.row..<(cell.row + cell.rowSpan) {
        for column in cell.column..<(cell.column + cell.columnSpan) { taken.insert(row * columns + column) }
      }
    }
    for place in 0..<(rows * columns) where !taken.contains(place) {
      cells.append(DocumentTable.Cell(row: place / columns, column: place % columns, isHeader: true, text: ""))
    }
  }

  /// Bold rows at the top are column names; without bold ones the first row is, when it has no numbers and the
  /// rows below have.
  private static func markHeaders(_ cells: inout [DocumentTable.Cell]) {
    let rows = (cells.map { $0.row + $0.rowSpan }.max() ?? 0)
    var header = 0
    while header < rows, cells.contains(where: { $0.row == header }),
      cells.allSatisfy({ $0.row != header || $0.isHeader })
    {
      header += 1
    }
    if header == rows { header = 0 }
    if header == 0 {
      func hasNumber(_ row: Int) -> Bool {
        cells.contains { $0.row == row && $0.column > 0 && $0.text.utf8.contains { $0 >= 48 && $0 <= 57 } }
      }
      if rows > 2, !hasNumber(0), (1..<rows).count(where: hasNumber) * 10 >= (rows - 1) * 7 { header = 1 }
    }
    for index in cells.indices { cells[index].isHeader = cells[index].row < header }
  }
}
