import Foundations

/// Reads pictures of pages (PNG, JPEG, TIFF with any number of pages) as scanned PDFs are read: by Tesseract.
enum PictureReader {
  /// Whether the bytes begin like a picture that Tesseract opens.
  static func isPicture(_ bytes: [UInt8]) -> Bool {
    [[0x89, 0x50, 0x4E, 0x47], [0xFF, 0xD8, 0xFF], [0x49, 0x49, 0x2A, 0x00], [0x4D, 0x4D, 0x00, 0x2A]].contains {
      bytes.starts(with: $0)
    }
  }

  /// - Throws: `ItemProblem` `no_text` when there is none, or nothing that could read it.
  static func read(_ bytes: [UInt8], _ options: ParseOptions) throws -> ParsedDocument {
    guard options.pdf.ocr != .never else {
      throw ItemProblem("no_text", "the document is a picture; with ocr: auto its text would be read")
    }
    let isRequired = options.pdf.ocr == .always
    guard let tesseract = try Tesseract.installed(languages: options.pdf.ocrLanguages, isRequired: isRequired) else {
      throw ItemProblem("no_text", "the document is a picture; with tesseract-ocr installed its text would be read")
    }
    let pages = pages(try tesseract.table(of: bytes))
    guard pages.contains(where: { !$0.lines.isEmpty }) else {
      throw ItemProblem("no_text", "the document is a picture, and no text could be read from it")
    }
    var document = PDFReader.layOut(pages, nil, options)
    document.flags = ["ocr"]
    return document
  }

  /// The pages of Tesseract's table: it begins each with a row of level 1 that has its size.
  private static func pages(_ table: String) -> [PDFPage] {
    let rows = table.split(separator: "\n")
    guard let head = rows.first else { return [] }
    var pages: [PDFPage] = []
    var page: (width: Double, height: Double, rows: [Substring])?
    func end() {
      guard let done = page else { return }
      let number = pages.count + 1
      let found = PDFRecognized(
        ([head] + done.rows).joined(separator: "\n"), scale: Tesseract.scale, page: number)
      var made = PDFPage(
        number: number, width: done.width, height: done.height, lines: found.blocks.flatMap(\.self), hasPicture: true)
      made.recognized = found.blocks
      pages.append(made)
    }
    for row in rows.dropFirst() {
      let fields = row.split(separator: "\t", maxSplits: 10, omittingEmptySubsequences: false)
      if fields.count > 9, fields[0] == "1", let width = Double(fields[8]), let height = Double(fields[9]) {
        end()
        page = (width / Tesseract.scale, height / Tesseract.scale, [])
      }
      page?.rows.append(row)
    }
    end()
    return pages
  }
}
