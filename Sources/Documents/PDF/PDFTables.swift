import Foundations

/// Finds tables by alignment: rows of several short pieces whose gaps stand above one another.
enum PDFTables {
  struct Found {
    let table: DocumentTable
    let box: PageBox
    let page: Int
  }

  /// Takes the lines of tables off the page.
  static func take(from page: inout PDFPage) -> [Found] {
    let rows = rows(page.lines)
    var found: [Found] = []
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
    intervals = merge(
      rows[start..<end].joined().map { page.lines[$0].box.left...page.lines[$0].box.right })
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

  /// The union of ranges, those nearer than 3 points joined, from left to right.
  private static func merge(_ ranges: [ClosedRange<Double>]) -> [ClosedRange<Double>] {
    var merged: [ClosedRange<Double>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = merged.last, range.lowerBound - last.upperBound < 3 {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    return merged
  }

  private static func table(_ rows: [[PDFLine]], _ columns: [ClosedRange<Double>]) -> DocumentTable?
  {
    var grid: [[String]] = []
    var bold: [Bool] = []
    for row in rows {
      var texts = Array(repeating: "", count: columns.count)
      for line in row {
        let middle = (line.box.left + line.box.right) / 2
        let column = columns.firstIndex { $0.contains(middle) } ?? 0
        texts[column] += texts[column].isEmpty ? line.text : " " + line.text
      }
      // A row whose first place is empty goes on with the one above it.
      if let last = grid.indices.last, texts[0].isEmpty, last > 0 || !bold[last] {
        for column in texts.indices where !texts[column].isEmpty {
          grid[last][column] += grid[last][column].isEmpty ? texts[column] : " " + texts[column]
        }
      } else {
        grid.append(texts)
        bold.append(row.allSatisfy(\.isBold))
      }
    }
    guard grid.count >= 2 else { return nil }
    let hasHeader = bold[0] && !bold.dropFirst().allSatisfy { $0 }
    return DocumentTable(
      cells: grid.enumerated().flatMap { row, texts in
        texts.enumerated().map { column, text in
          DocumentTable.Cell(row: row, column: column, isHeader: hasHeader && row == 0, text: text)
        }
      })
  }
}
