import Documents
import Formats
import Foundations

/// Puts a table into one chunk, or, above the limit, into several by rows with repeated column names. These
/// leave a fifth of the limit for the summary that a later stage puts over each.
struct TableSplitter<Counter: TokenCounter> {
  let counter: Counter
  let maximum: Int
  /// Tokens up to which a table is not split.
  let whole: Int
  let overlap: Int

  struct Part {
    let text: String
    let table: DocumentTable?
  }

  /// What a table became, and which of its captions stand in none of it: they leave no room for rows.
  struct Parts {
    var parts: [Part]
    var unsaid: [String] = []
  }

  /// Beyond so many parts the captions stand over the first one only: they would be found for each of the others, which
  /// say nothing of what was asked.
  private static var mostRepeated: Int { 12 }

  /// `head`: the breadcrumb; empty where there is none.
  func chunks(_ table: DocumentTable, head: String, captions: [String]) -> Parts {
    let full = ([head] + captions).filter { !$0.isEmpty }.joined(separator: "\n")
    let complete = ChunkLayout.table(head: full, markdown: table.markdown)
    if counter.count(complete) <= whole { return Parts(parts: [Part(text: complete, table: table)]) }
    let fits = counter.count(full) <= maximum / 2
    var made = fits ? rows(table, full, head) : nil
    if made == nil, let plain = rows(table, head, head) { made = Parts(parts: plain.parts, unsaid: captions) }
    return made ?? Parts(parts: text(table.bodyRows, table.columnNames, head), unsaid: captions)
  }

  /// The rows below the names of the columns; `nil` when the names leave no room for them.
  private func rows(_ table: DocumentTable, _ head: String, _ plainHead: String) -> Parts? {
    let room = maximum - maximum / 5
    let names = table.columnNames
    let frame = counter.count(
      ChunkLayout.table(head: head, markdown: DocumentTable.markdown(columnNames: names, rows: [])))
    guard frame * 2 < room else { return nil }
    var groups: [(rows: [[String]], isWide: Bool)] = []
    var tokens = Int.max / 2
    for row in table.bodyRows {
      let size = counter.count("| " + row.joined(separator: " | ") + " |\n")
      if frame + size > room {
        groups.append(([row], true))
        tokens = Int.max / 2
      } else if tokens + size > room {
        groups.append(([row], false))
        tokens = frame + size
      } else {
        groups[groups.count - 1].rows.append(row)
        tokens += size
      }
    }
    var parts: [Part] = []
    for (index, group) in groups.enumerated() {
      let start = index > 0 && groups.count > Self.mostRepeated ? plainHead : head
      if group.isWide {
        parts += text(group.rows, names, start)
      } else {
        let markdown = DocumentTable.markdown(columnNames: names, rows: group.rows)
        parts.append(
          Part(text: ChunkLayout.table(head: start, markdown: markdown), table: Self.table(names, group.rows)))
      }
    }
    return Parts(parts: parts)
  }

  /// A table whose column names alone are too much, or a row that is: `name: value` as text. The names of columns in
  /// which nothing stands are said once.
  private func text(_ rows: [[String]], _ names: [String], _ head: String) -> [Part] {
    var lines: [String] = []
    let empty = names.indices.filter { column in
      !names[column].isEmpty && rows.allSatisfy { !$0.indices.contains(column) || $0[column].isEmpty }
    }
    if !empty.isEmpty { lines.append("Empty: " + empty.map { names[$0] }.joined(separator: ", ")) }
    for row in rows {
      for (name, value) in zip(names, row) where !value.isEmpty {
        lines.append(name.isEmpty ? value : "\(name): \(value)")
      }
    }
    let pieces = lines.map { line in
      ChunkPiece(
        text: line, tokens: counter.count(line), grain: .paragraph, separator: "\n",
        isCode: false, page: nil)
    }
    let packer = ChunkPacker(
      counter: counter, prefix: ChunkLayout.tablePrefix(head: head), maximum: maximum, overlap: overlap)
    return packer.pack(pieces).map { Part(text: $0.text, table: nil) }
  }

  private static func table(_ names: [String], _ rows: [[String]]) -> DocumentTable {
    let hasNames = names.contains { !$0.isEmpty }
    let all = (hasNames ? [names] : []) + rows
    return DocumentTable(
      cells: all.enumerated().flatMap { row, texts in
        texts.enumerated().map { column, text in
          DocumentTable.Cell(row: row, column: column, isHeader: hasNames && row == 0, text: text)
        }
      })
  }
}
