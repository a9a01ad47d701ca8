import CPoppler
import Foundations
import Glibc

/// Reads PDF through poppler: lines with their fonts, then what they mean.
package enum PDFReader {
  /// What tells these versions of poppler and qpdf from others, without opening them (that takes 10 ms): the
  /// files that their names lead to. `missing` for what is not installed. With its data poppler reads Chinese, Japanese and
  /// Korean fonts that are not in the file.
  package static let installedVersion: String =
    ["libpoppler-glib.so.8", "libqpdf.so.29"].map { PopplerLibrary.resolvedName($0) ?? "missing" }
    .joined(separator: " ") + (access("/usr/share/poppler/cMap", F_OK) == 0 ? " poppler-data" : "")

  /// The same for Tesseract and its data of these languages.
  package static func installedTesseract(_ languages: String) -> String { Tesseract.version(languages: languages) }

  /// More pages are refused.
  private static let mostPages = 20_000

  package static func read(_ bytes: [UInt8], _ options: ParseOptions = ParseOptions()) throws -> ParsedDocument {
    let file = try PDFFile(bytes, password: options.pdf.password)
    let numbers = try pageNumbers(file, options.pdf)
    var pages = numbers.compactMap { file.page($0) }
    guard !pages.isEmpty else {
      throw ItemProblem("corrupt_pdf", "the PDF is damaged: none of its pages can be read")
    }
    var flags = try PDFScannedPages.read(&pages, file, options.pdf)
    if PDFGarbledText.isFound(in: pages) { flags.append("garbled_text") }
    var document = layOut(pages, file, options)
    document.flags = flags
    return document
  }

  private static func pageNumbers(_ file: PDFFile, _ options: PDFOptions) throws -> [Int] {
    guard file.pageCount > 0 else {
      throw ItemProblem("corrupt_pdf", "the PDF is damaged: it has no pages")
    }
    let numbers = try chosen(options, file)
    guard numbers.count <= mostPages else {
      throw ItemProblem(
        "too_large",
        "the PDF has \(Units.show(numbers.count)) pages; at most \(Units.show(mostPages)) are read: choose some with `pages`"
      )
    }
    return numbers
  }

  private static func chosen(_ options: PDFOptions, _ file: PDFFile) throws -> [Int] {
    guard let pages = options.pages else { return Array(1...file.pageCount) }
    let numbers = pages.pages(of: file.pageCount)
    guard !numbers.isEmpty else {
      throw ItemProblem(
        "no_pages",
        "the PDF has \(Units.counted(file.pageCount, "page")), \(file.pageCount == 1 ? "which is not" : "none of them") among \(pages)"
      )
    }
    return numbers
  }

  /// The document that lines on pages are; what a file says of it beside them, where there is one.
  static func layOut(_ read: [PDFPage], _ file: PDFFile?, _ options: ParseOptions) -> ParsedDocument {
    let places = Dictionary(uniqueKeysWithValues: read.enumerated().map { ($1.number, $0) })
    let outline = (file?.bookmarks ?? []).map { bookmark in
      var bookmark = bookmark
      bookmark.index = places[bookmark.page] ?? -1
      return bookmark
    }
    let bookmarks = options.pdf.usesOutline ? outline : []
    let arranged = PDFArranged(read, bookmarks)
    let (pages, tables, lines, style) = (arranged.pages, arranged.tables, arranged.lines, arranged.style)
    let headings = PDFHeadings(
      lines, bookmarks, tagged: { options.pdf.usesOutline ? file?.taggedHeadings ?? [] : [] }, arranged.contents, style,
      { PDFLayout(arranged) }, explain: options.explain)
    var blocks: [PDFBlock] = []
    for index in lines.indices {
      let text = PDFParagraphs.blocks(lines[index], style, headings.marks[index])
      blocks += merge(text, tables[index].map { PDFBlock($0) })
    }
    PDFParagraphs.joinAcrossPages(&blocks, style)
    PDFTables.joinAcrossPages(&blocks, pages)
    PDFAsides.insert(pages, into: &blocks)
    var elements = PDFElements.make(
      blocks, style, PDFWords(lines), heights: places.mapValues { pages[$0].height }, explain: options.explain)
    PDFLinks.attach(pages, to: &elements)
    for index in elements.indices {
      guard let number = elements[index].page, let place = places[number], let box = elements[index].box else {
        continue
      }
      elements[index].box = pages[place].shown(box)
    }
    var document = ParsedDocument(elements: elements)
    document.title =
      title(file?.title) ?? largest(lines[0], style)
      ?? document.elements.first { $0.kind == .title }?.text
    document.language = file?.language
    document.metadata = file?.metadata ?? [:]
    document.outline = outline.map {
      DocumentOutlineEntry(title: $0.title, level: $0.level, page: $0.page > 0 ? $0.page : nil)
    }
    document.fillSectionPaths()
    return document
  }

  /// Puts each table before the first block of its page that begins below it.
  private static func merge(_ blocks: [PDFBlock], _ tables: [PDFBlock]) -> [PDFBlock] {
    var result = blocks
    for table in tables {
      let index =
        result.firstIndex { $0.box.top >= table.box.top && overlaps($0.box, table.box) }
        ?? result.lastIndex { overlaps($0.box, table.box) }.map { $0 + 1 } ?? result.firstIndex {
          // What stands to the left of it is read before.
          $0.box.top >= table.box.top && !($0.box.right <= table.box.left && $0.box.top < table.box.bottom)
        }
        ?? result.count
      result.insert(table, at: index)
    }
    return result
  }

  /// Whether both stand above one another, in one column.
  private static func overlaps(_ one: PageBox, _ other: PageBox) -> Bool {
    min(one.right, other.right) > max(one.left, other.left)
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
    let lower = text.lowercased()
    if lower.hasPrefix("untitled") || lower.hasPrefix("microsoft word") || lower.hasPrefix("microsoft powerpoint") {
      return nil
    }
    if ["doc", "docx", "dvi", "tex", "indd", "qxd", "ps", "pdf", "ppt", "pptx"].contains(Path.fileExtension(lower)) {
      return nil
    }
    return text
  }
}
