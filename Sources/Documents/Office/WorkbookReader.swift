import Formats
import Foundations

/// Reads Excel workbooks (OOXML): each visible sheet is a section, its regions of cells tables; values as they were
/// last calculated, dates in ISO 8601, percentages with their sign.
package enum WorkbookReader {
  /// The most cells of a workbook.
  private static let mostCells = 2_000_000

  package static func read(_ bytes: [UInt8]) throws -> ParsedDocument {
    let archive = try ZipArchive(bytes, "the workbook")
    let targets = try archive.relations(of: "xl/workbook.xml")
    var sheets: [(name: String, part: String)] = []
    var isFrom1904 = false
    try archive.events("xl/workbook.xml") { event in
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
    let strings = try strings(archive)
    let formats = try CellFormats(archive, isFrom1904: isFrom1904)
    var elements: [DocumentElement] = []
    var cells = 0
    for sheet in sheets {
      let grid = try SheetGrid(archive, sheet.part, strings, formats)
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

  private static func strings(_ archive: ZipArchive) throws -> [String] {
    var strings: [String] = []
    var text = ""
    var isText = false
    var isPhonetic = false
    try archive.events("xl/sharedStrings.xml") { event in
      switch event {
      case .opening("si", _): text = ""
      case .opening("rPh", _): isPhonetic = true
      case .closing("rPh"): isPhonetic = false
      case .opening("t", _): isText = !isPhonetic
      case .closing("t"): isText = false
      case .text(let more): if isText { text += more }
      case .closing("si"): strings.append(text)
      default: break
      }
    }
    return strings
  }
}
