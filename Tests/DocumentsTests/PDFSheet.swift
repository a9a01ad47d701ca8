import Foundations
import Glibc

/// Writes small PDFs: pages of A4 on which texts and lines are put, in points from the upper left corner.
struct PDFSheet {
  enum Font: String {
    case plain = "F1"
    case bold = "F2"
    case mono = "F3"
    case italic = "F5"
    /// Of type 3, with the letters from `E` to `N`, which mean Chinese characters as wide as high.
    case drawn = "F6"
    /// Small letters are those of Hebrew, from alef to tav with `{`; `A` is lam with alef as one shape, `B` the same as
    /// two letters, `C` and `D` the shapes of beh and alef.
    case fromRight = "F4"
  }

  private var contents = [""]
  private var links: [(page: Int, box: (Double, Double, Double, Double), url: String)] = []
  /// Annotations as dictionaries without their brackets, by page, and streams that they refer to as `2000 0 R` and so on.
  private var annotations: [(page: Int, body: String)] = []
  private var appearances: [String] = []
  var title: String?
  var author: String?

  mutating func nextPage() { contents.append("") }

  /// Text whose baseline is `y` below the upper edge.
  mutating func text(_ text: String, _ x: Double, _ y: Double, _ font: Font = .plain, size: Double = 11) {
    var escaped = ""
    for character in text {
      if "()\\".contains(character) { escaped += "\\" }
      if let value = character.unicodeScalars.first?.value, (0xA0...0xFF).contains(value) {
        escaped += "\\" + String(value, radix: 8)
      } else {
        escaped.append(character)
      }
    }
    contents[contents.count - 1] += "BT /\(font.rawValue) \(size) Tf \(x) \(842 - y) Td (\(escaped)) Tj ET\n"
  }

  mutating func paragraph(_ lines: [String], _ x: Double, _ y: Double, _ font: Font = .plain, size: Double = 11) {
    for (index, line) in lines.enumerated() { text(line, x, y + Double(index) * size * 1.25, font, size: size) }
  }

  mutating func line(_ x0: Double, _ y0: Double, _ x1: Double, _ y1: Double) {
    contents[contents.count - 1] += "0.5 w \(x0) \(842 - y0) m \(x1) \(842 - y1) l S\n"
  }

  /// Lines round every cell between these columns and rows.
  mutating func grid(columns: [Double], rows: [Double]) {
    for x in columns { line(x, rows[0], x, rows[rows.count - 1]) }
    for y in rows { line(columns[0], y, columns[columns.count - 1], y) }
  }

  mutating func operators(_ text: String) { contents[contents.count - 1] += text + "\n" }

  mutating func link(_ url: String, _ x: Double, _ y: Double, width: Double) {
    links.append((contents.count - 1, (x, 842 - y - 3, x + width, 842 - y + 10), url))
  }

  /// Text that is turned by an angle, counterclockwise.
  mutating func turned(_ text: String, _ x: Double, _ y: Double, degrees: Double, size: Double = 11) {
    let (cosine, sine) = (
      (cos(degrees * .pi / 180) * 1e4).rounded() / 1e4, (sin(degrees * .pi / 180) * 1e4).rounded() / 1e4
    )
    contents[contents.count - 1] +=
      "BT /F1 \(size) Tf \(cosine) \(sine) \(-sine) \(cosine) \(x) \(842 - y) Tm (\(text)) Tj ET\n"
  }

  /// An annotation in a box; `drawn` are the operators of its appearance, with the fonts of the sheet.
  mutating func annotation(
    _ body: String, _ x: Double, _ y: Double, width: Double, height: Double, drawn: String? = nil
  ) {
    var text = "/Type /Annot /F 4 /Rect [\(x) \(842 - y) \(x + width) \(842 - y + height)] \(body)"
    if let drawn {
      text += " /AP << /N \(2000 + appearances.count) 0 R >>"
      appearances.append(
        "<< /BBox [0 0 \(width) \(height)] /Resources << /Font << /F1 3 0 R >> >> /Length \(drawn.utf8.count) >>\nstream\n\(drawn)\nendstream"
      )
    }
    annotations.append((contents.count - 1, text))
  }

  private static func stream(_ content: String) -> String {
    "<< /Length \(content.utf8.count) >>\nstream\n\(content)\nendstream"
  }

