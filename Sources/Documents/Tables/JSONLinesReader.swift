import Foundations

/// Reads JSON Lines: records with a text become titled texts, other records the rows of a table.
package enum JSONLinesReader {
  private static let texts = ["text", "body", "content", "markdown"]
  private static let names = ["title", "name", "headline", "subject", "id"]

  package static func read(_ bytes: [UInt8], charset: String?) throws(ItemProblem) -> ParsedDocument {
    let text = TextDecoding.decode(bytes, declared: [charset]).text
    var records: [JSONObject] = []
    for (index, line) in ByteSearch.lines(text).enumerated() where line.contains(where: { $0 > 0x20 }) {
      let value: JSONValue
      do { value = try JSONValue(parsing: Array(line)) } catch {
        throw ItemProblem("bad_json", "line \(index + 1) is not JSON: \(error)")
      }
      records.append(value.object ?? ["value": value])
    }
    var elements: [DocumentElement] = []
    var rows: [JSONObject] = []
    func flush() {
      if let table = table(rows) { elements.append(DocumentElement(.table, "", table: table)) }
      rows = []
    }
    for record in records {
      guard let field = texts.first(where: { record[$0]?.string?.isEmpty == false }), let text = record[field]?.string
      else {
        rows.append(record)
        continue
      }
      flush()
      if let name = names.lazy.compactMap({ record[$0].map(plain) }).first(where: { !$0.isEmpty }) {
        elements.append(DocumentElement(.title, name, level: 1))
      }
      elements += text.split(separator: "\n\n").map { DocumentElement(.text, String($0)) }
    }
    flush()
    var document = ParsedDocument(elements: elements)
    document.fillSectionPaths()
    return document
  }

  /// A column a member, in the order in which members come up.
  private static func table(_ rows: [JSONObject]) -> DocumentTable? {
    var columns: [String] = []
    var known: Set<String> = []
    for row in rows { for member in row.members where known.insert(member.key).inserted { columns.append(member.key) } }
    guard !columns.isEmpty else { return nil }
    var cells = columns.enumerated().map { DocumentTable.Cell(row: 0, column: $0, isHeader: true, text: $1) }
    for (index, row) in rows.enumerated() {
      for (column, name) in columns.enumerated() {
        cells.append(DocumentTable.Cell(row: index + 1, column: column, text: row[name].map(plain) ?? ""))
      }
    }
    return DocumentTable(cells: cells)
  }

  private static func plain(_ value: JSONValue) -> String { value.isNull ? "" : value.string ?? value.canonicalText }
}
