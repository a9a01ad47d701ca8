import Foundations
import Testing

@testable import Documents

/// What other typesetters do: bullets that are drawn, headings in italics, tables with narrow columns.
@Suite struct PDFStrangersTests {
  private func read(_ sheet: PDFSheet) throws -> ParsedDocument { try PDFReader.read(sheet.bytes) }

  private let text = [
    "The warden keeps a book of all that comes in past the mole and writes down there who",
    "made fast at which hour, while others of the watch walk along the quay and look at the",
    "ropes, at the fenders and at the lamps, which must burn from dusk until the morning.",
  ]

  /// Browsers draw the discs of lists.
  @Test func drawnBullets() throws {
    var sheet = PDFSheet()
    sheet.paragraph(text, 72, 80)
    for (index, item) in ["keep the book", "light the lamps", "ring the bell"].enumerated() {
      let y = 140 + 16 * Double(index)
      sheet.text(item, 95, y)
      // A disc of four curves.
      let (x, base) = (82.0, 842 - y + 2.5)
      sheet.operators(
        "\(x) \(base + 1.5) m \(x) \(base + 2.3) \(x + 0.7) \(base + 3) \(x + 1.5) \(base + 3) c \(x + 2.3) \(base + 3) \(x + 3) \(base + 2.3) \(x + 3) \(base + 1.5) c \(x + 3) \(base + 0.7) \(x + 2.3) \(base) \(x + 1.5) \(base) c \(x + 0.7) \(base) \(x) \(base + 0.7) \(x) \(base + 1.5) c f"
      )
    }
    sheet.paragraph(text, 72, 210)
    let document = try read(sheet)
    #expect(
      document.elements.filter { $0.kind == .listItem }.map(\.text) == [
        "- keep the book", "- light the lamps", "- ring the bell",
      ],
      "\(document.elements.map(\.text))")
    #expect(document.elements.count == 5)
  }

  @Test(arguments: [["I.", "II.", "III."], ["A.", "B.", "C."], ["1.1", "1.2", "1.3"]])
  func numberedHeadingsInAnotherFont(_ numbers: [String]) throws {
    var sheet = PDFSheet()
    sheet.text("Rules of the Quay", 72, 60, .bold, size: 20)
    for (index, number) in numbers.enumerated() {
      let y = 100 + 90 * Double(index)
      sheet.text("\(number) What the watch does at night", 72, y, .italic)
      sheet.paragraph(text, 72, y + 17)
    }
    // Alone it may be anything.
    sheet.text("X. Somebody of that name", 72, 400, .italic)
    sheet.paragraph(text, 72, 417)
    let titles = try read(sheet).elements.filter { $0.kind == .title }.map(\.text)
    #expect(titles == ["Rules of the Quay"] + numbers.map { "\($0) What the watch does at night" }, "\(titles)")
  }

  /// Columns that are no further apart than two spaces.
  @Test func narrowColumnsOfATable() throws {
    var sheet = PDFSheet()
    sheet.paragraph(text, 72, 80)
    let rows = [
      ["Port", "1995", "1996", "1997"], ["Kiel", "12", "7,481", "96.2"], ["Aarhus", "4,077", "33", "8.1"],
      ["Varna", "950", "1,204", "77.5"], ["Split", "18", "604", "5.0"],
    ]
    // Right edges of the numbers; digits of Helvetica are 0.556 em wide, points and commas half of that.
    for (index, row) in rows.enumerated() {
      sheet.text(row[0], 72, 140 + 14 * Double(index), size: 10)
      for (column, cell) in row.dropFirst().enumerated() {
        let width = cell.reduce(0) { $0 + (",.".contains($1) ? 2.78 : 5.56) }
        sheet.text(cell, 138 + 32 * Double(column) - width, 140 + 14 * Double(index), size: 10)
      }
    }
    sheet.paragraph(text, 72, 230)
    let document = try read(sheet)
    let table = try #require(document.elements.compactMap(\.table).first)
    #expect(table.columnCount == 4 && table.rowCount == 5)
    #expect(table.cells.filter { $0.row == 2 }.sorted { $0.column < $1.column }.map(\.text) == rows[2])
    #expect(document.elements.count == 3)
  }

  @Test func aTableInATypewritersFont() throws {
    var sheet = PDFSheet()
    sheet.paragraph(text, 72, 80)
    let rows = [
      "Port      1995    1996   1997", "Kiel        12   7,481   96.2", "Aarhus   4,077      33    8.1",
      "Varna      950   1,204   77.5",
    ]
    for (index, row) in rows.enumerated() {
      var x = 72.0
      for piece in row.split(separator: " ", omittingEmptySubsequences: false) {
        if !piece.isEmpty { sheet.text(String(piece), x, 140 + 12 * Double(index), .mono, size: 9) }
        x += 5.4 * Double(piece.count + 1)
      }
    }
    sheet.paragraph(text, 72, 230)
    let table = try #require(try read(sheet).elements.compactMap(\.table).first)
    #expect(table.columnCount == 4 && table.rowCount == 4)
    // A program is none.
    var program = PDFSheet()
    program.paragraph(text, 72, 80)
    for (index, line) in [
      "let a    = 1   // one", "let bc   = 22  // two", "let def  = 333 // three", "print(a, bc, def)",
    ].enumerated() {
      program.text(line, 72, 140 + 12 * Double(index), .mono, size: 9)
    }
    #expect(try read(program).elements.allSatisfy { $0.table == nil })
  }

  /// poppler takes characters of such fonts to be twice as large as they are, and mixes lines up that are as near as usual.
  @Test func charactersThatAreDrawn() throws {
    var sheet = PDFSheet()
    let lines = [
      "EFGHIJKLMNEFGHIJKLMNEFGHIJ", "MNEFGHIJKLEFGHIJKLMNEFGHIJ", "GHIJKLMNEFEFGHIJKLMNEFGHIJ",
      "JKLMNEFGHIEFGHIJKLMNEFGHIJ",
    ]
    for (index, line) in lines.enumerated() { sheet.text(line, 72, 80 + 13 * Double(index), .drawn, size: 10) }
    let document = try read(sheet)
    let meant = lines.joined().map { String(Unicode.Scalar(UInt32(0x6E2F) + $0.unicodeScalars.first!.value - 0x45)!) }
      .joined()
    #expect(document.elements.map(\.text) == [meant])
    let box = try #require(document.elements.first?.box)
    #expect(box.top > 68 && box.bottom < 124, "\(box)")
  }

  /// Leaders of an index lead to pages, those of a price list to what things cost.
  @Test func anIndexIsNoTable() throws {
    let words = ["anchor", "barge", "berth", "cable", "dock", "ferry", "gate", "harbour", "lamp", "mole"]
    func page(_ value: (Int) -> String) throws -> ParsedDocument {
      var sheet = PDFSheet()
      sheet.paragraph(text, 72, 80)
      for (index, word) in words.enumerated() {
        sheet.text("\(word) . . . . . . . . . . . . . . . \(value(index))", 72, 140 + 14 * Double(index))
      }
      return try read(sheet)
    }
    #expect(try page { "\($0 + 1), \(2 * $0 + 7)" }.elements.allSatisfy { $0.table == nil })
    #expect(try page { "\($0 * 3 + 1).50" }.elements.contains { $0.table != nil })
  }

  /// A paragraph that begins further out than the lines of an item is none of it.
  @Test func whatFollowsAnItem() throws {
    var sheet = PDFSheet()
    sheet.paragraph(text, 72, 80)
    for (index, line) in [
      "\u{95} the upper lock, which is opened by hand when nobody is there to see", "to it that the paddles are shut",
      "\u{95} the lower lock",
    ].enumerated() {
      sheet.text(line.replacing("\u{95}", with: "-"), line.hasPrefix("to") ? 92 : 84, 130 + 14 * Double(index))
    }
    sheet.paragraph(text, 72, 172)
    let texts = try read(sheet).elements.map(\.text)
    #expect(texts.count == 4 && texts[2] == "- the lower lock" && texts[3].hasPrefix("The warden"), "\(texts)")
  }
}
