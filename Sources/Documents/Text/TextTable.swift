/// Tables that are drawn with signs, or whose columns stand below one another.
struct TextTable {
  /// The lines of the block before the table, and those behind it.
  var before = 0
  var after = 0
  var cells: [DocumentTable.Cell] = []

  /// A table among the lines of a block.
  static func find(_ lines: [ArraySlice<UInt8>]) -> TextTable? {
    guard lines.count >= 2, lines.reduce(0, { $0 + $1.count }) < 20_000_000 else { return nil }
    let start = lines.firstIndex { isDrawn($0) }
    if let start {
      let grid = TextGrid(Array(lines[start...]))
      if let table = drawn(grid, start) ?? barred(grid, start) { return table }
    }
    if let table = ruled(lines) { return table }
    return TextColumns.table(lines)
  }

  /// Whether a line may be the first of a drawn table.
  fileprivate static func isDrawn(_ line: ArraySlice<UInt8>) -> Bool {
    guard let first = TextLine.trimmed(line).first else { return false }
    return first == UInt8(ascii: "+") || first == UInt8(ascii: "|") || first == 0xE2
  }

  // MARK: +---+

  private static func drawn(_ grid: TextGrid, _ start: Int) -> TextTable? {
    func isRule(_ row: Int) -> Bool {
      grid.consists(row, of: "+-=:") && grid.first(row) == 0x2B && grid.last(row) == 0x2B && grid.rows[row].count > 2
    }
    guard isRule(0) else { return nil }
    let end =
      grid.rows.indices.first { !isRule($0) && !(grid.first($0) == 0x7C || grid.first($0) == 0x2B) } ?? grid.rows.count
    let rules = (0..<end).filter(isRule)
    guard rules.count >= 2, let last = rules.last else { return nil }
    let edges = Set(rules.flatMap { row in grid.rows[row].indices.filter { grid.sign(row, $0) == 0x2B } }).sorted()
    guard edges.count > 2 else { return nil }
    // Only a rule between all rows says that a row may have several lines.
    let isHeadRuled = rules.count > 1 && grid.consists(rules[1], of: "+=:")
    let hasLines = rules.count > 3 || isHeadRuled
    var table = TextTable(before: start, after: start + last + 1)
    var row = 0
    for (index, (top, bottom)) in zip(rules, rules.dropFirst()).enumerated() where bottom > top + 1 {
      let isHeader = index == 0 && rules.count > 2
      let lines = Array((top + 1)..<bottom)
      for group in hasLines || isHeader ? [lines] : lines.map({ [$0] }) {
        table.add(grid, group, edges, row, isHeader)
        row += 1
      }
    }
    return table.cells.isEmpty ? nil : table
  }

  private mutating func add(_ grid: TextGrid, _ lines: [Int], _ edges: [Int], _ row: Int, _ isHeader: Bool) {
    let bars: Set<UInt8> = [0x7C, 0x2B]
    var column = 0
    while column + 1 < edges.count {
      // A cell goes on where no line ends it.
      var end = column + 1
      while end + 1 < edges.count, !lines.contains(where: { bars.contains(grid.sign($0, edges[end])) }) { end += 1 }
      let words = lines.map { grid.text($0, edges[column] + 1, edges[end]) }.filter { word in
        !word.isEmpty && !(word.count > 2 && word.allSatisfy { $0 == "-" || $0 == "=" })
      }
      cells.append(
        DocumentTable.Cell(
          row: row, column: column, columnSpan: end - column, isHeader: isHeader, text: words.joined(separator: " ")))
      column = end
    }
  }

  // MARK: | a | b |

  private static func barred(_ grid: TextGrid, _ start: Int) -> TextTable? {
    let end = grid.rows.indices.first { grid.first($0) != 0x7C || grid.last($0) != 0x7C } ?? grid.rows.count
    guard end >= 2 else { return nil }
    var table = TextTable(before: start, after: start + end)
    var row = 0
    var isHeaded = false
    for line in 0..<end {
      if grid.consists(line, of: "|-+=:") {
        if row == 1 { isHeaded = true }
        continue
      }
      let bars = grid.runs(line, of: "|").flatMap { $0 }
      for (column, (left, right)) in zip(bars, bars.dropFirst()).enumerated() {
        table.cells.append(DocumentTable.Cell(row: row, column: column, text: grid.text(line, left + 1, right)))
      }
      row += 1
    }
    guard row >= 2, table.cells.contains(where: { $0.column > 0 }) else { return nil }
    if isHeaded {
      for index in table.cells.indices where table.cells[index].row == 0 { table.cells[index].isHeader = true }
    }
    return table
  }

