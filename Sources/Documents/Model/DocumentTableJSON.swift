import Foundations

/// The member `table` of an element or of a chunk: the cells, and the table in Markdown for those who only look.
///
/// A workbook has a million cells: they are written and read as objects, not through containers.
extension DocumentTable: Codable {
  private enum CodingKeys: CodingKey { case cells, markdown }

  package init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let objects = try container.decodeIfPresent([JSONObject].self, forKey: .cells) ?? []
    self.init(
      cells: try objects.map { object in
        guard let cell = Cell(object) else {
          throw DecodingError.dataCorruptedError(
            forKey: .cells, in: container, debugDescription: "have one without row, column or text")
        }
        return cell
      })
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(JSONValue.array(cells.map { .object($0.json) }), forKey: .cells)
    try container.encode(markdown, forKey: .markdown)
  }
}

extension DocumentTable.Cell {
  fileprivate var json: JSONObject {
    [
      "column": JSONValue(column), "column_span": JSONValue(columnSpan), "header": .bool(isHeader),
      "row": JSONValue(row), "row_span": JSONValue(rowSpan), "text": .string(text),
    ]
  }

  /// `nil` when it has no place or no text. Spans beyond all reason are cut.
  fileprivate init?(_ object: JSONObject) {
    var place: (row: Int?, column: Int?)
    var words: String?
    self.init(row: 0, column: 0, text: "")
    for member in object.members {
      switch member.key {
      case "row": place.row = member.value.int
      case "column": place.column = member.value.int
      case "text": words = member.value.string
      case "row_span": rowSpan = min(100_000, max(1, member.value.int ?? 1))
      case "column_span": columnSpan = min(10_000, max(1, member.value.int ?? 1))
      case "header": isHeader = member.value.bool ?? false
      default: break
      }
    }
    guard let row = place.row, let column = place.column, let words, (0..<DocumentTable.mostRows).contains(row),
      (0..<DocumentTable.mostColumns).contains(column)
    else { return nil }
    self.row = row
    self.column = column
    text = words
  }
}
