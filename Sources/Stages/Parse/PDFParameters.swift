import Documents
import Foundations
import StageKit

/// What a pipeline says of how PDFs are read.
enum PDFParameters {
  /// Fills `options`.
  /// - Returns: what belongs in the key, because it changes the result beside the parameters themselves: the installed
  ///   Tesseract with its languages. Not the password: it opens a document or does not, and what could not be opened is
  ///   not remembered.
  static func read(_ parameters: Parameters, into options: inout PDFOptions) throws -> JSONObject {
    if let name = parameters.optionalString("password") {
      guard let password = Environment[name], !password.isEmpty else {
        throw SluiceError(
          .badInput, "the environment variable \(name) is not set", advice: "It is the password for encrypted PDFs.")
      }
      Secrets.register(password)
      options.password = password
    }
    options.pages = try parameters.optionalString("pages").map { text throws(SluiceError) in try PageRanges(text) }
    options.ocr = try parameters.choice("ocr")
    options.ocrLanguages = try parameters.string("ocr_languages")
    return options.ocr == .never ? [:] : ["tesseract": .string(PDFReader.installedTesseract(options.ocrLanguages))]
  }
}
