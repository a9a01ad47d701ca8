import Foundations

extension PDFReader {
  package static var featureNames: [String] { PDFLayoutFeatures.names }

  package static func isPDF(_ bytes: [UInt8]) -> Bool { bytes.starts(with: "%PDF-".utf8) }

  /// What the layout model sees of a document without its outline, for its training: a JSON line for each line, with no
  /// values where the model is not asked.
  package static func features(_ bytes: [UInt8]) throws -> [JSONObject] {
    let file = try PDFFile(bytes, password: nil)
    var pages = (1...max(1, file.pageCount)).compactMap { file.page($0) }
    _ = try PDFScannedPages.read(&pages, file, PDFOptions())
    let arranged = PDFArranged(pages, [])
    let features = PDFLayoutFeatures(arranged)
    return arranged.lines.enumerated().flatMap { page, lines in
      lines.enumerated().map { index, line in
        let values = features.isPlain(page, index) ? [] : features.values(page, index)
        return [
          "page": JSONValue(page), "text": .string(line.text), "size": .double(line.size),
          "values": .array(values.map { .double(Double($0)) }),
        ]
      }
    }
  }
}
