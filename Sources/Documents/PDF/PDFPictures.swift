import Foundations

/// The pictures of a PDF's pages.
package enum PDFPictures {
  /// Draws the pages that `options` choose; none for what is no PDF. Pages that cannot be drawn are left out.
  /// - Throws: as `PDFReader.read` does.
  package static func draw(_ bytes: [UInt8], _ options: PDFOptions, scale: Double = 1.4) throws -> [PagePicture] {
    guard (try? DocumentKind.of(bytes, DocumentSource())) == .pdf else { return [] }
    let file = try PDFFile(bytes, password: options.password)
    let numbers = options.pages?.pages(of: file.pageCount) ?? Array(1...max(1, file.pageCount))
    return numbers.compactMap { number in
      guard let png = file.picture(number, scale: scale), let size = file.size(of: number) else { return nil }
      return PagePicture(number: number, width: size.width, height: size.height, png: png)
    }
  }
}
