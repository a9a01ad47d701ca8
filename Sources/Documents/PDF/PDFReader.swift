import CPoppler
import Foundations
import Glibc

/// Reads PDF through poppler: lines with their fonts, then what they mean.
package enum PDFReader {
  /// What tells this version of poppler from another, without opening it (that takes 10 ms): the
  /// file that `libpoppler-glib.so.8` leads to. `missing` when it is not installed.
  package static let installedVersion: String = {
    let places = [
      "/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/local/lib", "/usr/lib64",
      "/usr/lib",
    ]
    for place in places {
      guard let resolved = realpath(place + "/libpoppler-glib.so.8", nil) else { continue }
      defer { free(resolved) }
      return Path.name(String(cString: resolved))
    }
    return cpoppler_load() == nil ? "poppler \(String(cString: cpoppler_version()))" : "missing"
  }()

  /// More pages are refused.
  private static let mostPages = 20_000

  package static func read(_ bytes: [UInt8], _ options: ParseOptions = ParseOptions()) throws -> ParsedDocument {
    let file = try PDFFile(bytes)
    guard file.pageCount > 0 else {
      throw ItemProblem("corrupt_pdf", "the PDF is damaged: it has no pages")
    }
    guard file.pageCount <= mostPages else {
      throw ItemProblem(
        "too_large",
        "the PDF has \(Units.show(file.pageCount)) pages; at most \(Units.show(mostPages)) are read"
      )
    }
    var pages = (1...file.pageCount).compactMap { file.page($0) }
    guard !pages.isEmpty else {
      throw ItemProblem("corrupt_pdf", "the PDF is damaged: none of its pages can be read")
    }
    guard pages.contains(where: { !$0.lines.isEmpty }) else {
      let number = file.pageCount == 1 ? "one page" : "\(Units.show(file.pageCount)) pages"
      throw ItemProblem(
        "no_text", "the PDF has \(number) but no text: it is probably scanned, and needs OCR first")
    }
    if pages.count > 1 { PDFRunningHeads.remove(from: &pages) }
    let tables = pages.indices.map { PDFTables.take(from: &pages[$0]) }
    let bookmarks = options.pdf.usesOutline ? file.bookmarks : []
    let known = Set(bookmarks.map { PDFLine.plain($0.title) })
    var lines = pages.map { PDFReadingOrder.order($0) }
    let contents = PDFContents(takenFrom: &lines, bookmarks: known)
    let style = PDFStyle(lines)
    let headings = PDFHeadings(lines, bookmarks, contents, style, explain: options.explain)
    var blocks: [PDFBlock] = []
    for index in lines.indices {
      let text = PDFParagraphs.blocks(lines[index], style, headings.marks[index])
      blocks += merge(text, tables[index].map { PDFBlock($0) })
    }
    PDFParagraphs.joinAcrossPages(&blocks, style)
    var document = ParsedDocument(elements: PDFElements.make(blocks, style, PDFWords(lines)))
    document.title =
      title(file.title) ?? largest(lines[0], style)
      ?? document.elements.first { $0.kind == .title }?.text
    document.fillSectionPaths()
    return document
  }

  /// Puts each table before the first block of its page that begins below it.
  private static func merge(_ blocks: [PDFBlock], _ tables: [PDFBlock]) -> [PDFBlock] {
    var result = blocks
    for table in tables {
      let index = result.firstIndex { $0.box.top >= table.box.top } ?? result.count
      result.insert(table, at: index)
    }
    return result
  }

  /// The lines of the first page that are far larger than the body.
  private static func largest(_ lines: [PDFLine], _ style: PDFStyle) -> String? {
    let most = lines.map(\.size).max() ?? 0
    guard most > style.bodySize * 1.3 else { return nil }
    let text = lines.filter { $0.size > most * 0.95 }.prefix(4).map(\.text).joined(separator: " ")
    return text.utf8.count <= 300 ? text : nil
  }

  /// The title of the document's information, unless it is a program's file name.
  private static func title(_ text: String?) -> String? {
    guard let text else { return nil }
    let bare = String(text.unicodeScalars.filter { $0.value >= 0x20 }).drop { $0 == " " }
    let lower = bare.lowercased()
    if bare.isEmpty || lower.hasPrefix("untitled") || lower.hasPrefix("microsoft word") {
      return nil
    }
    if ["doc", "docx", "dvi", "tex", "indd", "qxd", "ps", "pdf"].contains(Path.fileExtension(lower)) {
      return nil
    }
    return String(bare)
  }
}
