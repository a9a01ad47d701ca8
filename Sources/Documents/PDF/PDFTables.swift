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
    for region in PDFRuledRegions.regions(page.rules, height: page.height) {
      guard let inside = PDFRuledRegions.lines(in: region, of: page) else { continue }
      var part = page
      part.lines = inside.map { page.lines[$0] }
      let tables = aligned(from: &part)
      guard !tables.isEmpty else { continue }
      found += tables
      let gone = Set(inside)
      page.lines = page.lines.indices.filter { !gone.contains($0) }.map { page.lines[$0] } + part.lines
    }
    for area in page.cellAreas {
      if let table = table(in: area, page) {
        found.append(table)
        page.lines.removeAll { area.contains($0.box) }
      }
    }
    if let blocks = page.recognized {
      // Tesseract has seen the columns in the picture itself.
      page.groups = PDFRecognized.groups(blocks, of: page.lines)
    } else {
      let level = page.rules.isEmpty ? [] : PDFGrid.merged(page.rules.filter(\.isLevel))
      page.groups = PDFRegions.find(page.lines, page.gutters).flatMap { part in
        PDFColumns(part.map { page.lines[$0] }, level).groups
      }
    }
    // Columns of text first, tables inside them.
    var part = page
    for index in page.groups.indices {
      part.lines = PDFJustifiedLines.joined(page.groups[index])
      found += aligned(from: &part)
      page.groups[index] = part.lines
    }
    page.lines = page.groups.flatMap(\.self)
    return found
  }

  /// A table whose rows and columns are known; none where its first column are the labels of a list.
  private static func table(in area: PDFCellArea, _ page: PDFPage) -> Found? {
    let lines = page.lines.filter { area.contains($0.box) }.sorted {
      ($0.box.top, $0.box.left) < ($1.box.top, $1.box.left)
    }
    guard lines.count >= 6, let first = lines.first, !isDrawing([lines], page) else { return nil }
    var members = Array(repeating: Array(repeating: [PDFLine](), count: area.edges.count + 1), count: area.tops.count)
    var bold = Array(repeating: true, count: area.tops.count)
    for line in lines {
      let row = area.row(of: line.box)
      members[row][area.column(of: line.box)].append(line)
      bold[row] = bold[row] && line.isBold
    }
    // Pieces of one line need not have one height.
    let grid = members.map { $0.map { PDFReadingOrder.rows($0).map(\.words).joined(separator: " ") } }
    let labels = grid.count { $0[0].isEmpty || $0[0].utf8.count <= 2 || PDFParagraphs.label($0[0] + " x") != nil }
    guard labels < grid.count || area.edges.count > 1, !lines.contains(where: { PDFContents.isEntry($0.text) }) else {
      return nil
    }
    let headers = headerCount(grid, bold)
    let cells = grid.enumerated().flatMap { row, texts in
      texts.enumerated().map { column, text in
        DocumentTable.Cell(row: row, column: column, isHeader: row < headers, text: text)
      }
    }
    return Found(
      table: DocumentTable(cells: cells), box: lines.dropFirst().reduce(first.box) { $0.union($1.box) },
      page: page.number, reason: "cells of several lines that begin at one height")
  }

  /// Takes the lines of tables without ruling lines off a part of a page.
  private static func aligned(from page: inout PDFPage) -> [Found] {
    var found: [Found] = []
    let rows = rows(page.lines)
    var used: Set<Int> = []
    var index = 0
    while index < rows.count {
      guard let (end, spans) = run(rows, from: index, page) else {
        index += 1
        continue
      }
      var columns = spans
      // The first lines of a cell may stand above the others of its row.
      var start = index
      while start > 0, rows[start - 1].count == 1, !used.contains(rows[start - 1][0]),
        isInner(page.lines[rows[start - 1][0]], beside: rows[start].map { page.lines[$0].box }, columns)
      {
        start -= 1
      }
      if start > 0, rows[start - 1].count == 1, !used.contains(rows[start - 1][0]),
        PDFTableHeads.isAbove(
          page.lines[rows[start - 1][0]], rows[start].map { page.lines[$0].box }, columns, page.rules)
      {
        start -= 1
      }
      var block = Array(rows[start..<end])
      // The last line across the table ends it.
      let below = below(block.map { $0.map { page.lines[$0] } }, columns.count, page.rules)
      if below > 0, block.count - below >= 2 {
        block.removeLast(below)
        // A sum below it may have had a column of its own.
        columns = Self.columns(block.map { $0.map { page.lines[$0] } })
      }
      let texts = block.map { $0.map { page.lines[$0] } }
      if !isDrawing(texts, page),
        let table = PDFSpanningRows.table(texts, columns, headers: headerCount)
          ?? table(texts, columns, bands: bands(texts, columns.count, page.rules))
      {
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

  /// Bands whose rows each fill most columns taken apart: there is no line between them, but they are rows. Not
  /// where most bands are like that: then all cells have several lines.
  static func parted(_ bands: [Int], _ rows: [[PDFLine]], _ columns: Int) -> [Int] {
    let members = Dictionary(grouping: bands.indices) { bands[$0] }
    let several = members.values.filter { $0.count >= 2 }
    if members.count >= 4 && several.count * 2 >= members.count { return bands }
    let full = Set(several.filter { $0.allSatisfy { rows[$0].count * 5 >= columns * 3 } }.map { bands[$0[0]] })
    var parted: [Int] = []
    for (index, band) in bands.enumerated() {
      parted.append(index > 0 && bands[index - 1] == band && !full.contains(band) ? parted[index - 1] : index)
    }
    return parted
  }

  /// Whether a level line of some length runs between a place and a box below it.
  private static func isParted(_ above: Double, _ box: PageBox, _ rules: [PDFRule]) -> Bool {
    rules.contains {
      $0.isLevel && $0.at > above - 1 && $0.at < box.top + 1 && $0.length > 100 && $0.from < box.right
        && $0.to > box.left
    }
  }

  /// How many rows at the end stand below the last level line and do not look like rows of the table.
  private static func below(_ rows: [[PDFLine]], _ columns: Int, _ rules: [PDFRule]) -> Int {
    let boxes = rows.map { row in row.dropFirst().reduce(row[0].box) { $0.union($1.box) } }
    let whole = boxes.dropFirst().reduce(boxes[0]) { $0.union($1) }
    let last = rules.filter {
      $0.isLevel && $0.at > whole.top && $0.at < whole.bottom
        && min($0.to, whole.right) - max($0.from, whole.left) > 0.7 * whole.width
    }.map(\.at).max()
    guard let last, columns >= 3 else { return 0 }
    let after = boxes.indices.reversed().prefix { boxes[$0].top > last - 2 }
    return after.allSatisfy { rows[$0].count * 2 <= columns } ? after.count : 0
  }

  /// Whether slanted lines and curves are drawn where these texts stand: then they label a chart.
  private static func isDrawing(_ rows: [[PDFLine]], _ page: PDFPage) -> Bool {
    guard page.strokes.count >= 8 else { return false }
    let boxes = rows.joined().map(\.box)
    let box = boxes.dropFirst().reduce(boxes[0]) { $0.union($1) }
    var count = 0
    for stroke in page.strokes
    where stroke.x > box.left - 4 && stroke.x < box.right + 4 && stroke.y > box.top - 4 && stroke.y < box.bottom + 4 {
      count += 1
      if count >= 8 { return true }
    }
    return false
  }

  /// Which rows of the page stand between the same two level lines, where such lines part the rows of the
  /// table: neither only a few of them, nor only its head.
  private static func bands(_ rows: [[PDFLine]], _ columns: Int, _ rules: [PDFRule]) -> [Int]? {
    let boxes = rows.map { row in row.dropFirst().reduce(row[0].box) { $0.union($1.box) } }
    let whole = boxes.dropFirst().reduce(boxes[0]) { $0.union($1) }
    let lines = PDFGrid.merged(rules.filter(\.isLevel)).filter { rule in
      rule.at > whole.top && rule.at < whole.bottom
        && min(rule.to, whole.right) - max(rule.from, whole.left) > 0.7 * whole.width
    }
    guard lines.count >= 2 else { return nil }
    let bands = boxes.map { box in lines.count { $0.at < (box.top + box.bottom) / 2 } }
    // By far the most rows must be parted from others by a line.
    let sizes = Dictionary(grouping: bands) { $0 }.mapValues(\.count)
    guard sizes.count * 3 >= rows.count, (sizes.values.max() ?? 0) <= 6 else { return nil }
    return parted(bands, rows, columns)
  }

  private static func rows(_ lines: [PDFLine]) -> [[Int]] {
    var rows: [[Int]] = []
    /// Large words that lines of several rows stand beside: they belong to none of them.
    var large: Set<Int> = []
    for index in lines.indices.sorted(by: { lines[$0].box.top < lines[$1].box.top }) {
      guard let last = rows.last else {
        rows.append([index])
        continue
      }
      let beside = last.filter { lines[$0].sharesRow(with: lines[index]) }
      if beside.isEmpty {
        rows.append([index])
      } else if beside.count < last.count, beside.count <= 3,
        beside.allSatisfy({ lines[$0].box.height > 1.6 * lines[index].box.height }),
        last.lazy.filter({ !beside.contains($0) }).allSatisfy({
          lines[$0].box.bottom < lines[index].box.top + 0.5 * lines[index].box.height
        })
      {
        large.formUnion(beside)
        rows.append([index])
      } else {
        rows[rows.count - 1].append(index)
      }
    }
    if !large.isEmpty {
      rows = rows.flatMap { row in
        let small = row.filter { !large.contains($0) }
        return row.filter(large.contains).map { [$0] } + (small.isEmpty ? [] : [small])
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
    /// Lines of cells that have several: nothing stands in front of them.
    var inner = 0
    while end < rows.count {
      let lines = rows[end].map { page.lines[$0] }
      guard let above = rows[end - 1].map({ page.lines[$0].box.bottom }).max(), let top = lines.map(\.box.top).min(),
        top - above < (isParted(above, lines[0].box, page.rules) ? 5 : 2.2) * lines[0].size
      else { break }
      let merged = merge(intervals + lines.map { $0.box.left...$0.box.right })
      guard merged.count >= 2, merged.count >= intervals.count - 1 || full < 2 else { break }
      if lines.count == 1,
        PDFCaptions.isCaption(lines[0].text) || isHeading(lines[0], below: page.lines[rows[end - 1][0]])
      {
        break
      }
      if lines.count >= 2 {
        full += 1
        lastFull = end
      } else {
        let isInner = intervals.count >= 3 && lines[0].box.left > intervals[0].upperBound + 1
        if isInner { inner += 1 }
        if end - lastFull > (isInner ? 9 : 3) { break }
      }
      intervals = merged
      end += 1
    }
    end = lastFull + 1
    // What goes on above the line that ends the table belongs to its last row.
    while end < rows.count, let above = rows[end - 1].map({ page.lines[$0].box.bottom }).max() {
      let box = page.lines[rows[end][0]].box
      guard box.top - above < 0.8 * box.height, intervals.count >= 2,
        isParted(
          box.bottom - 1, PageBox(left: box.left, top: box.bottom + 1.5 * box.height, right: box.right, bottom: 0),
          page.rules),
        isParted(rows[start].map { page.lines[$0].box.top }.min()! - 20, page.lines[rows[start][0]].box, page.rules)
      else { break }
      end += 1
    }
    // What goes on below the first cell of the last row, as below others before.
    if end < rows.count, rows[end].count == 1,
      let before = (start..<(end - 1)).last(where: { rows[$0 + 1].count == 1 }),
      rows[before].count >= 2, rows[end - 1].count >= 2, before + 2 < end
    {
      func gap(_ row: Int) -> Double {
        page.lines[rows[row][0]].box.top - (rows[row - 1].map { page.lines[$0].box.bottom }.max() ?? 0)
      }
      func isBelowFirst(_ row: Int) -> Bool {
        let (line, first) = (page.lines[rows[row][0]], page.lines[rows[row - 1][0]])
        return abs(line.box.left - first.box.left) < 2 && abs(line.size - first.size) < 0.5 && !line.isBold
      }
      let size = page.lines[rows[end][0]].size
      if isBelowFirst(before + 1), isBelowFirst(end), abs(gap(end) - gap(before + 1)) < 0.15 * size,
        gap(before + 2) > gap(before + 1) + 0.25 * size
      {
        inner += 1
        end += 1
      }
    }
    // The other lines of its last row.
    while end < rows.count, rows[end].count == 1, intervals.count >= 2,
      isInner(page.lines[rows[end][0]], beside: rows[end - 1].map { page.lines[$0].box }, intervals)
    {
      inner += 1
      end += 1
    }
    guard full >= 3 || isPriceList(rows[start..<end].map { $0.map { page.lines[$0] } }),
      full * 2 >= end - start - inner
    else { return nil }
    intervals = columns(rows[start..<end].map { $0.map { page.lines[$0] } })
    guard intervals.count >= 2 else { return nil }
    // Columns of prose are no table, nor are the labels of a list or a page of contents.
    let pieces = rows[start..<end].joined().map { page.lines[$0] }
    let length = pieces.reduce(0) { $0 + $1.text.utf8.count } / pieces.count
    guard length <= 40 || intervals.count >= 3 && length <= 60 else { return nil }
    if pieces.contains(where: { PDFContents.isEntry($0.text) }) { return nil }
    if page.isContents, PDFContents.countsUp(rows[start..<end].map { page.lines[$0[$0.count - 1]].text }) { return nil }
    // What goes on in the second column is no label.
    let labels = rows[start..<end].allSatisfy { row in
      PDFParagraphs.label(page.lines[row[0]].text + " x") != nil
        || page.lines[row[0]].text.utf8.count <= 2
        || row.count == 1 && page.lines[row[0]].box.left > intervals[0].upperBound
    }
    if intervals.count == 2 && labels { return nil }
    // Nor are bullets, however many gaps the text behind them has.
    let bullets = rows[start..<end].count { PDFParagraphs.label(page.lines[$0[0]].text + " x") == .bullet }
    if bullets * 5 >= (end - start) * 4 { return nil }
    // Lines that begin with the same word again and again are no rows: `Copyright © 1990 …`.
    let firsts = rows[start..<end].map { page.lines[$0[0]].text }
    if firsts.count >= 3, Set(firsts).count == 1,
      firsts[0].unicodeScalars.contains(where: { $0.properties.isAlphabetic })
    {
      return nil
    }
    if isFormula(rows[start..<end].map { $0.map { page.lines[$0].text } }) { return nil }
    // A program has no columns of numbers.
    if pieces.count(where: \.isMono) * 2 > pieces.count {
      let lines = rows[start..<end].map { $0.map { page.lines[$0] } }
      let programs = lines.count { $0.contains { $0.text.utf8.contains { "()[]{}<>=;#".utf8.contains($0) } } }
      let isCode = programs * 8 > lines.count
      guard intervals.count >= 3, !isCode, hasNumbers(lines, intervals) else { return nil }
    }
    return (end, intervals)
  }

  /// Whether each of two rows ends with an amount, far behind what it is for.
  private static func isPriceList(_ rows: [[PDFLine]]) -> Bool {
    guard rows.count == 2, let edge = rows[0].last?.box.right else { return false }
    return rows.allSatisfy { row in
      guard row.count == 2, let last = row.last, let first = row.first else { return false }
      return isAmount(last.text) && abs(last.box.right - edge) < 1.5 && last.box.left - first.box.right > 2 * last.size
        && abs(first.box.left - rows[0][0].box.left) < 1.5
        && first.text.unicodeScalars.contains { $0.properties.isAlphabetic }
    }
  }

  /// Whether a line stands out from the row above it as headings do: bold, larger, and set off.
  private static func isHeading(_ line: PDFLine, below row: PDFLine) -> Bool {
    line.isBold && !row.isBold && line.size > 1.1 * row.size && line.box.top - row.box.bottom > 0.3 * line.size
      && line.box.left < row.box.left + 0.5 * line.size
  }

  /// Whether rows are a formula with fractions and limits that is set off and has a number in brackets behind it.
  private static func isFormula(_ rows: [[String]]) -> Bool {
    guard rows.count <= 4 else { return false }
    let numbered = rows.filter { row in
      guard row.count >= 2, let last = row.last, last.hasPrefix("("), last.hasSuffix(")") else { return false }
      let number = last.dropFirst().dropLast()
      return !number.isEmpty && number.utf8.count <= 6
        && number.utf8.allSatisfy { $0 >= 48 && $0 <= 57 || $0 == 0x2E || $0 | 0x20 >= 0x61 && $0 | 0x20 <= 0x7A }
        && number.contains(where: \.isNumber)
    }
    // Amounts below zero stand in brackets, too, and have no equals sign beside them.
    return numbered.count == 1
      && numbered[0].dropLast().contains { $0.unicodeScalars.contains { "=≈≤≥<>∝≡≠→∈".unicodeScalars.contains($0) } }
  }

  /// Whether a line is one of a cell behind the first column, close to another of that cell, or to the middle of its row.
  private static func isInner(_ line: PDFLine, beside row: [PageBox], _ columns: [ClosedRange<Double>]) -> Bool {
    guard
      let column = columns.dropFirst().first(where: {
        line.box.left >= $0.lowerBound - 1 && line.box.right <= $0.upperBound + 1
      })
    else { return false }
    func gap(_ box: PageBox) -> Double { max(line.box.top - box.bottom, box.top - line.box.bottom) }
    return row.contains { box in
      gap(box) < (box.left <= column.upperBound && box.right >= column.lowerBound ? 0.6 : 0.1) * line.box.height
    }
  }

  /// Whether most of what stands in one of the columns behind the first is short and has digits.
  private static func hasNumbers(_ rows: [[PDFLine]], _ columns: [ClosedRange<Double>]) -> Bool {
    columns.dropFirst().contains { column in
      let cells = rows.joined().filter { $0.box.left < column.upperBound && $0.box.right > column.lowerBound }
      let numbers = cells.count { $0.text.utf8.count <= 12 && $0.text.utf8.contains { $0 >= 48 && $0 <= 57 } }
      return numbers >= 3 && numbers * 10 >= cells.count * 6
    }
  }

  /// The columns that the rows show which have as many pieces as most rows, or more: a heading over
  /// two columns, or a long label that reaches into the next, is not allowed to join them.
  static func columns(_ rows: [[PDFLine]]) -> [ClosedRange<Double>] {
    var counts: [Int: Int] = [:]
    for row in rows where row.count >= 2 { counts[row.count, default: 0] += 1 }
    let most = counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key ?? 2
    let ranges = { (rows: [[PDFLine]]) in merge(rows.joined().map { $0.box.left...$0.box.right }) }
    let all = ranges(rows)
    let some = ranges(rows.filter { $0.count >= most })
    return PDFTableHeads.joined(some.count > all.count ? some : all, rows)
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

  /// Cells by rows of the page and columns; rows of the page that go on with the row above are joined to it,
  /// unless `bands` says which belong together: the number of the band of each.
  static func table(_ rows: [[PDFLine]], _ columns: [ClosedRange<Double>], bands: [Int]? = nil) -> DocumentTable? {
    var grid: [[String]] = []
    /// The last column that a text reaches, by row, by its first column.
    var ends: [[Int: Int]] = []
    var bold: [Bool] = []
    let gaps = [0] + zip(rows, rows.dropFirst()).map { gap($0, $1) }
    let usual = gaps.count > 1 ? gaps.dropFirst().sorted()[(gaps.count - 1) / 2] : 0
    for (index, row) in rows.enumerated() {
      var texts = Array(repeating: "", count: columns.count)
      var reach: [Int: Int] = [:]
      for line in row {
        let isHead = index == 0 && rows.count > 1 && rows[1].count > row.count
        let spanned = isHead ? PDFTableHeads.span(of: line, columns, beside: row) : span(of: line, columns)
        let column = spanned.lowerBound
        texts[column] += texts[column].isEmpty ? line.words : " " + line.words
        reach[column] = max(reach[column] ?? column, spanned.upperBound)
      }
      // What reaches over a column that has a text of its own does not span it.
      for (column, end) in reach {
        if let other = texts.indices.first(where: { $0 > column && $0 <= end && !texts[$0].isEmpty }) {
          reach[column] = other - 1
        }
      }
      let goesOn: Bool
      if let bands {
        goesOn = index > 0 && bands[index] == bands[index - 1]
      } else {
        goesOn =
          grid.indices.last.map {
            ($0 > 0 || !bold[$0]) && continues(texts, grid[$0], isNear: gaps[index] < 0.75 * usual)
          } ?? false
      }
      if let last = grid.indices.last, goesOn {
        for column in texts.indices where !texts[column].isEmpty {
          grid[last][column] += grid[last][column].isEmpty ? texts[column] : " " + texts[column]
        }
        ends[last] = ends[last].filter { first, end in
          !texts.indices.contains { $0 > first && $0 <= end && !grid[last][$0].isEmpty }
        }
        bold[last] = bold[last] && row.allSatisfy(\.isBold)
      } else {
        grid.append(texts)
        ends.append(reach)
        bold.append(row.allSatisfy(\.isBold))
      }
    }
    guard grid.count >= 2 else { return nil }
    let headers = headerCount(grid, bold)
    var cells: [DocumentTable.Cell] = []
    for (row, texts) in grid.enumerated() {
      var column = 0
      while column < texts.count {
        let end = texts[column].isEmpty ? column : max(column, ends[row][column] ?? column)
        cells.append(
          DocumentTable.Cell(
            row: row, column: column, columnSpan: end - column + 1, isHeader: row < headers, text: texts[column]))
        column = end + 1
      }
    }
    return DocumentTable(cells: cells)
  }

  /// The columns that a piece covers most of; else the one that it covers most of, or is nearest to.
  static func span(of line: PDFLine, _ columns: [ClosedRange<Double>]) -> ClosedRange<Int> {
    func overlap(_ column: ClosedRange<Double>) -> Double {
      min(line.box.right, column.upperBound) - max(line.box.left, column.lowerBound)
    }
    let best = columns.indices.max { overlap(columns[$0]) < overlap(columns[$1]) } ?? 0
    let covered = columns.indices.filter { index in
      let width = columns[index].upperBound - columns[index].lowerBound
      return overlap(columns[index]) > 0.5 * max(1, width)
    }
    guard let first = covered.first, let last = covered.last, last > first, (first...last).contains(best) else {
      return best...best
    }
    return first...last
  }

  private static func gap(_ upper: [PDFLine], _ lower: [PDFLine]) -> Double {
    (lower.map(\.box.top).min() ?? 0) - (upper.map(\.box.bottom).max() ?? 0)
  }

  /// Whether a row of the page goes on with the row of the table above it: nothing stands in its
  /// first place, or nothing but the end of a text there.
  private static func continues(_ row: [String], _ above: [String], isNear: Bool) -> Bool {
    let filled = row.count { !$0.isEmpty }
    if row[0].isEmpty { return !zip(above, row).contains { isComplete($0, before: $1) } }
    guard filled == 1, above.dropFirst().contains(where: { !$0.isEmpty }) else { return false }
    let initial = row[0].unicodeScalars.first
    return initial == "(" || initial?.properties.isLowercase == true
  }

  /// Whether a text is no beginning of the one below it: an amount above an amount, a label above a label.
  private static func isComplete(_ text: String, before other: String) -> Bool {
    isAmount(text) && isAmount(other) || text.hasSuffix(":") && other.hasSuffix(":")
  }

  /// Whether a cell says a number, perhaps with its unit, and is no sentence that has one.
  private static func isNumber(_ text: String) -> Bool {
    var (digits, letters) = (0, 0)
    for scalar in text.unicodeScalars {
      if scalar.properties.numericType != nil { digits += 1 } else if scalar.properties.isAlphabetic { letters += 1 }
    }
    return digits > 0 && (digits * 2 >= letters || text.utf8.count <= 16)
  }

  /// `1,250.00`, `62 €`, `-3.5 %`: a number with a fraction or a currency.
  private static func isAmount(_ text: String) -> Bool {
    let bare = text.unicodeScalars.filter { $0 != " " && $0 != "\u{A0}" }
    let digits = bare.count { $0.properties.numericType != nil }
    // The codes of ISO 4217 have three capitals.
    let coded = text.split(separator: " ").filter {
      $0.utf8.count == 3 && $0.utf8.allSatisfy { (65...90).contains($0) }
    }
    if coded.count == 1, let code = coded.first {
      let rest = text.replacing(code, with: "")
      return rest.count { $0.isNumber } > 0 && isAmount(rest + "¤")
    }
    // Accounts have amounts below zero in brackets; what has no currency there is an error of the number above.
    guard digits > 0, let first = bare.first else { return false }
    let hasSign = bare.contains { $0.properties.generalCategory == .currencySymbol }
    let hasFraction = bare.contains { $0 == "." || $0 == "," }
    let isPlain = bare.allSatisfy {
      $0.properties.numericType != nil || $0.properties.generalCategory == .currencySymbol
        || ".,'’+-−%()".unicodeScalars.contains($0)
    }
    return isPlain && (hasSign || hasFraction && first != "(")
  }

  /// Joins a table at the end of a page with the one that the next page begins with, when they have the same
  /// columns in the same places; column names that are repeated there are left out.
  static func joinAcrossPages(_ blocks: inout [PDFBlock], _ pages: [PDFPage]) {
    let heights = Dictionary(uniqueKeysWithValues: pages.map { ($0.number, $0.height) })
    var result: [PDFBlock] = []
    /// The page and box of the last part of the last table.
    var end: (page: Int, box: PageBox)?
    for block in blocks {
      if case .table(let next) = block.kind, let last = result.last, case .table(let table) = last.kind,
        let place = end,
        block.page == place.page + 1, next.columnCount == table.columnCount, abs(place.box.left - block.box.left) < 12,
        abs(place.box.right - block.box.right) < 12, let height = heights[place.page], place.box.bottom > 0.7 * height,
        block.box.top < 0.3 * height
      {
        result[result.count - 1].kind = .table(joined(table, next))
        result[result.count - 1].reason = last.reason.map { $0 + "; goes on on page \(block.page)" }
      } else {
        result.append(block)
      }
      if case .table = block.kind { end = (block.page, block.box) } else { end = nil }
    }
    blocks = result
  }

  private static func joined(_ table: DocumentTable, _ next: DocumentTable) -> DocumentTable {
    let headers = table.headerRowCount
    let repeated = headers > 0 && Array(table.grid.prefix(headers)) == Array(next.grid.prefix(headers)) ? headers : 0
    let rows = table.rowCount
    return DocumentTable(
      cells: table.cells
        + next.cells.compactMap { cell in
          guard cell.row >= repeated else { return nil }
          var cell = cell
          cell.row += rows - repeated
          cell.isHeader = false
          return cell
        })
  }

  /// How many rows at the top are column names: bold ones, or, in a table of numbers, those
  /// without any.
  private static func headerCount(_ grid: [[String]], _ bold: [Bool]) -> Int {
    if bold[0], let plain = bold.firstIndex(of: false) { return min(plain, 3) }
    // Names over the columns, and none over that of the labels.
    if grid.count >= 3, grid[0][0].isEmpty, grid[0].dropFirst().allSatisfy({ !$0.isEmpty && $0.utf8.count <= 40 }),
      grid.dropFirst().allSatisfy({ !$0[0].isEmpty }),
      !zip(grid[0], grid[1]).contains(where: { isComplete($0, before: $1) })
    {
      return 1
    }
    func hasNumber(_ row: [String]) -> Bool { row.dropFirst().contains(where: isNumber) }
    guard let first = grid.firstIndex(where: hasNumber), (1...3).contains(first) else { return 0 }
    // Several rows of names leave some places empty, as heads over two columns do; full ones are rows of the table.
    if first > 1, grid[..<first].dropLast().allSatisfy({ !$0.contains("") }) { return 0 }
    let below = grid[first...]
    return below.count { hasNumber($0) } * 10 >= below.count * 7 ? first : 0
  }
}
