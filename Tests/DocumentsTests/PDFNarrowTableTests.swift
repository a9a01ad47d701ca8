import Foundations
import Testing

@testable import Documents

/// Tables whose columns or rows nothing parts but where their texts stand.
@Suite struct PDFNarrowTableTests {
  private func tables(_ sheet: PDFSheet) throws -> [DocumentTable] {
    try PDFReader.read(sheet.bytes).elements.compactMap(\.table)
  }

  private let prose = [
    "The water stood high again in the evening, so that the lower gate was opened for an hour",
    "and twenty minutes. Nobody was on the bridge at that time, and the boats had gone home.",
  ]

  /// Texts of 10 points whose right ends are at `right`: digits of Helvetica are 5.56 wide, points and commas 2.78.
  private func number(_ text: String, _ right: Double, _ y: Double, in sheet: inout PDFSheet) {
    let width = text.reduce(0.0) { $0 + ($1 == "." || $1 == "," ? 2.78 : $1 == "%" ? 8.89 : 5.56) }
    sheet.text(text, right - width, y, size: 10)
  }

  /// Columns of numbers with gaps no wider than a space, as in the style of many proceedings.
  @Test func columnsOfNumbers() throws {
    var sheet = PDFSheet()
    sheet.paragraph(prose, 72, 80, size: 10)
    let rows = [
      ["Turku", "39.3", "38.3", "96.9"], ["Narvik", "5%", "8.65", "49.66"], ["Split", "36.37", "14.8", "49.6"],
      ["Malmo", "88%", "37,999", "16.8"], ["Bergen", "60%", "46%", "689"],
    ]
    for (index, row) in rows.enumerated() {
      let y = 140 + Double(index) * 12
      sheet.text(row[0], 72, y, size: 10)
      for (column, text) in row.dropFirst().enumerated() {
        number(text, 140 + Double(column) * 34, y, in: &sheet)
      }
    }
    sheet.paragraph(prose, 72, 240, size: 10)
    #expect(try tables(sheet).map(\.grid) == [rows])
  }

  /// Labels in the middle of their rows, between two of them where they are two; a name over two columns.
  @Test func cellsOverRows() throws {
    var sheet = PDFSheet()
    sheet.paragraph(prose, 72, 80, size: 10)
    sheet.text("Level", 290, 140, size: 10)
    sheet.text("Gate", 72, 146, size: 10)
    sheet.text("Boat", 160, 146, size: 10)
    sheet.text("low", 260, 152, size: 10)
    sheet.text("high", 330, 152, size: 10)
    let boats = [
      ("ferry", "1.2", "3.4"), ("barge", "1.3", "3.9"), ("tug", "0.8", "2.7"), ("launch", "0.9", "2.2"),
      ("canoe", "0.1", "0.3"),
    ]
    for (index, boat) in boats.enumerated() {
      let y = 166 + Double(index) * 12
      sheet.text(boat.0, 160, y, size: 10)
      sheet.text(boat.1, 260, y, size: 10)
      sheet.text(boat.2, 330, y, size: 10)
    }
    sheet.text("North", 72, 172, size: 10)
    sheet.text("South", 72, 202, size: 10)
    sheet.paragraph(prose, 72, 280, size: 10)
    let found = try tables(sheet)
    #expect(
      found.map(\.grid) == [
        [
          ["Gate", "Boat", "Level", "Level"], ["Gate", "Boat", "low", "high"], ["North", "ferry", "1.2", "3.4"],
          ["North", "barge", "1.3", "3.9"], ["South", "tug", "0.8", "2.7"], ["South", "launch", "0.9", "2.2"],
          ["South", "canoe", "0.1", "0.3"],
        ]
      ])
    #expect(found.first?.headerRowCount == 2)
  }

  /// One name over two columns, with a line below it over just these.
  @Test func nameOverColumns() throws {
    var sheet = PDFSheet()
    sheet.paragraph(prose, 72, 80, size: 10)
    sheet.text("Level (m)", 278, 140, size: 10)
    sheet.line(255, 144, 360, 144)
    let rows = [
      ["Gate", "Keeper", "low", "high"], ["North", "Miller", "1.2", "3.4"], ["South", "Baker", "1.3", "3.9"],
    ]
    for (index, row) in rows.enumerated() {
      for (column, x) in [72.0, 160, 260, 330].enumerated() {
        sheet.text(row[column], x, 156 + Double(index) * 14, size: 10)
      }
    }
    sheet.paragraph(prose, 72, 260, size: 10)
    #expect(try tables(sheet).map(\.grid) == [[["", "", "Level (m)", "Level (m)"]] + rows])
  }

  /// Two rows are enough where each ends with an amount.
  @Test func twoPrices() throws {
    var sheet = PDFSheet()
    sheet.text("Desserts", 72, 80, .bold, size: 16)
    sheet.text("Lemon tart", 72, 110)
    number("6.00", 500, 110, in: &sheet)
    sheet.text("Burnt cream", 72, 126)
    number("6.50", 500, 126, in: &sheet)
    sheet.paragraph(prose, 72, 170)
    #expect(try tables(sheet).map(\.grid) == [[["Lemon tart", "6.00"], ["Burnt cream", "6.50"]]])
  }

  /// The spaces of a title are wider than those of the text below it, and no columns.
  @Test func titleAboveTable() throws {
    var sheet = PDFSheet()
    for (x, text) in [(190.0, "The"), (246, "Lune"), (318, "Menu")] { sheet.text(text, x, 80, .bold, size: 26) }
    for (index, row) in [("Onion soup", "7.50"), ("Goat cheese salad", "9.20"), ("Olives", "4.00"), ("Bread", "2.00")]
      .enumerated()
    {
      sheet.text(row.0, 72, 110 + Double(index) * 16, size: 10)
      number(row.1, 500, 110 + Double(index) * 16, in: &sheet)
    }
    sheet.paragraph(prose, 72, 220, size: 10)
    let found = try PDFReader.read(sheet.bytes).elements
    #expect(found.first?.text == "The Lune Menu")
    #expect(found.compactMap(\.table).map(\.rowCount) == [4])
  }
}
