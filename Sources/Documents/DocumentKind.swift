import Foundations

/// The kinds of documents that can be read.
package enum DocumentKind: String, Sendable, Codable, CaseIterable {
  case html, pdf, markdown, text, csv
  case jsonLines = "json_lines"
  case word, workbook, book

  /// What the bytes are: by themselves first, then by the declared type, then by the name.
  /// - Throws: `ItemProblem` `empty` or `unsupported_type`, which says what it is where that can be told.
  package static func of(_ bytes: [UInt8], _ source: DocumentSource) throws(ItemProblem)
    -> DocumentKind
  {
    let start = Array(bytes.prefix(2048))
    guard bytes.contains(where: { $0 > 0x20 }) else {
      throw ItemProblem(
        "empty",
        bytes.isEmpty
          ? "the document is empty (0 bytes)" : "the document is empty: nothing but white space")
    }
    if ByteSearch.range(of: Array("%PDF-".utf8), in: Array(start.prefix(1024))) != nil {
      return .pdf
    }
    if start.starts(with: Array("PK\u{3}\u{4}".utf8)) { return try archived(bytes, source) }
    if let name = foreign(start) { throw unsupported(name, source) }
    let declared = declaredKind(source)
    if declared == .pdf {
      throw ItemProblem(
        "unsupported_type", "the document is declared as PDF but does not begin like one")
    }
    guard isText(start, source) else { throw unsupported("binary data of an unknown kind", source) }
    if beginsLikePage(start, certain: true) { return .html }
    if let declared { return declared }
    return beginsLikePage(start, certain: false) ? .html : .text
  }

  private static func unsupported(_ what: String, _ source: DocumentSource) -> ItemProblem {
    let declared = source.contentType.map { " (declared as \($0))" } ?? ""
    return ItemProblem(
      "unsupported_type",
      "the document is \(what)\(declared): HTML, PDF, Markdown, Word, Excel, EPUB, CSV, JSON Lines and plain text can be read"
    )
  }

  /// What is in a ZIP archive, by the names that stand in it: they are not compressed.
  private static func archived(_ bytes: [UInt8], _ source: DocumentSource) throws(ItemProblem) -> DocumentKind {
    func has(_ text: String) -> Bool { ByteSearch.range(of: Array(text.utf8), in: bytes) != nil }
    if has("mimetypeapplication/epub+zip") || has("META-INF/container.xml") { return .book }
    if has("word/document.xml") || has("word/styles.xml") { return .word }
    if has("xl/workbook.xml") { return .workbook }
    if has("ppt/presentation.xml") { throw unsupported("a PowerPoint presentation", source) }
    if has("application/vnd.oasis.opendocument") { throw unsupported("an OpenDocument file", source) }
    throw unsupported("a ZIP archive", source)
  }

  private static func declaredKind(_ source: DocumentSource) -> DocumentKind? {
    let byName = source.name.flatMap { kind(ofName: $0) }
    switch source.contentType ?? "" {
    case "text/html", "application/xhtml+xml": return .html
    case "application/pdf", "application/x-pdf": return .pdf
    case "text/markdown", "text/x-markdown": return .markdown
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
    case "txt", "text", "rst", "log", "eml", "json", "xml", "yaml", "yml": return .text
    case "csv", "tsv": return .csv
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

  private static func foreign(_ start: [UInt8]) -> String? {
    let signatures: [([UInt8], String)] = [
      ([0x1F, 0x8B], "a gzip archive"),
      (Array("BZh".utf8), "a bzip2 archive"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00], "an xz archive"),
      ([0x28, 0xB5, 0x2F, 0xFD], "a zstd archive"),
      (Array("7z".utf8) + [0xBC, 0xAF], "a 7z archive"),
      (Array("Rar!".utf8), "a RAR archive"), ([0x89, 0x50, 0x4E, 0x47], "a PNG image"),
      ([0xFF, 0xD8, 0xFF], "a JPEG image"),
      (Array("GIF8".utf8), "a GIF image"), ([0x7F, 0x45, 0x4C, 0x46], "a program (ELF)"),
      ([0xD0, 0xCF, 0x11, 0xE0], "an old office document (OLE)"),
      (Array("SQLite format 3\0".utf8), "an SQLite database"),
      (Array("%!PS".utf8), "a PostScript file"), (Array("OggS".utf8), "an Ogg file"),
      (Array("ID3".utf8), "an MP3 file"),
      (Array("{\\rtf".utf8), "an RTF document"),
    ]
    return signatures.first { start.starts(with: $0.0) }?.1
  }
}
