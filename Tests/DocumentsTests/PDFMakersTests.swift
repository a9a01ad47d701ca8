import Foundations
import TestSupport
import Testing

@testable import Documents

/// What AMS-LaTeX, beamer, plain TeX, Texinfo and DocBook do.
@Suite struct PDFMakersTests {
  private func read(_ sheet: PDFSheet) throws -> ParsedDocument { try PDFReader.read(sheet.bytes) }

  private func titles(_ sheet: PDFSheet) throws -> [String] {
    try read(sheet).elements.filter { $0.kind == .title }.map { "\($0.level ?? 0) \($0.text)" }
  }

  private let text = [
    "The warden keeps a book of all that comes in past the mole and writes down there who",
    "made fast at which hour, while others of the watch walk along the quay and look at the",
    "ropes, at the fenders and at the lamps, which must burn from dusk until the morning.",
  ]

  /// `gap` is the room behind the titles.
  private func sheetOfRunIns(gap: Double) -> PDFSheet {
    var sheet = PDFSheet()
    for section in 1...2 {
      let y = 80 + 240 * Double(section - 1)
      sheet.text("\(section). THE BOOKS OF THE OFFICE", 220, y, .bold, size: 13)
      sheet.paragraph(text, 72, y + 25)
      sheet.text("\(section).1.", 72, y + 85)
      sheet.text("Opening the Office.", 94.5, y + 85, .bold)
      sheet.text("Nobody comes in here before the bell has rung twice.", 196 + gap, y + 85)
      sheet.paragraph(text, 72, y + 99)
      sheet.text("Closing the books.", 72, y + 160, .italic)
      sheet.text("What was written down by the watch stays as it is.", 153.6 + gap, y + 160)
      sheet.paragraph(text, 72, y + 174)
    }
    return sheet
  }

