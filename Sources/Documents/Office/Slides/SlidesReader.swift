import Formats
import Foundations

/// Reads PowerPoint presentations (OOXML): each slide is a section under its title, its shapes in the order in which
/// people read them, lists with their levels, tables, what the speaker notes.
enum SlidesReader {
  static func read(_ bytes: [UInt8]) throws -> ParsedDocument {
    let archive = try ZipArchive(bytes, "the presentation")
    let part = try mainPart(archive)
    let targets = try archive.relations(of: part)
    guard let root = try XMLNode.read(archive, part, .presentation, attributes: ["r:id"]) else {
      throw ItemProblem("corrupt_archive", "the presentation has no \(part)")
    }
    var elements: [DocumentElement] = []
    for (index, slide) in (root.child("sldIdLst")?.all("sldId") ?? []).enumerated() {
      guard let target = slide["r:id"].flatMap({ targets[$0] }) else { continue }
      let found = try Slide(archive, target, number: index + 1)?.elements ?? []
      elements += found.map { element in
        var element = element
        element.page = index + 1
        return element
      }
    }
    let metadata = try OfficeMetadata(archive, "docProps/core.xml")
    var document = ParsedDocument(elements: elements)
    document.title = metadata.title ?? elements.first { $0.kind == .title }?.text
    document.language = metadata.language
    document.metadata = metadata.members
    document.fillSectionPaths()
    return document
  }

  private static func mainPart(_ archive: ZipArchive) throws -> String {
    var part = "ppt/presentation.xml"
    try archive.events("_rels/.rels") { event in
      if case .opening("Relationship", let attribute) = event, attribute("Type")?.hasSuffix("/officeDocument") == true,
        let target = attribute("Target")
      {
        part = ZipArchive.joined("", target)
      }
    }
    return part
  }
}