  // MARK: ---- -----

  /// A table with rules below its head, one for each column; perhaps above and below it, too.
  private static func ruled(_ lines: [ArraySlice<UInt8>]) -> TextTable? {
    guard let rule = lines.prefix(12).firstIndex(where: { isColumnRule($0) }) else { return nil }
    let first = max(0, rule - 1)
    let grid = TextGrid(Array(lines[first...]))
    let top = rule - first
    let isCrossed = lines[rule].contains(UInt8(ascii: "+")) || lines[rule].contains(UInt8(ascii: "|"))
    let runs = grid.runs(top, of: "-=")
    let starts = runs.map(\.lowerBound)
    func isRule(_ row: Int) -> Bool { grid.consists(row, of: "-=+|") }
    func fits(_ row: Int) -> Bool {
      isCrossed ? starts.dropFirst().contains { [0x7C, 0x3A].contains(grid.sign(row, $0 - 1)) } : !grid.isBlank(row)
    }
    // A rule that stands first has the head below it, if another follows.
    let closes = grid.rows.indices.filter { $0 > top && isRule($0) }
    var table = TextTable(before: first, after: lines.count)
    var row = 0
    func add(_ line: Int, isHeader: Bool) {
      var texts = starts.indices.map { column in
        grid.text(
          line, column == 0 ? 0 : starts[column],
          column + 1 < starts.count ? starts[column + 1] - (isCrossed ? 1 : 0) : .max)
      }
      if isCrossed { texts = texts.map { $0.hasPrefix("|") ? String($0.dropFirst().drop { $0 == " " }) : $0 } }
      if grid.sign(top, starts[0]) == 0x3D, texts[0].isEmpty, row > 0 {
        // The line above goes on.
        for (column, text) in texts.enumerated() where !text.isEmpty {
          let place = table.cells.count - texts.count + column
          table.cells[place].text += (table.cells[place].text.isEmpty ? "" : " ") + text
        }
        return
      }
      for (column, text) in texts.enumerated() {
        table.cells.append(DocumentTable.Cell(row: row, column: column, isHeader: isHeader, text: text))
      }
      row += 1
    }
    var line = top + 1
    if top > 0, fits(0), !(rule == 1 && grid.isBlank(0)) {
      add(0, isHeader: true)
    } else if closes.count > 1, let head = closes.first {
      table.before = rule
      for place in line..<head { add(place, isHeader: true) }
      line = head + 1
    } else {
      table.before = rule
    }
    while line < grid.rows.count {
      if !isRule(line) {
        guard fits(line) else { break }
        add(line, isHeader: false)
      }
      line += 1
    }
    table.after = first + line
    return row >= 2 ? table : nil
  }

  /// Whether a line is runs of dashes, as wide as the columns.
  static func isColumnRule(_ line: ArraySlice<UInt8>) -> Bool {
    let line = TextLine.trimmed(line)
    guard line.count >= 5, let first = line.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "=") else {
      return false
    }
    let parts = line.split { $0 == 0x20 || $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: "|") || $0 == 0x09 }
    return parts.count >= 2 && parts.allSatisfy { $0.count >= 2 && $0.allSatisfy { $0 == first } }
  }
}

extension TextTable {
  /// The lines inside a frame that has no columns.
  static func boxed(_ lines: [ArraySlice<UInt8>]) -> [ArraySlice<UInt8>]? {
    guard lines.count >= 3, isDrawn(lines[0]) else { return nil }
    let grid = TextGrid(lines)
    guard grid.consists(0, of: "+-="), grid.consists(lines.count - 1, of: "+-="), grid.first(0) == 0x2B else {
      return nil
    }
    let inner = grid.rows.indices.dropFirst().dropLast().filter { !grid.consists($0, of: "+-=|") || grid.isBlank($0) }
    guard !inner.isEmpty,
      inner.allSatisfy({ grid.first($0) == 0x7C && grid.last($0) == 0x7C && grid.runs($0, of: "|").count == 2 })
    else { return nil }
    return inner.map { row in
      Array(grid.text(row, grid.indent(row) + 1, grid.rows[row].count - 1).utf8)[...]
    }
  }
}