  @Test func headingsThatRunIntoTheirText() throws {
    let found = try titles(sheetOfRunIns(gap: 6))
    #expect(
      found == [
        "1 1. THE BOOKS OF THE OFFICE", "2 1.1. Opening the Office.", "3 Closing the books.",
        "1 2. THE BOOKS OF THE OFFICE", "2 2.1. Opening the Office.", "3 Closing the books.",
      ])
    let texts = try read(sheetOfRunIns(gap: 6)).elements.filter { $0.kind == .text }.map(\.text)
    #expect(texts.contains { $0.hasPrefix("Nobody comes in") })
  }

  /// A sentence in another font is none.
  @Test func noHeadingWithoutRoomBehindIt() throws {
    let found = try titles(sheetOfRunIns(gap: 3.06))
    #expect(found == ["1 1. THE BOOKS OF THE OFFICE", "1 2. THE BOOKS OF THE OFFICE"])
  }

  @Test func smallCapitalsOfTwoSizes() throws {
    var sheet = PDFSheet()
    sheet.text("R", 72, 80, .bold, size: 14)
    sheet.text("EADING", 72 + 10.1 + 1.2, 80, .bold, size: 11)
    sheet.paragraph(text, 72, 110)
    let found = try titles(sheet)
    #expect(found == ["1 READING"])
  }

  /// The contents in the margin of slides, and slides that divide.
  @Test func slidesWithContentsBesideThem() throws {
    var sheet = PDFSheet()
    for (index, title) in ["Lamps", "Oil for the lamps", "Who lights them", "Ropes", "Hemp and wire", "Who makes fast"]
      .enumerated()
    {
      sheet.nextPage()
      for (row, line) in ["Talk of May", "A. Warden", "Lamps", "Ropes"].enumerated() {
        sheet.text(line, 20, 60 + 14 * Double(row), size: 7)
      }
      sheet.text(title, 140, ["Lamps", "Ropes"].contains(title) ? 300 : 60, size: 17)
      if index % 3 != 0 { sheet.paragraph(text.map { "\($0.prefix(60)) \(index)" }, 140, 74) }
    }
    let found = try titles(sheet)
    #expect(
      found == [
        "1 Lamps", "2 Oil for the lamps", "2 Who lights them", "1 Ropes", "2 Hemp and wire", "2 Who makes fast",
      ])
    let texts = try read(sheet).elements.map(\.text)
    #expect(texts.count { $0.contains("Talk of May") } == 1)
  }

  /// DocBook sets captions as large and bold as the titles of sections, and heads each of its boxes.
  @Test func largeCaptionsAndTitlesOfBoxes() throws {
    var sheet = PDFSheet()
    for part in 0..<2 {
      let y = 80 + 300 * Double(part)
      sheet.text(["Duties", "Fees"][part], 72, y, .bold, size: 16)
      sheet.paragraph(text, 72, y + 25, size: 9)
      sheet.text("Warning", 90, y + 80, .bold, size: 14)
      sheet.paragraph(text, 90, y + 98, size: 9)
      sheet.text("Figure \(part + 1). The quay at low water, when the lamps are", 72, y + 160, .bold, size: 11)
      sheet.text("not yet lit", 72, y + 174, .bold, size: 11)
      sheet.paragraph(text, 72, y + 205, size: 9)
    }
    let found = try titles(sheet)
    #expect(found == ["1 Duties", "1 Fees"])
    let captions = try read(sheet).elements.filter { $0.kind == .caption }.map(\.text)
    #expect(captions.first == "Figure 1. The quay at low water, when the lamps are not yet lit")
  }

  @Test func oneSectionInEachChapter() throws {
    var sheet = PDFSheet()
    for chapter in 1...3 {
      let y = 80 + 200 * Double(chapter - 1)
      sheet.text("\(chapter) Rules of the quay", 72, y, .bold, size: 16)
      sheet.paragraph(text, 72, y + 25)
      sheet.text("\(chapter).1 What the watch does", 72, y + 85, .italic)
      sheet.paragraph(text, 72, y + 102)
    }
    let found = try titles(sheet).filter { $0.hasPrefix("2") }
    #expect(found == ["2 1.1 What the watch does", "2 2.1 What the watch does", "2 3.1 What the watch does"])
  }

  @Test func captionBelowCaption() throws {
    var sheet = PDFSheet()
    sheet.paragraph(text, 72, 80)
    sheet.text("Figure 1: The quay at low water", 72, 150)
    sheet.text("Figure 2: The mole", 72, 164)
    sheet.paragraph(text, 72, 200)
    let captions = try read(sheet).elements.filter { $0.kind == .caption }.map(\.text)
    #expect(captions == ["Figure 1: The quay at low water", "Figure 2: The mole"])
  }

  /// The balls of beamer's lists are small forms with a shading.
  @Test func ballsBeforeItems() throws {
    var sheet = PDFSheet()
    sheet.paragraph(text, 72, 80)
    for (index, item) in ["keep the book", "light the lamps", "ring the bell"].enumerated() {
      let y = 140 + 16 * Double(index)
      sheet.text(item, 95, y)
      sheet.operators("q 1 0 0 1 82 \(842 - y + 1) cm /B1 Do Q")
    }
    sheet.paragraph(text, 72, 210)
    let items = try read(sheet).elements.filter { $0.kind == .listItem }.map(\.text)
    #expect(items == ["- keep the book", "- light the lamps", "- ring the bell"])
  }

  /// Neither weight nor size says that small capitals stand above bold letters.
  @Test func capitalsAboveBoldOfOneSize() throws {
    var sheet = PDFSheet()
    sheet.text("Rules of the Quay", 200, 60, .bold, size: 20)
    sheet.paragraph(text, 72, 85)
    for part in 0..<2 {
      let y = 150 + 260 * Double(part)
      sheet.text(["DUTIES OF THE WATCH", "FEES AND FINES"][part], 72, y, size: 14)
      sheet.paragraph(text, 72, y + 25)
      for (row, title) in ["Lamps", "Ropes"].enumerated() {
        sheet.text("\(title) of part \(part + 1)", 72, y + 90 + 80 * Double(row), .bold, size: 14)
        sheet.paragraph(text, 72, y + 110 + 80 * Double(row))
      }
    }
    let levels = try read(sheet).elements.filter { $0.kind == .title }.dropFirst().map(\.level)
    #expect(levels[0] == levels[3] && levels[1] == levels[2] && (levels[0] ?? 9) < (levels[1] ?? 0), "\(levels)")
  }

  /// The same form filled in again and again keeps its labels on every page.
  @Test func labelsOfAFormStay() throws {
    var sheet = PDFSheet()
    for page in 0..<6 {
      if page > 0 { sheet.nextPage() }
      for (row, label) in ["Name:", "Street:", "Town:", "Born:", "Trade:"].enumerated() {
        sheet.text(label, 72, 300 + 20 * Double(row))
        sheet.text("what \(["Ann", "Bo", "Cy", "Di", "Ed", "Flo"][page]) said of \(row)", 180, 300 + 20 * Double(row))
      }
    }
    let texts = try read(sheet).elements.map { $0.table?.markdown ?? $0.text }.joined(separator: "\n")
    #expect(texts.ranges(of: "Street:").count == 6)
  }

  /// The characters of TeX's bitmap fonts have numbers for names, and no size.
  @Test(arguments: ["bitmap-t1.pdf", "bitmap-ot1.pdf"])
  func bitmapFontsOfTeX(_ name: String) throws {
    let document = try PDFReader.read(try FileSystem.read(ProjectFiles.fixture("documents/\(name)")))
    let texts = document.elements.map(\.text)
    #expect(document.elements.filter { $0.kind == .title }.map(\.text) == ["1 Effort"], "\(texts)")
    #expect(document.elements.contains { $0.kind == .listItem && $0.text.hasSuffix("difficult") }, "\(texts)")
    let text = texts.joined(separator: " ")
    for expected in ["first flow", "α < β", "Office “now”"] + (name == "bitmap-t1.pdf" ? ["Straße"] : []) {
      #expect(text.contains(expected), "\(texts)")
    }
  }

  /// Which encoding it is shows in the characters that fonts have.
  @Test func encodingsOfTeX() {
    let letters = Set(97...122)
    #expect(TeXEncoding.isOld([letters.union([11, 46]), [97, 98]]))
    #expect(!TeXEncoding.isOld([letters.union([11, 46]), letters.union([27])]))
    #expect(!TeXEncoding.isOld([letters.union([233])]))
    let old = TeXEncoding(letters.union([11, 46]), isOld: true, isMonospaced: false, hasGreek: false)
    #expect(old.map([11, 46]).contains("<0B> <00660066>\n<2E> <002E>"))
    let formulas = TeXEncoding([11, 59, 120], isOld: true, isMonospaced: false, hasGreek: true)
    #expect(formulas.map([11, 59]).contains("<0B> <03B1>\n<3B> <002C>"))
    #expect(TeXEncoding.isOfSymbols([0, 15, 102, 103]) && !TeXEncoding.isOfSymbols(letters.union([15])))
    let signs = TeXEncoding([136], isOld: true, isMonospaced: false, hasGreek: false)
    #expect(signs.map([136]).contains("<88> <2022>"))
  }
}
