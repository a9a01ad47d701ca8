import Foundations

/// Finds tables by alignment: rows of several short pieces whose gaps stand above one another.
enum PDFTables {
  struct Found {
    let table: DocumentTable
    let box: PageBox
    let page: Int
    /// Why it is a table, for people.
    var reason = "pieces of text that stand in columns"
  }

  /// Takes the lines of tables off the page.
  static func take(from page: inout PDFPage) -> [Found] {
    var found = page.rules.isEmpty ? [] : PDFRuledTables.take(from: &page, PDFGrid.find(page.rules))
    let rows = rows(page.lines)
    var used: Set<Int> = []
    var index = 0
    while index < rows.count {
      guard let (end, columns) = run(rows, from: index, page) else {
        index += 1
        continue
      }
      let block = Array(rows[index..<end])
      if let table = table(block.map { $0.map { page.lines[$0] } }, columns) {
        let boxes = block.joined().map { page.lines[$0].box }
        found.append(
          Found(
            table: table, box: boxes.dropFirst().reduce(boxes[0]) { $0.union($1) },
            page: page.number))
        used.formUnion(block.joined())
      }
      index = end
    }
    if !used.isEmpty {
      page.lines = page.lines.enumerated().filter { !used.contains($0.offset) }.map(\.element)
    }
    return found
  }

  private static func rows(_ lines: [PDFLine]) -> [[Int]] {
    var rows: [[Int]] = []
    for index in lines.indices.sorted(by: { lines[$0].box.top < lines[$1].box.top }) {
      if let last = rows.last, last.contains(where: { lines[$0].sharesRow(with: lines[index]) }) {
        rows[rows.count - 1].append(index)
      } else {
        rows.append([index])
      }
    }
    return rows.map { $0.sorted { lines[$0].box.left < lines[$1].box.left } }
  }

  /// The longest run of rows from `start` that shares at least two columns.
  private static func run(_ rows: [[Int]], from start: Int, _ page: PDFPage) -> (
    end: Int, columns: [ClosedRange<Double>]
  )? {
    guard rows[start].count >= 2 else { return nil }
    var intervals = rows[start].map { page.lines[$0].box.left...page.lines[$0].box.right }
    var end = start + 1
    var full = 1
    var lastFull = start
    while end < rows.count {
      let lines = rows[end].map { page.lines[$0] }
      guard let above = rows[end - 1].map({ page.lines[$0].box.bottom }).max(),
        lines[0].box.top - above < 2.2 * lines[0].size
      else { break }
      let merged = merge(intervals + lines.map { $0.box.left...$0.box.right })
      guard merged.count >= 2, merged.count >= intervals.count - 1 || full < 2 else { break }
      if lines.count >= 2 {
        full += 1
        lastFull = end
      } else if end - lastFull > 3 {
        break
      }
      intervals = merged
      end += 1
    }
    end = lastFull + 1
    guard full >= 3, full * 2 >= end - start else { return nil }
    intervals = columns(rows[start..<end], page)
    guard intervals.count >= 2 else { return nil }
    // Columns of prose are no table, nor are the labels of a list or a page of contents.
    let pieces = rows[start..<end].joined().map { page.lines[$0] }
    let length = pieces.reduce(0) { $0 + $1.text.utf8.count } / pieces.count
    guard length <= 40 || intervals.count >= 3 && length <= 60 else { return nil }
    if pieces.contains(where: { PDFContents.isEntry($0.text) }) { return nil }
    let labels = rows[start..<end].allSatisfy { row in
      PDFParagraphs.label(page.lines[row[0]].text + " x") != nil
        || page.lines[row[0]].text.utf8.count <= 2
    }
    if intervals.count == 2 && labels { return nil }
    if pieces.count(where: \.isMono) * 2 > pieces.count { return nil }
    return (end, intervals)
  }

