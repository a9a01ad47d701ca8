import Formats
import Foundations

/// What a ZIP archive is, by its own members: what is packed inside of them does not count.
enum ArchiveKind {
  case document(DocumentKind)
  /// What cannot be read.
  case foreign(String)

  static func of(_ bytes: [UInt8]) throws -> ArchiveKind {
    let archive: ZipArchive
    do { archive = try ZipArchive(bytes, "the archive") } catch let problem as ItemProblem {
      // A document that was cut off is a damaged document, and no other file.
      let parts = ["word/document.xml", "xl/workbook.xml", "ppt/presentation.xml", "META-INF/container.xml"]
      if parts.contains(where: { ByteSearch.range(of: Array($0.utf8), in: bytes) != nil }) { throw problem }
      return .foreign("a ZIP archive")
    }
    let names = Set(archive.names)
    let type = try archive.read("mimetype").map { String(decoding: $0.prefix(100).filter { $0 > 0x20 }, as: UTF8.self) }
    if let type, let kind = byType(type) { return kind }
    if names.contains("META-INF/container.xml") { return .document(.book) }
    if let part = try mainPart(archive, names) {
      if part.hasPrefix("word/") { return .document(.word) }
      if part.hasPrefix("xl/") {
        return part.hasSuffix(".bin") ? .foreign("a binary Excel workbook (XLSB)") : .document(.workbook)
      }
      if part.hasPrefix("ppt/") { return .document(.slides) }
      if part.hasPrefix("visio/") { return .foreign("a Visio drawing") }
    }
    // Written by programs that put their parts elsewhere.
    if names.contains("word/document.xml") { return .document(.word) }
    if names.contains("xl/workbook.xml") { return .document(.workbook) }
    if names.contains("xl/workbook.bin") { return .foreign("a binary Excel workbook (XLSB)") }
    if names.contains("ppt/presentation.xml") { return .document(.slides) }
    if names.contains("Index/Document.iwa") || names.contains("Index.zip") { return .foreign("an iWork document") }
    if names.contains("META-INF/MANIFEST.MF") { return .foreign("a Java archive") }
    return .foreign("a ZIP archive")
  }

  static func byType(_ type: String) -> ArchiveKind? {
    if type == "application/epub+zip" { return .document(.book) }
    let open = "application/vnd.oasis.opendocument."
    guard type.hasPrefix(open) else { return nil }
    let name = type.dropFirst(open.utf8.count)
    switch name {
    case "text", "text-template", "text-master": return .document(.openText)
    case "spreadsheet", "spreadsheet-template": return .document(.openSheets)
    case "presentation", "presentation-template", "graphics": return .document(.openSlides)
    default: return .foreign("an OpenDocument file (\(name))")
    }
  }

  /// The part that the archive says is its document.
  private static func mainPart(_ archive: ZipArchive, _ names: Set<String>) throws -> String? {
    guard names.contains("_rels/.rels") else { return nil }
    var part: String?
    try archive.events("_rels/.rels") { event in
      guard case .opening("Relationship", let attribute) = event, part == nil, let target = attribute("Target"),
        attribute("Type")?.hasSuffix("/officeDocument") == true
      else { return }
      part = ZipArchive.joined("", target)
    }
    return part
  }
}
