import Formats
import Foundations

/// What is to be read, and what was declared of it.
package struct DocumentSource: Sendable, Hashable, Codable {
  /// A media type such as `text/html`, in lower case.
  package var contentType: String?
  package var charset: String?
  /// A URL or path: its extension counts where bytes and content type say nothing.
  package var name: String?
  /// The language to assume where the document does not say.
  package var language: String?

  package init(
    contentType: String? = nil, charset: String? = nil, name: String? = nil, language: String? = nil
  ) {
    self.contentType = contentType
    self.charset = charset
    self.name = name
    self.language = language
  }
}

/// Reads a document of any kind that Sluice knows.
package enum DocumentReader {
  /// Raised when the same bytes may now give another result, whatever they are; part of the key of the parse stage. A
  /// change that concerns only some formats raises theirs: `DocumentKind.version`.
  package static let version = 5

  /// Reads a document in this process: for untrusted bytes use `ParserPool`.
  /// - Throws: `ItemProblem` when this document cannot be read, `SluiceError.missing` when a library is not
  ///   installed.
  package static func read(_ bytes: [UInt8], _ source: DocumentSource, _ options: ParseOptions = ParseOptions())
    throws -> ParsedDocument
  {
    try read(bytes, source, options, depth: 0)
  }

  /// - Parameter depth: how many documents are around this one: a file that came with a message.
  static func read(_ bytes: [UInt8], _ source: DocumentSource, _ options: ParseOptions, depth: Int) throws
    -> ParsedDocument
  {
    let opened = try OpenedDocument(bytes, source)
    return try read(opened, options, depth: depth)
  }

  /// Reads a document of which is known what it is.
  static func read(_ opened: OpenedDocument, _ options: ParseOptions, depth: Int = 0) throws -> ParsedDocument {
    let (bytes, source) = (opened.bytes, opened.source)
    var document: ParsedDocument
    switch opened.kind {
    case .html: document = try HTMLReader.read(bytes, charset: source.charset, options)
    case .pdf: document = try PDFReader.read(bytes, options)
    case .markdown: document = try MarkdownReader.read(bytes, charset: source.charset)
    case .csv: document = try CSVTableReader.read(bytes, source)
    case .jsonLines: document = try JSONLinesReader.read(bytes, charset: source.charset)
    case .word: document = try WordReader.read(bytes)
    case .workbook: document = try WorkbookReader.read(bytes)
    case .book: document = try BookReader.read(bytes)
    case .picture: document = try PictureReader.read(bytes, options)
    case .slides: document = try SlidesReader.read(bytes)
    case .openText: document = try OpenDocumentReader.text(bytes)
    case .openSheets: document = try OpenDocumentReader.sheets(bytes)
    case .openSlides: document = try OpenDocumentReader.slides(bytes)
    case .mail: document = try MailReader.read(bytes, options, depth: depth)
    case .webArchive: document = try MailReader.page(bytes, options)
    case .text: document = PlainTextReader.read(bytes, charset: source.charset)
    }
    document.language = document.language ?? source.language
    guard document.elements.contains(where: { !$0.text.isEmpty || $0.table != nil }) else {
      throw ItemProblem("no_text", "there is no text in this document")
    }
    return document
  }
}
