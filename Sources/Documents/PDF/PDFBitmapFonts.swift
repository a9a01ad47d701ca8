import Foundations

/// TeX's bitmap fonts: their characters are named by their numbers alone, and nothing says how large a letter is, so poppler
/// loses ligatures and letters with accents, and guesses sizes by the width of any character. The numbers are those of TeX's
/// encodings, and the heights of letters are in the font.
enum PDFBitmapFonts {
  private static let mostFonts = 200

  /// Says in the fonts of a document what their characters mean, and how large they are.
  /// - Returns: how many fonts were mended.
  static func mend(_ objects: PDFObjects) -> Int {
    var fonts: [Set<Int>] = []
    forEach(objects) { font, codes in
      fonts.append(codes)
      return fonts.count < mostFonts
    }
    guard !fonts.isEmpty else { return 0 }
    let isOld = TeXEncoding.isOld(fonts)
    var mended = 0
    forEach(objects) { font, codes in
      if mend(font, codes, isOld) { mended += 1 }
      return mended < mostFonts
    }
    return mended
  }

  /// Goes through the bitmap fonts of the pages, as long as `body` wants more: one on several pages comes several times.
  private static func forEach(_ objects: PDFObjects, _ body: (PDFObjects.Object, Set<Int>) -> Bool) {
    for index in 0..<min(objects.pageCount, 2000) {
      let fonts = objects.page(index).inherited("/Resources")["/Font"]
      for name in fonts.keys where fonts[name]["/Subtype"].isName("/Type3") {
        guard let codes = codes(fonts[name]) else { continue }
        if !body(fonts[name], codes) { return objects.release() }
      }
      objects.release()
    }
  }

  /// The characters of a font that has no other names for them; `nil` for other fonts, and for those that say what they mean.
  private static func codes(_ font: PDFObjects.Object) -> Set<Int>? {
    guard font["/ToUnicode"].isNull, font["/BaseFont"].isNull, case let keys = font["/CharProcs"].keys,
      (1...256).contains(keys.count)
    else { return nil }
    let codes = Set(keys.compactMap { code($0) })
    return codes.count == keys.count ? codes : nil
  }

  private static func mend(_ font: PDFObjects.Object, _ codes: Set<Int>, _ isOld: Bool) -> Bool {
    guard let first = font["/FirstChar"].number, let matrix = matrix(font) else { return false }
    var widths = Array(repeating: 0.0, count: 256)
    let known = font["/Widths"]
    for place in 0..<min(256, known.count) {
      let code = Int(clamping: first) + place
      if widths.indices.contains(code), let width = known[place].number { widths[code] = width }
    }
    let shapes = font["/CharProcs"]
    let scale = TeXEncoding.isOfSymbols(codes) ? nil : scale(shapes, codes, matrix.height)
    let encoding = TeXEncoding(
      codes, isOld: isOld, isMonospaced: isMonospaced(codes, widths),
      hasGreek: scale.map { hasGreek(shapes, codes, isOld, $0 / matrix.height) } ?? false)
    // Whoever reads it again finds it as it should be.
    font.setStream("/ToUnicode", encoding.map(codes))
    font.set("/BaseFont", "/\(name(codes, widths, matrix, scale ?? 1))")
    guard let scale, let free = (0...255).first(where: { !codes.contains($0) }) else { return true }
    // poppler takes the first letter that has a name for half as wide as the font is large.
    widths[free] = 0.5 * scale / matrix.width
    let names = codes.union([free]).sorted().map { "\($0) /\($0 == free ? "A" : "a\($0)")" }
    font.set("/Encoding", "<< /Type /Encoding /Differences [\(names.joined(separator: " "))] >>")
    font.set("/Widths", "[\(widths.map { "\($0)" }.joined(separator: " "))]")
    font.set("/FirstChar", "0")
    font.set("/LastChar", "255")
    return true
  }

  /// The code that TeX names a character by: `a28`.
  private static func code(_ key: String) -> Int? {
    guard key.hasPrefix("/a"), let code = Int(key.dropFirst(2)), (0...255).contains(code) else { return nil }
    return code
  }