  /// What the characters of the font that is written from the right mean.
  private static var meanings: String {
    func hex(_ value: Int) -> String {
      let digits = String(value, radix: 16)
      return String(repeating: "0", count: 4 - digits.count) + digits
    }
    var lines: [String] = []
    for code in 0x20...0x7E {
      let meaning =
        switch code {
        case 0x61...0x7B: hex(0x5D0 + code - 0x61)
        case 0x41: "fefb"
        case 0x42: "06440627"
        case 0x43: "fe91"
        case 0x44: "fe8e"
        case 0x45...0x4E: hex(0x6E2F + code - 0x45)
        default: hex(code)
        }
      lines.append("<\(hex(code).suffix(2))> <\(meaning)>")
    }
    return
      "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /M def /CMapType 2 def 1 begincodespacerange <00> <ff> endcodespacerange \(lines.count) beginbfchar "
      + lines.joined(separator: "\n") + " endbfchar endcmap end end"
  }

  var bytes: [UInt8] {
    let kids = contents.indices.map { "\(10 + 2 * $0) 0 R" }.joined(separator: " ")
    var objects: [Int: String] = [
      1: "<< /Type /Catalog /Pages 2 0 R /Lang (en-GB) >>",
      2: "<< /Type /Pages /Kids [\(kids)] /Count \(contents.count) >>",
      3: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
      4: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >>",
      5: "<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
      7:
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding /ToUnicode 8 0 R >>",
      8: Self.stream(Self.meanings),
      9: "<< /Type /Font /Subtype /Type1 /BaseFont /Times-Italic /Encoding /WinAnsiEncoding >>",
      6:
        "<< \(title.map { "/Title (\($0)) " } ?? "")\(author.map { "/Author (\($0)) " } ?? "")/CreationDate (D:20240229120000Z) >>",
    ]
    for (index, content) in contents.enumerated() {
      let annotations =
        links.enumerated().filter { $0.element.page == index }.map { "\(1000 + $0.offset) 0 R" }.joined(
          separator: " ") + " "
        + self.annotations.enumerated().filter { $0.element.page == index }.map { "\(3000 + $0.offset) 0 R" }.joined(
          separator: " ")
      objects[10 + 2 * index] =
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents \(11 + 2 * index) 0 R /Annots [\(annotations)] /Resources << /Font << /F1 3 0 R /F2 4 0 R /F3 5 0 R /F4 7 0 R /F5 9 0 R /F6 4000 0 R >> /XObject << /B1 4002 0 R >> >> >>"
      objects[11 + 2 * index] = Self.stream(content)
    }
    let names = (0..<10).map { "/g\($0)" }
    objects[4000] =
      "<< /Type /Font /Subtype /Type3 /FontBBox [0 -120 1000 880] /FontMatrix [0.001 0 0 0.001 0 0] /FirstChar 69 /LastChar 78 /Widths [\(names.map { _ in "1000" }.joined(separator: " "))] /Encoding << /Type /Encoding /Differences [69 \(names.joined(separator: " "))] >> /CharProcs << \(names.map { "\($0) 4001 0 R" }.joined(separator: " ")) >> /Resources << >> /ToUnicode 8 0 R >>"
    // A ball of 5 points, for `Do`.
    objects[4002] =
      "<< /Type /XObject /Subtype /Form /BBox [0 0 5 5] /Resources << /Shading << /S1 << /ShadingType 3 /ColorSpace /DeviceGray /Coords [2.5 2.5 0 2.5 2.5 2.5] /Function << /FunctionType 2 /Domain [0 1] /C0 [0.8] /C1 [0.2] /N 1 >> >> >> >> /Length 6 >>\nstream\n/S1 sh\nendstream"
    objects[4001] = Self.stream("1000 0 100 -100 900 850 d1 100 0 800 800 re f")
    for (index, link) in links.enumerated() {
      let (left, bottom, right, top) = link.box
      objects[1000 + index] =
        "<< /Type /Annot /Subtype /Link /Rect [\(left) \(bottom) \(right) \(top)] /A << /S /URI /URI (\(link.url)) >> >>"
    }
    for (index, body) in appearances.enumerated() { objects[2000 + index] = body }
    for (index, annotation) in annotations.enumerated() { objects[3000 + index] = "<< \(annotation.body) >>" }
    var out = "%PDF-1.5\n"
    var places: [Int: Int] = [:]
    for (number, body) in objects.sorted(by: { $0.key < $1.key }) {
      places[number] = out.utf8.count
      out += "\(number) 0 obj\n\(body)\nendobj\n"
    }
    let start = out.utf8.count
    let size = (objects.keys.max() ?? 0) + 1
    out += "xref\n0 \(size)\n"
    for number in 0..<size {
      let digits = String(places[number] ?? 0)
      out +=
        String(repeating: "0", count: 10 - digits.count) + digits
        + (places[number] == nil ? " 65535 f \n" : " 00000 n \n")
    }
    return Array((out + "trailer\n<< /Size \(size) /Root 1 0 R /Info 6 0 R >>\nstartxref\n\(start)\n%%EOF\n").utf8)
  }
}
