import Formats
import Foundations

extension DocumentTable {
  /// As HTML has it, with its spans; the cells of a row from left to right.
  var html: String {
    var html = "<table>"
    let rows = Dictionary(grouping: cells, by: \.row)
    for row in 0..<rowCount {
      html += "<tr>"
      for cell in (rows[row] ?? []).sorted(by: { $0.column < $1.column }) {
        let tag = cell.isHeader ? "th" : "td"
        let spans =
          (cell.rowSpan > 1 ? " rowspan=\(cell.rowSpan)" : "")
          + (cell.columnSpan > 1 ? " colspan=\(cell.columnSpan)" : "")
        html += "<\(tag)\(spans)>\(Markup.escaped(cell.text))</\(tag)>"
      }
      html += "</tr>"
    }
    return html + "</table>"
  }
}
