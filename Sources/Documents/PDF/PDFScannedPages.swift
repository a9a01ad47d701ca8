import Foundations

/// Pages without text, and what is done about them.
enum PDFScannedPages {
  /// Reads pages from their pictures where that is wanted, and flags those that stay without text:
  /// `ocr` (text was read from pictures), `scanned_pages` (pictures without text were left).
  /// - Throws: `ItemProblem` `no_text` when no page has any; `SluiceError` when OCR must be and cannot.
  static func read(_ pages: inout [PDFPage], _ file: PDFFile, _ options: PDFOptions) throws -> [String] {
    var isRead = false
    let wanted = pages.indices.filter { options.ocr == .always || pages[$0].lines.isEmpty && pages[$0].hasPicture }
    if options.ocr != .never, !wanted.isEmpty {
      if let tesseract = try Tesseract.installed(languages: options.ocrLanguages, isRequired: options.ocr == .always) {
        for index in wanted {
          guard let picture = file.picture(pages[index].number, scale: Tesseract.scale) else { continue }
          let lines = try tesseract.read(picture, page: pages[index].number)
          if !lines.isEmpty || options.ocr == .always { pages[index].lines = lines }
          if !lines.isEmpty { isRead = true }
        }
      }
    }
    guard pages.contains(where: { !$0.lines.isEmpty }) else {
      let number = pages.count == 1 ? "one page" : "\(Units.show(pages.count)) pages"
      throw ItemProblem(
        "no_text",
        options.ocr == .never || !Tesseract.isInstalled
          ? "the PDF has \(number) but no text: it is probably scanned; with tesseract-ocr installed and ocr: auto it would be read"
          : "the PDF has \(number) but no text, and none could be read from its pictures")
    }
    var flags: [String] = []
    if isRead { flags.append("ocr") }
    if pages.contains(where: { $0.lines.isEmpty && $0.hasPicture }) { flags.append("scanned_pages") }
    return flags
  }
}