  /// The columns that the rows show which have as many pieces as most rows, or more: a heading over
  /// two columns, or a long label that reaches into the next, is not allowed to join them.
  private static func columns(_ rows: ArraySlice<[Int]>, _ page: PDFPage) -> [ClosedRange<Double>] {
    var counts: [Int: Int] = [:]
    for row in rows where row.count >= 2 { counts[row.count, default: 0] += 1 }
    let most = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 2
    let ranges = { (rows: [[Int]]) in
      merge(rows.joined().map { page.lines[$0].box.left...page.lines[$0].box.right })
    }
    let all = ranges(Array(rows))
    let some = ranges(rows.filter { $0.count >= most })
    return some.count > all.count ? some : all
  }

  /// The union of ranges, those nearer than 1 point joined, from left to right.
  private static func merge(_ ranges: [ClosedRange<Double>]) -> [ClosedRange<Double>] {
    var merged: [ClosedRange<Double>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound - last.upperBound < 1 {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }

  private static func table(_ rows: [[PDFLine]], _ columns: [ClosedRange<Double>]) -> DocumentTable? {
    var grid: [[String]] = []
    var bold: [Bool] = []
    let gaps = [0] + zip(rows, rows.dropFirst()).map { gap($0, $1) }
    let usual = gaps.dropFirst().sorted()[(gaps.count - 1) / 2]
    for (index, row) in rows.enumerated() {
      var texts = Array(repeating: "", count: columns.count)
      for line in row {
        let column = column(of: line, columns)
        texts[column] += texts[column].isEmpty ? line.text : " " + line.text
      }
      if let last = grid.indices.last, last > 0 || !bold[last],
        continues(texts, grid[last], isNear: gaps[index] < 0.75 * usual)
      {
        for column in texts.indices where !texts[column].isEmpty {
          grid[last][column] += grid[last][column].isEmpty ? texts[column] : " " + texts[column]
        }
      } else {
        grid.append(texts)
        bold.append(row.allSatisfy(\.isBold))
      }
    }
    guard grid.count >= 2 else { return nil }
    let headers = headerCount(grid, bold)
    return DocumentTable(
      cells: grid.enumerated().flatMap { row, texts in
        texts.enumerated().map { column, text in
          DocumentTable.Cell(row: row, column: column, isHeader: row < headers, text: text)
        }
      })
  }

  /// The column that a piece covers most of, or is nearest to.
  private static func column(of line: PDFLine, _ columns: [ClosedRange<Double>]) -> Int {
    func overlap(_ column: ClosedRange<Double>) -> Double {
      min(line.box.right, column.upperBound) - max(line.box.left, column.lowerBound)
    }
    return columns.indices.max { overlap(columns[$0]) < overlap(columns[$1]) } ?? 0
  }

  private static func gap(_ upper: [PDFLine], _ lower: [PDFLine]) -> Double {
    (lower.map(\.box.top).min() ?? 0) - (upper.map(\.box.bottom).max() ?? 0)
  }

  /// Whether a row of the page goes on with the row of the table above it: nothing stands in its
  /// first place, or nothing but the end of a text there.
  private static func continues(_ row: [String], _ above: [String], isNear: Bool) -> Bool {
    let filled = row.count { !$0.isEmpty }
    if row[0].isEmpty { return true }
    guard filled == 1, above.dropFirst().contains(where: { !$0.isEmpty }) else { return false }
    let initial = row[0].unicodeScalars.first
    return initial == "(" || initial?.properties.isLowercase == true
  }

  /// How many rows at the top are column names: bold ones, or, in a table of numbers, those
  /// without any.
  private static func headerCount(_ grid: [[String]], _ bold: [Bool]) -> Int {
    if bold[0], let plain = bold.firstIndex(of: false) { return min(plain, 3) }
    func hasNumber(_ row: [String]) -> Bool {
      row.dropFirst().contains { $0.utf8.contains { $0 >= 48 && $0 <= 57 } }
    }
    guard let first = grid.firstIndex(where: hasNumber), (1...3).contains(first) else { return 0 }
    let below = grid[first...]
    return below.count { hasNumber($0) } * 10 >= below.count * 7 ? first : 0
  }
}
