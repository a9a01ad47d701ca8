import Foundations

/// How PDFs are to be read.
package struct PDFOptions: Sendable, Hashable {
  /// When pages are read from their picture by Tesseract.
  package enum OCR: String, Sendable, CaseIterable {
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

  /// For the way to a parser process.
  var order: JSONObject {
    var object: JSONObject = [
      "ocr": .string(ocr.rawValue), "ocr_languages": .string(ocrLanguages), "outline": .bool(usesOutline),
    ]
    object["password"] = password.map { .string($0) }
    object["pages"] = pages.map { .string($0.description) }
    return object
  }

  init(order: JSONValue?) {
    password = order?["password"]?.string
    pages = (order?["pages"]?.string).flatMap { try? PageRanges($0) }
    ocr = (order?["ocr"]?.string).flatMap { OCR(rawValue: $0) } ?? .auto
    ocrLanguages = order?["ocr_languages"]?.string ?? "eng"
    usesOutline = order?["outline"]?.bool ?? true
  }
}
