import Foundations

/// The kinds of documents that can be read.
package enum DocumentKind: String, Sendable, Codable, CaseIterable {
  case html, pdf, markdown, text, csv
  case jsonLines = "json_lines"
  case word, workbook, book, mail
  case webArchive = "web_archive"
  case slides, picture
  case openText = "open_text"
  case openSheets = "open_sheets"
  case openSlides = "open_slides"

  /// What people call one.
  package var name: String {
    switch self {
    case .html: "a web page"
    case .pdf: "a PDF"
    case .markdown: "Markdown"
    case .text: "plain text"
    case .csv: "a table (CSV)"
    case .jsonLines: "JSON Lines"
    case .word: "a Word document"
    case .workbook: "an Excel workbook"
    case .book: "an e-book"
    case .mail: "a mail"
    case .webArchive: "a web archive"
    case .slides: "a PowerPoint presentation"
    case .picture: "a picture"
    case .openText: "an OpenDocument text"
    case .openSheets: "an OpenDocument spreadsheet"
    case .openSlides: "an OpenDocument presentation"
    }
  }

  /// What the bytes are: by themselves first, then by the declared type, then by the name.
  /// - Throws: `ItemProblem` `empty` or `unsupported_type`, which says what it is where that can be told.
  package static func of(_ bytes: [UInt8], _ source: DocumentSource) throws -> DocumentKind {
    let start = Array(bytes.prefix(2048))
    guard !bytes.isEmpty else { throw ItemProblem("empty", "the document is empty (0 bytes)") }
    guard bytes.contains(where: { $0 != 0x20 && !(0x09...0x0D).contains($0) }) else {
      throw ItemProblem("empty", "the document is empty: nothing but white space")
    }
    if ByteSearch.range(of: Array("%PDF-".utf8), in: Array(start.prefix(1024))) != nil {
      return .pdf
    }
    if start.starts(with: Array("PK\u{3}\u{4}".utf8)) {
      return try known(ArchiveKind.of(bytes), source)
    }
    if PictureReader.isPicture(bytes) { return .picture }
    if let name = ForeignKind.name(bytes) { throw unsupported(name, source) }
    if let flat = FlatOpenDocument.kind(bytes) { return try known(flat, source) }
    let declared = declaredKind(source)
    guard isText(start, source) else { throw unsupported("no text, and no kind of file that is known", source) }
    if beginsLikePage(start, certain: true) { return .html }
    if declared == .pdf { throw unsupported("plain text and no PDF", source) }
    if declared == nil || declared == .text || declared == .mail || declared == .html
      || declared == .webArchive, MailHeaders.begins(bytes)
    {
      return isWebArchive(bytes) ? .webArchive : .mail
    }
    // A mail without a header is a text.
    if let declared, declared != .mail, declared != .webArchive { return declared }
    return beginsLikePage(start, certain: false) ? .html : .text
  }

  private static func known(_ kind: ArchiveKind, _ source: DocumentSource) throws -> DocumentKind {
    switch kind {
    case .document(let kind): return kind
    case .foreign(let name): throw unsupported(name, source)
    }
  }

  private static func isWebArchive(_ bytes: [UInt8]) -> Bool {
    let headers = MailHeaders(bytes.prefix(65_536))
    return headers.mediaType == "multipart/related" && headers.raw("received") == nil
      && (headers.raw("snapshot-content-location") != nil
        || headers.parameter("type", of: "content-type")?.lowercased() == "text/html" && headers.raw("to") == nil)
  }

  private static func unsupported(_ what: String, _ source: DocumentSource) -> ItemProblem {
    let kind = source.contentType ?? (declaredKind(source) == .pdf ? "PDF by its name" : nil)
    let declared = kind.map { " (declared as \($0))" } ?? ""
    return ItemProblem(
      "unsupported_type",
      "the document is \(what)\(declared): HTML, PDF, Markdown, Word, Excel, PowerPoint, OpenDocument, EPUB, CSV, JSON Lines, mail, pictures of pages (PNG, JPEG, TIFF) and plain text can be read"
    )
  }

  private static func declaredKind(_ source: DocumentSource) -> DocumentKind? {
    let byName = source.name.flatMap { kind(ofName: $0) }
    switch source.contentType ?? "" {
    case "text/html", "application/xhtml+xml": return .html
    case "application/pdf", "application/x-pdf": return .pdf
    case "text/markdown", "text/x-markdown": return .markdown
    case "message/rfc822": return .mail
    case "multipart/related", "application/x-mimearchive": return .webArchive
    case "text/csv", "text/tab-separated-values": return .csv
    case "application/jsonl", "application/x-ndjson", "application/x-jsonlines": return .jsonLines
    // Servers send what they do not know as plain text.
    case "text/plain": return byName == .html || byName == .pdf ? .text : byName ?? .text
    case let type where type.hasPrefix("text/") || type.hasSuffix("json") || type.hasSuffix("xml"):
      return byName ?? .text
    default: return byName
    }
  }

  private static func kind(ofName name: String) -> DocumentKind? {
    let path = name.prefix { $0 != "?" && $0 != "#" }
    switch Path.fileExtension(String(path)) {
    case "html", "htm", "xhtml": return .html
    case "pdf": return .pdf
    case "md", "markdown", "mdown", "mkd": return .markdown
    case "txt", "text", "rst", "log", "json", "xml", "yaml", "yml": return .text
    case "eml": return .mail
    case "mht", "mhtml": return .webArchive
    case "csv", "tsv", "tab": return .csv
    case "jsonl", "ndjson": return .jsonLines
    default: return nil
    }
  }

  private static func beginsLikePage(_ start: [UInt8], certain: Bool) -> Bool {
    var text = start.map { $0 >= 65 && $0 <= 90 ? $0 + 32 : $0 }[...]
    if text.starts(with: [0xEF, 0xBB, 0xBF]) { text = text.dropFirst(3) }
    text = text.drop { $0 <= 0x20 }
    // XHTML has an XML declaration, pages have comments in front.
    var rounds = 0
    while rounds < 8,
      text.starts(with: Array("<!--".utf8)) || text.starts(with: Array("<?xml".utf8))
    {
      let all = Array(text)
      let close = text.starts(with: Array("<?".utf8)) ? "?>" : "-->"
      guard let end = ByteSearch.range(of: Array(close.utf8), in: all) else { return !certain }
      text = all[end.upperBound...].drop { $0 <= 0x20 }
      rounds += 1
    }
    let certainly = ["<!doctype html", "<html", "<head", "<body"]
    let perhaps = [
      "<script", "<iframe", "<h1", "<div", "<font", "<table", "<a ", "<style", "<title", "<b>",
      "<br", "<p", "<meta", "<ul", "<ol",
    ]
    return (certain ? certainly : certainly + perhaps).contains { text.starts(with: $0.utf8) }
  }

  /// Whether these bytes can be a text: in UTF-16 by its mark or declaration, otherwise without NUL
  /// and with next to no control characters.
  private static func isText(_ start: [UInt8], _ source: DocumentSource) -> Bool {
    if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) { return true }
    if source.charset?.hasPrefix("utf-16") == true || source.charset?.hasPrefix("utf-32") == true {
      return true
    }
    let allowed: Set<UInt8> = [0x08, 0x09, 0x0A, 0x0C, 0x0D, 0x1B]
    let odd = start.reduce(0) { $0 + ($1 < 0x20 && !allowed.contains($1) || $1 == 0x7F ? 1 : 0) }
    return odd * 100 <= start.count && !(start.contains(0) && odd > 4)
  }
}
