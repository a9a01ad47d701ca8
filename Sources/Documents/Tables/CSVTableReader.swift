import Formats
import Foundations

/// Reads CSV as one table, the first row its header.
package enum CSVTableReader {
  package static func read(_ bytes: [UInt8], charset: String?) throws(ItemProblem) -> ParsedDocument {
    let text = TextDecoding.decode(bytes, declared: [charset]).text
    let rows: [[String]]
    do { rows = try CSVRows.read(text, separator: separator(text), name: "the table") } catch {
      throw ItemProblem("bad_csv", error.message)
    }
    let filled = rows.filter { !$0.allSatisfy(\.isEmpty) }
    let cells = filled.enumerated().flatMap { row, fields in
      fields.enumerated().map { column, text in
        DocumentTable.Cell(row: row, column: column, isHeader: row == 0 && filled.count > 1, text: text)
      }
    }
    guard !cells.isEmpty else { return ParsedDocument(elements: []) }
    return ParsedDocument(elements: [DocumentElement(.table, "", table: DocumentTable(cells: cells))])
  }

  /// What stands most often in the first line, outside quotation marks.
  private static func separator(_ text: [UInt8]) -> Unicode.Scalar {
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    for byte in text {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if isQuoted { continue }
      if byte == UInt8(ascii: "\n") { break }
      counts[byte, default: 0] += 1
    }
    let candidates = [UInt8(ascii: ","), UInt8(ascii: "\t"), UInt8(ascii: ";"), UInt8(ascii: "|")]
    var best = candidates[0]
    for candidate in candidates where counts[candidate, default: 0] > counts[best, default: 0] { best = candidate }
    return Unicode.Scalar(best)
  }
}
