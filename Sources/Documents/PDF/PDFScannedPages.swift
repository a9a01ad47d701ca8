import Foundations

/// Pages without text, and what is done about them.
enum PDFScannedPages {
  /// Reads pages from their pictures where that is wanted, and flags those that stay without text:
  /// `ocr` (text was read from pictures), `scanned_pages` (pictures without text were left).
  /// - Throws: `ItemProblem` `no_text` when no page has any; `SluiceError` when OCR must be and cannot.
  static func read(_ pages: inout [PDFPage], _ file: PDFFile, _ options: PDFOptions) throws -> [String] {
    var (isRead, isUncertain) = (false, false)
    let wanted = pages.indices.filter { options.ocr == .always || pages[$0].lines.isEmpty && pages[$0].hasPicture }
    if options.ocr != .never, !wanted.isEmpty {
      if let tesseract = try Tesseract.installed(languages: options.ocrLanguages, isRequired: options.ocr == .always) {
        for index in wanted {
          let number = pages[index].number
          // In the resolution in which it was scanned nothing is lost, and nothing is made up.
          let scale = max(150.0 / 72, min(600.0 / 72, file.pictureScale(number) ?? Tesseract.scale))
          guard let picture = file.picture(number, scale: scale) else { continue }
          let found = try tesseract.read(picture, scale: scale, page: number)
          guard !found.blocks.isEmpty || options.ocr == .always else { continue }
          pages[index].turned = []
          pages[index].lines = found.blocks.flatMap(\.self)
          pages[index].recognized = found.blocks
          if !found.blocks.isEmpty { isRead = true }
          if found.isUncertain { isUncertain = true }
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
    if isUncertain { flags.append("ocr_uncertain") }
    if pages.contains(where: { $0.lines.isEmpty && $0.hasPicture }) { flags.append("scanned_pages") }
    return flags
  }
}
