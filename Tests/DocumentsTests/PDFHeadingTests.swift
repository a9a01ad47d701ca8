import Foundations
import TestSupport
import Testing

@testable import Documents

@Suite struct PDFHeadingTests {
  private let prose = [
    "The wardens of the quay walk the length of it twice a day, and they look at the",
    "ropes, at the fenders and at the lamps, which must burn from dusk until morning.",
  ]

  private func titles(_ sheet: PDFSheet) throws -> [String] {
    try PDFReader.read(sheet.bytes).elements.filter { $0.kind == .title }.map(\.text)
  }

  @Test(arguments: [
    ("NimbusRomNo9L-Medi", true), ("ABCDEF+NimbusSanL-Medi-Italic", true), ("Avenir-Heavy", true),
    ("HiraKakuPro-W6", true),
    ("Inter-800", true), ("ECBX1200", true), ("CMSSBX10", true), ("PLBXTI10", true), ("Futura-Demi", true),
    ("Roboto-Medium", false), ("HiraKakuPro-W3", false), ("CMR10", false), ("Helvetica", false), ("Inter-400", false),
  ])
  func weightsByName(_ name: String, _ isBold: Bool) {
    #expect(PDFFontTraits(name: name).isBold == isBold)
  }

  @Test func weightByDescriptor() {
    #expect(PDFFontTraits(name: "F17", isHeavy: true).isBold)
    #expect(PDFFontTraits(name: "F18", isFixed: true).isMono)
    #expect(!PDFFontTraits(name: "F18").isBold && !PDFFontTraits(name: "F18").isMono)
  }

  @Test func notesAreNone() throws {
    var sheet = PDFSheet()
    var y = 80.0
    for (index, line) in [
      "Duties of the wardens", "Note", "Figure 3", "Example 2: the lamps", "© 2024 The Harbour Office", "Fees",
    ].enumerated() {
      sheet.text(line, 72, y, .bold)
      sheet.paragraph(prose.map { "\($0) \(index)" }, 72, y + 20)
      y += 80
    }
    let found = try titles(sheet)
    #expect(found == ["Duties of the wardens", "Fees"])
  }

  @Test func namesBelowTheTitle() throws {
    var sheet = PDFSheet()
    sheet.text("A Report on the Harbour", 150, 80, size: 18)
    sheet.text("A. Berg and C. Dahl", 180, 110, size: 13)
    sheet.text("5 May 2024", 200, 130, size: 13)
    sheet.paragraph(prose, 72, 180)
    sheet.text("What was found", 72, 240, .bold, size: 14)
    sheet.paragraph(prose, 72, 270)
    let found = try titles(sheet)
    #expect(found == ["A Report on the Harbour", "What was found"])
  }

  /// Most of the text is a program in small type, with numbers before its lines.
  @Test func textAroundPrograms() throws {
    var sheet = PDFSheet()
    for page in 0..<2 {
      if page > 0 { sheet.nextPage() }
      sheet.text(page == 0 ? "The first part" : "The second part", 72, 80, .bold, size: 14)
      sheet.paragraph(
        prose + ["What follows is called by the warden of the quay when", "the tide has turned."], 72, 110)
      for row in 0..<12 {
        sheet.text("\(row + 1)", 60, 190 + 11 * Double(row), .bold, size: 8)
        sheet.text(
          "let lamp\(row) = light(of: quay, at: \(row), until: morning)", 80, 190 + 11 * Double(row), .mono, size: 8)
      }
    }
    let found = try titles(sheet)
    #expect(found == ["The first part", "The second part"])
  }

  @Test func aTitleInTheMiddleAndAHeadingAtTheEdge() throws {
    var sheet = PDFSheet()
    sheet.text("Options of the tool", 216, 80, .bold, size: 18)
    sheet.text("With lines", 72, 104, .bold, size: 18)
    sheet.paragraph(prose, 72, 130)
    #expect(try titles(sheet) == ["Options of the tool", "With lines"])
  }

  /// A card of prices: what stands between its lists is no row of them and no part of the title.
  @Test func headingsBetweenRows() throws {
    var sheet = PDFSheet()
    sheet.text("Quay Kitchen", 72, 80, .bold, size: 20)
    var y = 110.0
    for (name, rows) in [
      ("Hot drinks", [("Espresso", "2.50"), ("Flat white", "3.80"), ("Tea", "5.20")]),
      ("Cakes", [("Carrot cake", "4.10"), ("Cheesecake", "4.50"), ("Slice of the day", "3.90")]),
    ] {
      sheet.text(name, 72, y, .bold, size: 14)
      for (item, price) in rows {
        y += 16
        sheet.text(item, 72, y)
        sheet.text(price, 400, y)
      }
      y += 28
    }
    sheet.text("All prices include taxes, and nobody is served after the bell.", 72, y + 10)
    #expect(try titles(sheet) == ["Quay Kitchen", "Hot drinks", "Cakes"])
    let grids = try PDFReader.read(sheet.bytes).elements.compactMap { $0.table?.grid }
    #expect(grids.map(\.count) == [3, 3])
  }

  @Test func manualPages() throws {
    var sheet = PDFSheet()
    var y = 80.0
    for (name, lines) in [("NAME", 1), ("OPTIONS", 3), ("EXAMPLES", 2)] {
      sheet.text(name, 72, y, .bold)
      sheet.paragraph(Array(prose.prefix(lines)), 108, y + 14, size: 11)
      y += 14 * Double(lines) + 34
    }
    #expect(try titles(sheet) == ["NAME", "OPTIONS", "EXAMPLES"])
  }

  @Test func theNumberOfTheOnlyPage() throws {
    var sheet = PDFSheet()
    sheet.paragraph(prose, 72, 90)
    sheet.text("1", 297, 790)
    let texts = try PDFReader.read(sheet.bytes).elements.map(\.text)
    #expect(!texts.contains("1"))
    // The last number of a list is none.
    var list = PDFSheet()
    list.paragraph(prose, 72, 730)
    list.text("1", 72, 730 + Double(prose.count) * 13.75)
    #expect(try PDFReader.read(list.bytes).elements.map(\.text).joined().hasSuffix("1"))
  }
}
