import Formats
import Foundations

/// Reads OpenDocument texts, spreadsheets and presentations (ODF 1.3).
enum OpenDocumentReader {
  static let attributes = [
    "style:name", "style:parent-style-name", "style:list-style-name", "style:display-name", "style:family",
    "style:text-position", "style:num-format", "style:num-prefix", "style:num-suffix", "text:display", "text:level",
    "text:display-levels", "text:start-value", "text:style-name", "text:outline-level", "text:is-list-header",
    "text:continue-numbering", "text:continue-list", "text:c", "xlink:href", "table:name", "table:display",
    "table:style-name", "table:number-columns-repeated", "table:number-rows-repeated", "table:number-columns-spanned",
    "table:number-rows-spanned", "table:use-first-row-styles", "office:value-type", "office:value", "office:date-value",
    "office:time-value", "office:boolean-value", "table:formula", "presentation:class", "svg:x", "svg:y", "svg:width",
    "svg:height", "draw:name", "presentation:visibility", "draw:style-name",
  ]

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
        OpenSlide(page, styles, number: index + 1).elements.map { element in
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
    let archive = try ZipArchive(bytes, what)
    if let manifest = try archive.read("META-INF/manifest.xml"),
      ByteSearch.range(of: Array("encryption-data".utf8), in: manifest) != nil
    {
      throw ItemProblem("encrypted", "\(what) is encrypted with a password")
    }
    guard let root = try XMLNode.read(archive, "content.xml", .openDocument, attributes: attributes),
      let body = root.child("office:body")
    else { throw ItemProblem("corrupt_archive", "\(what) has no content") }
    var styles = OpenStyles()
    if let shared = try XMLNode.read(archive, "styles.xml", .openDocument, attributes: attributes) {
      styles.read(shared)
    }
    styles.read(root)
    let metadata = try OfficeMetadata(archive, "meta.xml")
    var document = ParsedDocument(elements: try elements(body, styles))
    document.title = metadata.title ?? document.elements.first { $0.kind == .title }?.text
    document.language = metadata.language
    document.metadata = metadata.members
    document.fillSectionPaths()
    return document
  }
}
