import Foundations

/// What a document may become: whatever comes after parsing holds it in memory, several times over, and a small file must
/// not become millions of elements or gigabytes of text.
enum DocumentBounds {
  /// More paragraphs than the longest books have.
  private static let elements = 200_000
  /// The most places of a table, spans counted as all that they cover.
  private static let places = 2_000_000

  /// - Parameters:
  ///   - count: the bytes that the document was read from.
  ///   - most: the bytes that its JSON may have.
  /// - Throws: `ItemProblem` `too_large`, before the JSON is made.
  static func check(_ document: ParsedDocument, of count: Int, most: Int) throws(ItemProblem) {
    // A file of so many bytes may well hold more than a small one.
    let allowed = max(elements, count / 64)
    guard document.elements.count <= allowed else {
      throw ItemProblem(
        "too_large",
        "it becomes \(Units.counted(document.elements.count, "element")); of a document of \(Units.show(bytes: count)) at most \(Units.show(allowed)) are taken"
      )
    }
    var text = 0
    for element in document.elements {
      text += element.text.utf8.count
      for part in element.sectionPath { text += part.utf8.count }
      if let table = element.table {
        guard table.rowCount <= DocumentTable.mostRows, table.columnCount <= DocumentTable.mostColumns else {
          throw ItemProblem(
            "too_large",
            "a table has \(Units.counted(table.rowCount, "row")) and \(Units.counted(table.columnCount, "column")); at most \(Units.show(DocumentTable.mostRows)) and \(Units.show(DocumentTable.mostColumns)) are taken: divide the file, or `import` its rows"
          )
        }
        let size = table.rowCount.multiplied(clamping: table.columnCount)
        guard size <= max(places, count / 2) else {
          throw ItemProblem(
            "too_large",
            "it holds a table of \(Units.counted(table.rowCount, "row")) and \(Units.counted(table.columnCount, "column")); at most \(Units.show(places)) cells are taken"
          )
        }
        for cell in table.cells { text += cell.text.utf8.count }
      }
      guard text <= most else {
        throw ItemProblem(
          "too_large",
          "its text becomes larger than \(Units.show(bytes: most)), from \(Units.show(bytes: count))")
      }
    }
  }
}
