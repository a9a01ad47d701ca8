import Foundations

/// Text whose characters nobody can read: fonts without a table that says what their glyphs mean.
enum PDFGarbledText {
  /// Whether more than a tenth of the characters have no meaning: replacement characters, private ones, control
  /// codes.
  static func isFound(in pages: [PDFPage]) -> Bool {
    var (all, odd) = (0, 0)
    for line in pages.lazy.flatMap(\.lines) {
      var hasOdd = false
      for byte in line.text.utf8 where byte >= 0xEE || byte < 0x20 { hasOdd = true }
      all += line.text.utf8.count
      guard hasOdd else { continue }
      odd +=
        line.text.unicodeScalars.count { scalar in
          switch scalar.value {
          case 0..<0x20, 0xE000...0xF8FF, 0xFFFD, 0xF0000...0x10FFFF: true
          default: false
          }
        } * 3
    }
    return odd * 10 > all && all > 0
  }
}
