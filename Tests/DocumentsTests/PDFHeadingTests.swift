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
}
