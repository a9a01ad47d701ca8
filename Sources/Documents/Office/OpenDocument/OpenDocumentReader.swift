import Formats
import Foundations

/// Reads OpenDocument texts, spreadsheets and presentations (ODF 1.3), packed or flat.
enum OpenDocumentReader {
  static func text(_ bytes: [UInt8]) throws -> ParsedDocument {
    try read(bytes, "the OpenDocument text") { body, styles in
      guard let text = body.child("office:text") else { return [] }
      var reading = OpenText(styles)
      reading.read(text)
      return reading.elements + reading.notes
    }
  }

  static func sheets(_ bytes: [UInt8]) throws -> ParsedDocument {
    try read(bytes, "the OpenDocument spreadsheet") { body, styles in
      var elements: [DocumentElement] = []
      for table in body.child("office:spreadsheet")?.all("table:table") ?? []
      where !styles.isHiddenTable(table["table:style-name"]) {
        let found = SheetGrid(try SheetCells(OpenSheet(table, styles))).elements
        guard !found.isEmpty else { continue }
        elements.append(DocumentElement(.title, table["table:name"] ?? "Sheet", level: 1))
        elements += found
      }
      return elements
    }
  }

  static func slides(_ bytes: [UInt8]) throws -> ParsedDocument {
    try read(bytes, "the OpenDocument presentation") { body, styles in
      let pages = body.child("office:presentation") ?? body.child("office:drawing")
      return (pages?.all("draw:page") ?? []).enumerated().flatMap { index, page in
        styles.isHiddenPage(page["draw:style-name"])
          ? []
          : OpenSlide(page, styles, number: index + 1).elements.map { element in
            var element = element
            element.page = index + 1
            return element
          }
      }
    }
  }

  private static func read(
    _ bytes: [UInt8], _ what: String, _ elements: (XMLNode, OpenStyles) throws -> [DocumentElement]
  ) throws -> ParsedDocument {
    let parts = try OpenDocumentParts(bytes, what)
    let metadata = parts.metadata
    var document = ParsedDocument(elements: try elements(parts.body, parts.styles))
    document.title = metadata.title ?? document.elements.first { $0.kind == .title }?.text
    document.language = metadata.language
    document.metadata = metadata.members
    document.fillSectionPaths()
    return document
  }
}
