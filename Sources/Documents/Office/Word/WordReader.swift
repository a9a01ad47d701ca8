import Formats
import Foundations

/// Reads Word documents (OOXML, ECMA-376): paragraphs by their styles, lists and headings with the numbers that Word
/// shows, tables with spans, footnotes; text that was deleted, hidden, or belongs to headers and fields stays out.
package enum WordReader {
  package static func read(_ bytes: [UInt8]) throws -> ParsedDocument { try read(bytes, depth: 0) }

  private static func read(_ bytes: [UInt8], depth: Int) throws -> ParsedDocument {
    let archive = try ZipArchive(bytes, "the Word document")
    let part = try mainPart(archive)
    let folder = Path.parent(part)
    let targets = try archive.relations(of: part)
    let styles = try WordStyles(archive, Path.join(folder, "styles.xml"))
    var body = WordBody(
      styles: styles, numbering: try WordNumbering(archive, Path.join(folder, "numbering.xml"), styles),
      targets: targets)
    guard try archive.read(part) != nil else {
      throw ItemProblem("corrupt_archive", "the Word document has no \(part)")
    }
    try archive.events(part, .wordDocument) { body.take($0) }
    body.finish()
    var elements = body.elements
    for (place, chunk) in body.inserted.reversed() where depth < 4 {
      elements.insert(contentsOf: try inserted(archive, chunk, depth), at: place)
    }
    if !body.notes.isEmpty {
      elements += try notes(archive, Path.join(folder, "footnotes.xml"), body)
      elements += try notes(archive, Path.join(folder, "endnotes.xml"), body)
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

  /// A part of another format that Word shows in its place.
  private static func inserted(_ archive: ZipArchive, _ part: String, _ depth: Int) throws -> [DocumentElement] {
    guard let bytes = try archive.read(part) else { return [] }
    let source = DocumentSource(name: part)
    guard let opened = try? OpenedDocument(bytes, source) else { return [] }
    switch opened.kind {
    case .word: return try read(opened.bytes, depth: depth + 1).elements
    case .html:
      let text = TextDecoding.decode(opened.bytes, declared: [HTMLCharset.declared(in: opened.bytes)]).text
      return try HTMLReader.elements(utf8: text)
    default: return try DocumentReader.read(opened, ParseOptions(), depth: depth + 1).elements
    }
  }

  private static func notes(_ archive: ZipArchive, _ part: String, _ body: WordBody) throws -> [DocumentElement] {
    var reader = WordBody(
      styles: body.styles, numbering: body.numbering, targets: try archive.relations(of: part))
    var id = ""
    var found: [String: String] = [:]
    try archive.events(part, .wordDocument) { event in
      switch event {
      case .opening("footnote", let attribute), .opening("endnote", let attribute):
        id = attribute("w:type") == nil ? attribute("w:id") ?? "" : ""
        reader.elements = []
      case .closing("footnote"), .closing("endnote"):
        reader.finish()
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
