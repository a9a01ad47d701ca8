import Foundations
import Testing

@testable import Documents

@Suite struct PDFTableTests {
  private func tables(_ sheet: PDFSheet) throws -> [DocumentTable] {
    try PDFReader.read(sheet.bytes).elements.compactMap(\.table)
  }

  /// Cells whose texts are so near that only the lines tell them apart, one over two columns, one of two lines.
  @Test func ruledCells() throws {
    var sheet = PDFSheet()
    sheet.text("Gates of the canal and what they hold.", 72, 80)
    sheet.line(72, 100, 272, 100)
    sheet.grid(columns: [72, 132, 202, 272], rows: [120, 140, 180])
    sheet.line(72, 100, 72, 120)
    sheet.line(132, 100, 132, 120)
    sheet.line(272, 100, 272, 120)
    sheet.text("Levels", 180, 114, .bold)
    sheet.text("Gate name", 75, 134, .bold)
    sheet.text("low water x", 135, 134, .bold)
    sheet.text("high water", 205, 134, .bold)
    sheet.paragraph(["North of", "the town"], 75, 154)
    sheet.text("1.2", 135, 154)
    sheet.text("3.4", 205, 154)
    let found = try tables(sheet)
    #expect(found.count == 1)
    let cells = found.first?.cells.map {
      "\($0.row),\($0.column) \($0.columnSpan) \($0.text)\($0.isHeader ? " *" : "")"
    }
    #expect(
      cells == [
        "0,0 1  *", "0,1 2 Levels *", "1,0 1 Gate name *", "1,1 1 low water x *", "1,2 1 high water *",
        "2,0 1 North of the town",
        "2,1 1 1.2", "2,2 1 3.4",
      ])
  }

  /// Level lines only: they part the rows, the texts make the columns.
  @Test func linesBetweenRows() throws {
    var sheet = PDFSheet()
    for (index, row) in [
      ["Gate", "Keeper", "Since"], ["North", "Miller", "1901"], ["South", "Baker", "1922"], ["East", "Cook", "1930"],
    ]
    .enumerated() {
      let y = 120 + Double(index) * 40
      sheet.line(72, y - 14, 500, y - 14)
      for (column, text) in row.enumerated() { sheet.text(text, 72 + Double(column) * 150, y) }
      if index > 0 { sheet.text("of the canal", 222, y + 13) }
    }
    sheet.line(72, 266, 500, 266)
    let grid = try tables(sheet).first?.grid
    #expect(
      grid == [
        ["Gate", "Keeper", "Since"], ["North", "Miller of the canal", "1901"], ["South", "Baker of the canal", "1922"],
        ["East", "Cook of the canal", "1930"],
      ])
  }

  /// Browsers cut the ends of borders aslant: they part the cells all the same.
  @Test func mitredBorders() throws {
    var sheet = PDFSheet()
    sheet.text("What the gates hold, by the level of the water.", 72, 80)
    let (columns, rows) = ([72.0, 132, 202, 272], [100.0, 122, 158, 180])
    for (left, right) in zip(columns, columns.dropFirst()) {
      for (top, bottom) in zip(rows, rows.dropFirst()) {
        let (up, down) = (842 - top, 842 - bottom)
        for side in [
          "\(left) \(up) m \(right) \(up) l \(right - 1) \(up - 1) l \(left + 1) \(up - 1) l h f",
          "\(left) \(down) m \(right) \(down) l \(right - 1) \(down + 1) l \(left + 1) \(down + 1) l h f",
          "\(left) \(up) m \(left) \(down) l \(left + 1) \(down + 1) l \(left + 1) \(up - 1) l h f",
          "\(right) \(up) m \(right) \(down) l \(right - 1) \(down + 1) l \(right - 1) \(up - 1) l h f",
        ] { sheet.operators(side) }
      }
    }
    for (x, text) in [(75.0, "Gate name"), (135, "low water x"), (205, "high water")] {
      sheet.text(text, x, 116, .bold)
    }
    sheet.paragraph(["North of", "the town"], 75, 136)
    sheet.text("1.2", 135, 136)
    sheet.text("3.4", 205, 136)
    sheet.text("South", 75, 174)
    sheet.text("5.6", 135, 174)
    sheet.text("7.8", 205, 174)
    #expect(
      try tables(sheet).map(\.grid) == [
        [["Gate name", "low water x", "high water"], ["North of the town", "1.2", "3.4"], ["South", "5.6", "7.8"]]
      ])
  }

  /// The second line of the first cell in the last row belongs to it, as the second lines of others do.
  @Test func lastRowGoesOn() throws {
    var sheet = PDFSheet()
    sheet.text("Gates and their keepers, in the order of the canal.", 72, 80)
    for (index, row) in [
      ["Salted butter", "of the farm", "4.50"], ["Bread of rye", "from the oven", "3.20"],
      ["Soup of peas", "with bacon", "5.90"],
    ].enumerated() {
      let y = 120 + Double(index) * 44
      sheet.text(row[0], 72, y)
      sheet.text(row[1], 72, y + 14)
      sheet.text(row[2], 400, y)
    }
    sheet.text("All prices are those of the day and hold as long as there is some.", 72, 300)
    #expect(
      try tables(sheet).map(\.grid) == [
        [
          ["Salted butter of the farm", "4.50"], ["Bread of rye from the oven", "3.20"],
          ["Soup of peas with bacon", "5.90"],
        ]
      ])
  }

  /// The same texts as labels of a curve are no table.
  @Test func chartsAreNone() throws {
    var sheet = PDFSheet()
    for row in 0..<5 {
      for column in 0..<4 { sheet.text("\(row * 10 + column)", 80 + Double(column) * 90, 120 + Double(row) * 16) }
    }
    #expect(try tables(sheet).count == 1)
    for step in 0..<12 { sheet.operators("\(80 + step * 25) 700 m \(95 + step * 25) \(640 + step * 3) l S") }
    #expect(try tables(sheet).isEmpty)
  }

  @Test func framesOfTextAreNone() throws {
    var sheet = PDFSheet()
    sheet.grid(columns: [60, 540], rows: [90, 200])
    sheet.paragraph(
      ["A note in a frame, which goes on for some lines and says", "what everybody should know of it, and more."], 72,
      110)
    #expect(try tables(sheet).isEmpty)
  }

  @Test func overPages() throws {
    var sheet = PDFSheet()
    func part(_ rows: [[String]], from top: Double) {
      let ends = (0...rows.count).map { top + Double($0) * 20 }
      sheet.grid(columns: [72, 200, 330], rows: ends)
      for (row, texts) in rows.enumerated() {
        for (column, text) in texts.enumerated() {
          sheet.text(text, [75, 203][column], top + Double(row) * 20 + 14, row == 0 ? .bold : .plain)
        }
      }
    }
    sheet.text("What the gates cost:", 72, 60)
    part([["Gate", "Cost"]] + (1...33).map { ["Gate \($0)", "\($0) guilders"] }, from: 100)
    sheet.nextPage()
    part([["Gate", "Cost"], ["Gate 34", "34 guilders"], ["Gate 35", "35 guilders"]], from: 72)
    let found = try tables(sheet)
    #expect(found.count == 1)
    #expect(found.first?.rowCount == 36)
    #expect(found.first?.grid.last == ["Gate 35", "35 guilders"])
    #expect(found.first?.headerRowCount == 1)
  }

  @Test func linesThroughMatrices() throws {
    // The same lines through a matrix.
    var sheet = PDFSheet()
    sheet.operators("q 2 0 0 2 0 0 cm 0.2 w 36 370 m 136 370 l S 36 360 m 136 360 l S 36 350 m 136 350 l S Q")
    sheet.operators("q 1 0 0 1 72 0 cm 0 700 m 0 740 l S 100 700 m 100 740 l S 200 700 m 200 740 l S Q")
    sheet.text("keeper of gates", 75, 115)
    sheet.text("1", 175, 115)
    sheet.text("b", 75, 135)
    sheet.text("2", 175, 135)
    #expect(try tables(sheet).first?.grid == [["keeper of gates", "1"], ["b", "2"]])
  }

  /// Names to the left of their columns, numbers to the right of them.
  @Test func namesBesideTheirNumbers() throws {
    var sheet = PDFSheet()
    for (x, name) in [(72.0, "Code"), (160, "Article"), (290, "Price"), (420, "Stock")] { sheet.text(name, x, 100) }
    for (index, row) in [("K1", "Nails", "8.58", "yes"), ("K2", "Planks", "6.27", "no"), ("K3", "Tar", "3.52", "yes")]
      .enumerated()
    {
      let y = 116 + 16 * Double(index)
      sheet.text(row.0, 72, y)
      sheet.text(row.1, 160, y)
      sheet.text(row.2, 345, y)
      sheet.text(row.3, 420, y)
    }
    #expect(
      try tables(sheet).map(\.grid) == [
        [
          ["Code", "Article", "Price", "Stock"], ["K1", "Nails", "8.58", "yes"], ["K2", "Planks", "6.27", "no"],
          ["K3", "Tar", "3.52", "yes"],
        ]
      ])
  }
}