  private static func matrix(_ font: PDFObjects.Object) -> (width: Double, height: Double)? {
    let numbers = font["/FontMatrix"].numbers
    guard numbers.count == 6, abs(numbers[0]) > 1e-9, abs(numbers[3]) > 1e-9 else { return nil }
    return (numbers[0], abs(numbers[3]))
  }

  private static func isMonospaced(_ codes: Set<Int>, _ widths: [Double]) -> Bool {
    let all = codes.map { widths[$0] }
    guard let least = all.min(), let most = all.max() else { return false }
    return codes.count >= 4 && most - least < 0.02 * most
  }

  /// How large the font is when it is set in the size 1, from the heights of its letters as they are in Computer Modern and
  /// its kin (Knuth, Computers & Typesetting E).
  private static func scale(_ shapes: PDFObjects.Object, _ codes: Set<Int>, _ unit: Double) -> Double? {
    for (letters, height) in [("xzuvwnmr", 0.437), ("HEITLXZKN", 0.686), ("0123456789", 0.655), ("acegopqsy", 0.448)] {
      let heights = letters.utf8.map(Int.init).filter(codes.contains).compactMap { top(shapes["/a\($0)"]) }.sorted()
      guard !heights.isEmpty else { continue }
      let scale = heights[heights.count / 2] * unit / height
      guard scale > 1e-6, scale < 1e6 else { return nil }
      // pdfTeX sets them in their size; small ones have taller letters.
      return abs(scale - 1) < 0.25 ? 1 : scale
    }
    return nil
  }

  /// Whether what stands at the ligatures of texts is lower than those are, or narrower: in fonts of formulas Greek letters
  /// do, and points stand at colons.
  private static func hasGreek(_ shapes: PDFObjects.Object, _ codes: Set<Int>, _ isOld: Bool, _ em: Double) -> Bool {
    if [58, 59].contains(where: { codes.contains($0) && box(shapes["/a\($0)"]).map { $0.top < 0.25 * em } ?? false }) {
      return true
    }
    return codes.contains { code in
      guard (11...15).contains(code) || !isOld && (27...31).contains(code), let box = box(shapes["/a\(code)"]) else {
        return false
      }
      let isOfThree = [14, 15, 30, 31].contains(code)
      // An italic fi goes below the line, like a beta; that has others of its kind beside it.
      return box.top < 0.55 * em || isOfThree && box.right - box.left < 0.55 * em
        || box.bottom < -0.1 * em && !codes.isDisjoint(with: 16...26)
    }
  }

  private static func top(_ shape: PDFObjects.Object) -> Double? { box(shape).map(\.top).flatMap { $0 > 0 ? $0 : nil } }

  /// The edges of a character, upwards: `46.13 0 3 -1 44 58 d1` begins what draws it.
  private static func box(_ shape: PDFObjects.Object) -> (left: Double, bottom: Double, right: Double, top: Double)? {
    var box: (left: Double, bottom: Double, right: Double, top: Double)?
    shape.withData(most: 100_000) { bytes in
      let words = bytes.prefix(200).split(whereSeparator: { $0 <= 0x20 }).prefix(7)
      guard words.count == 7, words[6].elementsEqual("d1".utf8) else { return }
      let numbers = words[2...5].compactMap { Double(String(decoding: $0, as: UTF8.self)) }
      guard numbers.count == 4, numbers.allSatisfy(\.isFinite) else { return }
      box = (numbers[0], numbers[1], numbers[2], numbers[3])
    }
    return box
  }

  /// Fonts without names would be taken for one. The letter n of bold ones is wide for its height.
  private static func name(
    _ codes: Set<Int>, _ widths: [Double], _ matrix: (width: Double, height: Double), _ scale: Double
  ) -> String {
    let letter = widths[Int(UInt8(ascii: "n"))] * abs(matrix.width) / scale
    let weight = codes.contains(Int(UInt8(ascii: "n"))) && letter > 0.6 && letter < 0.75 ? "-Bold" : ""
    return "TeX\(Int(clamping: (letter * 1000).rounded()))\(weight)"
  }
}
