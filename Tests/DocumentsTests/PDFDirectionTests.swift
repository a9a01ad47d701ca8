import Foundations
import TestSupport
import Testing

@testable import Documents

@Suite struct PDFDirectionTests {
  private func texts(_ sheet: PDFSheet) throws -> [String] { try PDFReader.read(sheet.bytes).elements.map(\.text) }

  /// Letters of Hebrew as the sheet's font has them, from right to left: its first letter is the last one drawn.
  private func hebrew(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map { (97...123).contains($0.value) ? Unicode.Scalar($0.value - 97 + 0x5D0) ?? $0 : $0 }))
  }

  @Test func fromRightToLeft() throws {
    var sheet = PDFSheet()
    // As they stand on the page, from left to right.
    sheet.text("jihg fed 120 (cba)", 300, 80, .fromRight)
    sheet.text("5/12 onm WX YZ lk", 300, 95, .fromRight)
    sheet.text(".rqp", 300, 110, .fromRight)
    let all = try texts(sheet)
    #expect(all == [hebrew("(abc) 120 def ghij kl WX YZ mno 5/12 pqr.")])
  }

  @Test func linesApart() throws {
    var sheet = PDFSheet()
    for (index, word) in ["cba", "fed", "ihg 7", "lkj", "onm"].enumerated() {
      sheet.text(word, [72, 300, 480, 300, 400][index], 80 + 40 * Double(index), .fromRight)
    }
    let all = try texts(sheet).joined(separator: " ")
    for word in ["abc", "def", "7 ghi", "jkl", "mno"] { #expect(all.contains(hebrew(word))) }
  }

  @Test func oneWordAmongOthers() throws {
    var sheet = PDFSheet()
    sheet.text("The word", 72, 80)
    sheet.text("dcba", 120, 80, .fromRight)
    sheet.text("stands in this line,", 145, 80)
    sheet.text("and this line ends the page with its last word.", 72, 94)
    #expect(
      try texts(sheet) == [
        "The word \(hebrew("abcd")) stands in this line, and this line ends the page with its last word."
      ])
  }

  @Test func shapesAreLetters() throws {
    var sheet = PDFSheet()
    sheet.text("DC A", 300, 80, .fromRight)
    sheet.text("DC B", 300, 95, .fromRight)
    #expect(try texts(sheet) == ["\u{644}\u{627} \u{628}\u{627} \u{644}\u{627} \u{628}\u{627}"])
  }

  @Test(arguments: [90.0, 180, 270])
  func turnedPages(_ degrees: Double) throws {
    var sheet = PDFSheet()
    let lines = ["The harbour master keeps the book of arrivals", "in the small office by the gate of the yard."]
    for (index, line) in lines.enumerated() {
      let step = 14 * Double(index)
      switch degrees {
      case 90: sheet.turned(line, 100 + step, 500, degrees: degrees)
      case 180: sheet.turned(line, 500, 500 - step, degrees: degrees)
      default: sheet.turned(line, 400 - step, 100, degrees: degrees)
      }
    }
    let document = try PDFReader.read(sheet.bytes)
    #expect(document.elements.map(\.text) == [lines.joined(separator: " ")])
    // Boxes are those of the page as it is shown.
    let box = try #require(document.elements.first?.box)
    #expect(degrees == 180 ? box.width > 150 : box.height > 150)
  }

  @Test func slantedHeads() throws {
    var sheet = PDFSheet()
    for (index, head) in ["Rope", "Lamp oil", "Anchor chain"].enumerated() {
      sheet.turned(head, 100 + 60 * Double(index), 160, degrees: 45)
    }
    sheet.paragraph(["The wardens of the quay walk the length of it", "twice a day at the turn of the tide."], 72, 300)
    let all = try texts(sheet)
    for head in ["Rope", "Lamp oil", "Anchor chain"] { #expect(all.contains(head)) }
  }

  @Test func stampInTheMargin() throws {
    var sheet = PDFSheet()
    for page in 0..<2 {
      if page > 0 { sheet.nextPage() }
      sheet.turned("Filed by the clerk in May", 30, 600, degrees: 90)
      sheet.paragraph(["The wardens of the quay \(page) walk the length", "of it twice a day at the turn."], 72, 100)
    }
    #expect(
      try texts(sheet) == [
        "The wardens of the quay 0 walk the length of it twice a day at the turn.", "Filed by the clerk in May",
        "The wardens of the quay 1 walk the length of it twice a day at the turn.",
      ])
  }
}
