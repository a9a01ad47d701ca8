import Formats
import Foundations

/// Reads Excel workbooks (OOXML): each visible sheet is a section, its regions of cells tables; values as they were
/// last calculated and as their formats show them, dates in ISO 8601.
package enum WorkbookReader {
  /// The most cells of a workbook.
  private static let mostCells = 2_000_000

  package static func read(_ bytes: [UInt8]) throws -> ParsedDocument {
    let archive = try ZipArchive(bytes, "the workbook")
    let part = try mainPart(archive)
    let targets = try archive.relations(of: part)
    var sheets: [(name: String, part: String)] = []
    var isFrom1904 = false
    try archive.events(part, .workbook) { event in
      switch event {
      case .opening("workbookPr", let attribute): isFrom1904 = ["1", "true"].contains(attribute("date1904") ?? "")
      case .opening("sheet", let attribute):
        guard attribute("state") ?? "visible" == "visible", let part = attribute("r:id").flatMap({ targets[$0] }) else {
          return
        }
        sheets.append((attribute("name") ?? "", part))
      default: break
      }
    }
    guard !sheets.isEmpty else { throw ItemProblem("corrupt_archive", "the workbook has no sheets") }
    let folder = Path.parent(part)
    let strings = try strings(archive, Path.join(folder, "sharedStrings.xml"))
    let formats = try CellFormats(archive, Path.join(folder, "styles.xml"), isFrom1904: isFrom1904)
    var elements: [DocumentElement] = []
    var cells = 0
    for sheet in sheets {
      let grid = SheetGrid(try SheetCells(archive, sheet.part, strings, formats))
      cells += grid.count
      guard cells <= mostCells else {
        throw ItemProblem("too_large", "the workbook has more than \(Units.show(mostCells)) cells")
      }
      let found = grid.elements
      guard !found.isEmpty else { continue }
      elements.append(DocumentElement(.title, sheet.name.isEmpty ? "Sheet" : sheet.name, level: 1))
      elements += found
    }
    let metadata = try OfficeMetadata(archive, "docProps/core.xml")
    var document = ParsedDocument(elements: elements)
    document.title = metadata.title
    document.language = metadata.language
    document.metadata = metadata.members
    document.fillSectionPaths()
    return document
  }

  private static func mainPart(_ archive: ZipArchive) throws -> String {
    var part = "xl/workbook.xml"
    try archive.events("_rels/.rels") { event in
      if case .opening("Relationship", let attribute) = event, attribute("Type")?.hasSuffix("/officeDocument") == true,
        let target = attribute("Target")
      {
        part = ZipArchive.joined("", target)
      }
    }
    return part
  }

  private static func strings(_ archive: ZipArchive, _ part: String) throws -> [String] {
    var strings: [String] = []
    var string = SheetString()
    try archive.events(part, .workbook) { event in
      switch event {
      case .opening("si", _): string = SheetString()
      case .closing("si"): strings.append(string.take())
      case .opening(let name, let attribute): string.open(name, attribute)
      case .closing(let name): string.close(name)
      case .text(let more): string.add(more)
      }
    }
    return strings
  }
}
