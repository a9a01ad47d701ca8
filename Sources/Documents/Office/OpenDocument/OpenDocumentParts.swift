import Formats
import Foundations

/// The parts of an OpenDocument file that its readers need, from an archive or from one XML file.
struct OpenDocumentParts {
  let body: XMLNode
  let styles: OpenStyles
  let metadata: OfficeMetadata

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

  /// - Parameter what: what the file is, for messages.
  init(_ bytes: [UInt8], _ what: String) throws {
    if bytes.starts(with: Array("PK".utf8)) {
      self = try Self.packed(bytes, what)
    } else {
      self = try Self.flat(FlatOpenDocument.withoutPictures(bytes), what)
    }
  }

  private init(_ content: XMLNode?, _ shared: XMLNode?, _ metadata: OfficeMetadata, _ what: String) throws {
    guard let content, let body = content.child("office:body") else {
      throw ItemProblem("corrupt_archive", "\(what) has no content")
    }
    var styles = OpenStyles()
    if let shared { styles.read(shared) }
    styles.read(content)
    (self.body, self.styles, self.metadata) = (body, styles, metadata)
  }

  private static func packed(_ bytes: [UInt8], _ what: String) throws -> OpenDocumentParts {
    let archive = try ZipArchive(bytes, what)
    if let manifest = try archive.read("META-INF/manifest.xml"),
      ByteSearch.range(of: Array("encryption-data".utf8), in: manifest) != nil
    {
      throw ItemProblem("encrypted", "\(what) is encrypted with a password")
    }
    func part(_ name: String) throws -> XMLNode? {
      try XMLNode.read(archive, name, .openDocument, attributes: attributes)
    }
    return try OpenDocumentParts(
      try part("content.xml"), try part("styles.xml"), try OfficeMetadata(archive, "meta.xml"), what)
  }

  private static func flat(_ bytes: [UInt8], _ what: String) throws -> OpenDocumentParts {
    func events(_ body: (XMLEvents.Event) throws -> Void) throws {
      try ZipArchive.events(bytes, "the file", .openDocument, of: what, body)
    }
    let content = try XMLNode.read("the file", attributes: attributes, events)
    // What the text calls a title is none of the file's.
    var depth = 0
    let metadata = try OfficeMetadata { body in
      try events { event in
        switch event {
        case .opening(let name, let attribute):
          if depth > 0 { try body(.opening(local(name), attribute)) }
          if depth > 0 || name == "office:meta" { depth += 1 }
        case .closing(let name):
          if depth > 0 { depth -= 1 }
          if depth > 0 { try body(.closing(local(name))) }
        case .text: if depth > 0 { try body(event) }
        }
      }
    }
    return try OpenDocumentParts(content, nil, metadata, what)
  }

  private static func local(_ name: String) -> String { String(name.drop { $0 != ":" }.dropFirst()) }
}
