import Foundations

/// How PDFs are to be read.
package struct PDFOptions: Sendable, Hashable, Codable {
  /// When pages are read from their picture by Tesseract.
  package enum OCR: String, Sendable, CaseIterable, Codable {
    /// Pages without text, where Tesseract is installed.
    case auto
    case never
    /// Every page, whatever text it has.
    case always
  }

  /// Opens encrypted files; a secret.
  package var password: String?
  /// All pages when absent.
  package var pages: PageRanges?
  package var ocr = OCR.auto
  /// Tesseract's names of languages, as `eng` or `deu+eng`.
  package var ocrLanguages = "eng"
  /// Whether bookmarks may say what is a heading.
  package var usesOutline = true

  package init() {}
}
