import Foundations
import Testing

@testable import Documents

@Suite struct PDFLearntLayoutTests {
  private let prose = [
    "The wardens of the quay walk the length of it twice a day, and they look at the",
    "ropes, at the fenders and at the lamps, which must burn from dusk until morning.",
    "Strangers wait until somebody has come for them, for the quay is narrow there.",
  ]

  private func elements(_ sheet: PDFSheet) throws -> [DocumentElement] { try PDFReader.read(sheet.bytes).elements }

  /// The model stops the program where it was trained on other features; its answers share one.
  @Test func modelFitsTheFeatures() {
    let answers = PDFLayoutModel.probabilities([Float](repeating: 0, count: PDFLayoutFeatures.names.count))
    #expect(answers.count == PDFLayoutModel.Label.allCases.count)
    #expect(abs(answers.reduce(0, +) - 1) < 0.01)
    #expect(PDFLayoutModel.Label.allCases.map(\.place) == Array(answers.indices))
  }

  @Test func featuresOfLines() throws {
    var sheet = PDFSheet()
    sheet.text("Duties of the wardens", 72, 80, .bold, size: 14)
    sheet.paragraph(prose, 72, 110)
    let rows = try PDFReader.features(sheet.bytes)
    #expect(rows.map { $0["text"]?.string } == ["Duties of the wardens"] + prose)
    // The model is not asked of lines that go on with a paragraph.
    #expect(
      rows.map { $0["values"]?.array?.count } == [PDFReader.featureNames.count, PDFReader.featureNames.count, 0, 0])
  }

  /// Neither size nor weight nor number tells them from text.
  @Test func headingsInItalics() throws {
    var sheet = PDFSheet()
    var y = 80.0
    let names = ["Duties of the Wardens", "Lamps and Fenders", "Tolls of the Harbour", "Ropes and Chains"]
    for name in names {
      sheet.text(name, 72, y, .italic)
      sheet.paragraph(prose + prose + [prose[2]], 72, y + 22)
      y += 150
    }
    let found = try elements(sheet)
    #expect(found.filter { $0.kind == .title }.map(\.text) == names)
    #expect(found.filter { $0.kind == .text }.count == names.count)
  }

  @Test func whatAnItemOfOneLineIsFollowedBy() throws {
    var sheet = PDFSheet()
    sheet.paragraph(prose, 72, 80)
    for (index, item) in ["the lamps", "the fenders", "the ropes of the quay"].enumerated() {
      sheet.text("\u{B7}", 80, 80 + Double(index + 3) * 13.75)
      sheet.text(item, 94, 80 + Double(index + 3) * 13.75)
    }
    sheet.paragraph(prose, 72, 80 + 6 * 13.75)
    let found = try elements(sheet)
    #expect(
      found.filter { $0.kind == .listItem }.map(\.text) == ["- the lamps", "- the fenders", "- the ropes of the quay"])
    #expect(found.last?.text == prose.joined(separator: " "))
  }

  @Test func whatACaptionIsFollowedBy() throws {
    var sheet = PDFSheet()
    sheet.paragraph(prose, 72, 80)
    sheet.text("Figure 1: The quay at dusk", 72, 80 + 3 * 13.75)
    sheet.paragraph(prose, 72, 80 + 4 * 13.75)
    let found = try elements(sheet)
    #expect(found.map(\.kind) == [.text, .caption, .text])
    #expect(found.dropFirst().first?.text == "Figure 1: The quay at dusk")
  }

  @Test(arguments: [
    ("1.כל אדם", PDFParagraphs.Label.number(1)), ("12)すべて", .number(12)), ("3.人人有权", .number(3)), ("2.5", nil),
    ("1.1 Ropes", nil), ("4.x", nil), ("4. Ropes", .number(4)),
  ])
  func labelsWithoutASpace(_ text: String, _ label: PDFParagraphs.Label?) {
    #expect(PDFParagraphs.label(text) == label)
  }

  @Test func captionsInTornSmallCapitals() {
    #expect(PDFCaptions.isCaption("F IGURE 1. The quay"))
    #expect(PDFCaptions.isLabel("T ABLE IV"))
    #expect(!PDFCaptions.isCaption("A TABLE 4. The quay"))
  }

  /// Headings of one look: numbers say the level of most, and those without one belong to the section they stand in.
  @Test func headingsWithoutNumbersAmongNumbered() throws {
    var sheet = PDFSheet()
    let heads = [("1 Duties", 1), ("1.1 Ropes", 2), ("Chains", 3), ("1.2 Lamps", 2), ("2 Fees", 1), ("References", 1)]
    for (index, head) in heads.enumerated() {
      sheet.text(head.0, 72, 80 + 90 * Double(index), .bold)
      sheet.paragraph(prose, 72, 102 + 90 * Double(index))
    }
    let found = try elements(sheet).filter { $0.kind == .title }
    #expect(found.map(\.text) == heads.map(\.0))
    #expect(found.map(\.level) == heads.map(\.1))
  }

  /// The title of the document takes no level away from its sections.
  @Test func levelsAboveAKnownStyle() throws {
    var sheet = PDFSheet()
    sheet.text("A Report on the Harbour", 72, 60, .bold, size: 20)
    sheet.paragraph(prose, 72, 90)
    let heads = [("Duties", 1), ("1.1 Ropes", 2), ("1.2 Lamps", 2), ("Fees", 1), ("2.1 Tolls", 2), ("2.2 Stamps", 2)]
    for (index, head) in heads.enumerated() {
      sheet.text(head.0, 72, 150 + 90 * Double(index), .bold, size: head.1 == 1 ? 15 : 12.5)
      sheet.paragraph(prose, 72, 172 + 90 * Double(index))
    }
    let found = try elements(sheet).filter { $0.kind == .title }
    #expect(found.dropFirst().map(\.level) == heads.map(\.1))
  }

  /// `Census 85` is no entry for the bookmark `Census` on page 85 where it has a bookmark itself.
  @Test func headingsThatEndWithNumbers() {
    let texts = ["Census", "Census 85", "Census 86", "Census 87", "Tolls 5", "Of the census"]
    var lines = [
      texts.enumerated().map { index, text in
        PDFLine(
          text: text, box: PageBox(left: 72, top: 80 + 20 * Double(index), right: 200, bottom: 91 + 20 * Double(index)),
          page: 1, size: 11, isBold: false, isMono: false, characterWidth: 5)
      }
    ]
    _ = PDFContents(takenFrom: &lines, bookmarks: ["census", "census85", "census86", "census87"], isContents: [false])
    #expect(lines[0].map(\.text) == texts)
  }
}
