import Foundations

/// The installed Tesseract, which reads scanned pages.
package enum OCRProgram {
  /// What is installed of it.
  /// - Throws: `SluiceError.missing` when it is not.
  package static func version() throws(SluiceError) -> String {
    guard Tesseract.isInstalled else {
      throw SluiceError(
        .missing, "there is no tesseract: scanned pages are not read",
        advice: "Install it: apt-get install tesseract-ocr")
    }
    return Tesseract.version(languages: "eng")
  }
}
