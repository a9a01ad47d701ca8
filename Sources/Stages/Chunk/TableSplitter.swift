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

  /// `head`: breadcrumb and caption. `plainHead`: the breadcrumb alone, where both leave no room.
  func chunks(_ table: DocumentTable, head: String, plainHead: String) -> [Part] {
    let complete = ChunkLayout.table(head: head, markdown: table.markdown)
    if counter.count(complete) <= whole { return [Part(text: complete, table: table)] }
    let room = maximum - maximum / 5
    let start = counter.count(head) > maximum / 2 ? plainHead : head
    let names = table.columnNames
    let frame = counter.count(
      ChunkLayout.table(head: start, markdown: DocumentTable.markdown(columnNames: names, rows: [])))
    guard frame * 2 < room else { return wide(table, plainHead) }
    var parts: [Part] = []
    var rows: [[String]] = []
    var tokens = frame
    func flush() {
      guard !rows.isEmpty else { return }
      let markdown = DocumentTable.markdown(columnNames: names, rows: rows)
      parts.append(Part(text: ChunkLayout.table(head: start, markdown: markdown), table: Self.table(names, rows)))
      rows = []
      tokens = frame
    }
    for row in table.bodyRows {
      let size = counter.count("| " + row.joined(separator: " | ") + " |\n")
      if tokens + size > room { flush() }
      if frame + size > room {
        parts += text([row], names, start)
      } else {
        rows.append(row)
        tokens += size
      }
    }
    flush()
    return parts
  }

  /// A table whose column names alone are too much, or a row that is: `name: value` as text.
  private func wide(_ table: DocumentTable, _ head: String) -> [Part] {
    text(table.bodyRows, table.columnNames, head)
  }

  private func text(_ rows: [[String]], _ names: [String], _ head: String) -> [Part] {
    let pieces = rows.flatMap { row in
      zip(names, row).filter { !$1.isEmpty }.map { name, value in
        let line = name.isEmpty ? value : "\(name): \(value)"
        return ChunkPiece(
          text: line, tokens: counter.count(line), grain: .paragraph, separator: "\n",
          isCode: false, page: nil)
      }
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
