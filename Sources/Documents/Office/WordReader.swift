import Formats
import Foundations

/// Reads Word documents (OOXML, ECMA-376): paragraphs by their styles, lists by their numbering, tables with spans,
/// footnotes; text that was deleted, hidden, or belongs to headers and fields stays out.
package enum WordReader {
  package static func read(_ bytes: [UInt8]) throws -> ParsedDocument {
    let archive = try ZipArchive(bytes, "the Word document")
    let part = try mainPart(archive)
    let styles = try WordStyles(archive)
    var body = WordBody(styles: styles, numbering: try WordNumbering(archive), targets: try archive.relations(of: part))
    guard try archive.read(part) != nil else {
      throw ItemProblem("corrupt_archive", "the Word document has no \(part)")
    }
    try archive.events(part) { body.take($0) }
    var elements = body.elements
    if !body.notes.isEmpty {
      elements += try notes(archive, Path.join(Path.parent(part), "footnotes.xml"), body)
      elements += try notes(archive, Path.join(Path.parent(part), "endnotes.xml"), body)
    }
    let metadata = try OfficeMetadata(archive, "docProps/core.xml")
    var document = ParsedDocument(elements: elements)
    document.title = body.title ?? metadata.title ?? elements.first { $0.kind == .title }?.text
    document.language = metadata.language ?? styles.language
    document.metadata = metadata.members
    document.fillSectionPaths()
    return document
  }

  private static func mainPart(_ archive: ZipArchive) throws -> String {
    var part = "word/document.xml"
    try archive.events("_rels/.rels") { event in
      if case .opening("Relationship", let attribute) = event, attribute("Type")?.hasSuffix("/officeDocument") == true,
        let target = attribute("Target")
      {
        part = ZipArchive.joined("", target)
      }
    }
    return part
  }

  private static func notes(_ archive: ZipArchive, _ part: String, _ body: WordBody) throws -> [DocumentElement] {
    var reader = WordBody(styles: body.styles, numbering: body.numbering, targets: [:])
    var id = ""
    var found: [String: String] = [:]
    try archive.events(part) { event in
      switch event {
      case .opening("footnote", let attribute), .opening("endnote", let attribute):
        id = attribute("w:type") == nil ? attribute("w:id") ?? "" : ""
        reader.elements = []
      case .closing("footnote"), .closing("endnote"):
        if !id.isEmpty { found[id] = reader.elements.map(\.text).joined(separator: " ") }
      default: reader.take(event)
      }
    }
    let kind = part.hasSuffix("endnotes.xml") ? "endnote" : "footnote"
    return body.notes.enumerated().compactMap { index, note in
      guard note.kind == kind, let text = found[note.id], !text.isEmpty else { return nil }
      return DocumentElement(.footnote, "[\(index + 1)] \(text)")
    }
  }
}
