import Foundations

/// A piece of a line of text on a page.
struct PDFLine {
  var text: String
  var box: PageBox
  let page: Int
  /// The size of most of its characters, in points.
  var size: Double
  var isBold: Bool
  var isMono: Bool
  /// The average width of a character, in points.
  var characterWidth: Double

  /// Whether both stand on one line of the page.
  func sharesRow(with other: PDFLine) -> Bool {
    let overlap = min(box.bottom, other.box.bottom) - max(box.top, other.box.top)
    return overlap > 0.5 * min(box.height, other.box.height)
  }

  /// Letters and digits in lower case: what stays of a heading wherever it is printed.
  var plain: String { PDFLine.plain(text) }

  static func plain(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.lowercased().unicodeScalars
    where scalar.properties.isAlphabetic || scalar.properties.numericType != nil {
      result.append(scalar)
    }
    return String(result)
  }
}

/// A page as segments of lines: what stands together without a wide gap.
struct PDFPage {
  let number: Int
  let width: Double
  let height: Double
  var lines: [PDFLine]
}
