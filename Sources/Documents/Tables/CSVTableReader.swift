import Formats
import Foundations

/// Reads CSV as one table: its first full row is the header, lines above it say what it is.
package enum CSVTableReader {
  package static func read(_ bytes: [UInt8], _ source: DocumentSource) throws(ItemProblem) -> ParsedDocument {
    var text = TextDecoding.decode(bytes, declared: [source.charset]).text
    let said = said(&text)
    let separator = said ?? (isTabbed(source) ? "\t" : CSVSeparator.find(text))
    let rows: [[String]]
    do { rows = try CSVRows.lenient(text, separator: separator, name: "the table") } catch {
      throw ItemProblem("bad_csv", error.message)
    }
    return ParsedDocument(elements: elements(rows.filter { !$0.allSatisfy(\.isEmpty) }))
  }

  private static func elements(_ rows: [[String]]) -> [DocumentElement] {
    let width = rows.reduce(0) { max($0, $1.count) }
    // A line with one field above a table is what it is called.
    let above = width > 1 ? rows.prefix { $0.count { !$0.isEmpty } == 1 && $0.first?.isEmpty == false } : []
    let isTitled = !above.isEmpty && above.count <= 5 && rows.count - above.count > 1
    let body = isTitled ? Array(rows.dropFirst(above.count)) : rows
    let cells = body.enumerated().flatMap { row, fields in
      fields.enumerated().map { column, text in
        DocumentTable.Cell(row: row, column: column, isHeader: row == 0 && body.count > 1, text: text)
      }
    }
    guard !cells.isEmpty else { return [] }
    let captions = isTitled ? above.map { DocumentElement(.caption, $0[0]) } : []
    return captions + [DocumentElement(.table, "", table: DocumentTable(cells: cells))]
  }

  /// What Excel's first line `sep=;` says, and the text behind it.
  private static func said(_ text: inout [UInt8]) -> Unicode.Scalar? {
    let line = text.prefix { $0 != 10 && $0 != 13 }
    let bare = line.filter { $0 != UInt8(ascii: "\"") }
    guard bare.count == 5, bare.map({ $0 | 0x20 }).starts(with: "sep=".utf8.map { $0 | 0x20 }), let sign = bare.last,
      sign < 0x80
    else { return nil }
    text = Array(text[line.endIndex...].drop { $0 == 10 || $0 == 13 })
    return Unicode.Scalar(sign)
  }

  private static func isTabbed(_ source: DocumentSource) -> Bool {
    if source.contentType == "text/tab-separated-values" { return true }
    let path = (source.name ?? "").prefix { $0 != "?" && $0 != "#" }
    return ["tsv", "tab"].contains(Path.fileExtension(String(path)))
  }
}
