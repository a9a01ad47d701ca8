import Foundations
import Testing

@testable import Documents

/// Cells whose columns are no further apart than a wide space, and what looks like them.
@Suite struct PDFCellTests {
  private func grids(_ sheet: PDFSheet) throws -> [[[String]]] {
    try PDFReader.read(sheet.bytes).elements.compactMap { $0.table?.grid }
  }

  private let text = [
    "The warden keeps a book of all that comes in past the mole and writes down there who",
    "made fast at which hour, while others of the watch walk along the quay and look at the",
    "ropes, at the fenders and at the lamps, which must burn from dusk until the morning.",
  ]
  private let narrow = [
    "the watch walks along the quay", "and looks at the ropes, at the", "fenders and at the lamps which",
    "must burn until the morning and", "be lit again at dusk by those", "who came last, even where it is",
    "still light enough to see them", "from the other side, as it was", "told in the rules of the quay",
    "which hang in the small office", "and are read to all who come", "into the service of the harbour",
  ]

  /// Five lines of one cell between the short ones beside it.
  @Test func cellsOfManyLines() throws {
    var sheet = PDFSheet()
    sheet.paragraph(text, 72, 80)
    let notes = [
      [
        "the watch of the quay, who", "walk there twice a day and", "look at ropes, at fenders",
        "and at the lamps until", "the bell rings",
      ],
      ["the office by the gate"],
      ["all who came in with the", "tide before it was light", "and had no pilot of the", "harbour with them"],
    ]
    var y = 150.0
    for (name, x) in zip(["Post", "Men", "Who it is"], [72.0, 130, 180]) { sheet.text(name, x, y, .bold) }
    for (row, note) in notes.enumerated() {
      y += 14
      sheet.text(["Mole", "Gate", "Quay"][row], 72, y)
      sheet.text(["12", "7", "41"][row], 130, y)
      for line in note {
        sheet.text(line, 180, y)
        y += 14
      }
      y -= 14
    }
    sheet.paragraph(text, 72, y + 40)
    let grids = try grids(sheet)
    #expect(
      grids == [
        [
          ["Post", "Men", "Who it is"], ["Mole", "12", notes[0].joined(separator: " ")], ["Gate", "7", notes[1][0]],
          ["Quay", "41", notes[2].joined(separator: " ")],
        ]
      ], "\(grids)")
  }

  /// The names of two columns are one space apart, the numbers below them are not.
  @Test func namesOfColumnsCloseTogether() throws {
    var sheet = PDFSheet()
    sheet.paragraph(text, 72, 80)
    let heads: [(String, Double)] = [("Port", 72), ("Householders", 130), ("Dwellings", 202), ("Boats", 290)]
    for (name, x) in heads { sheet.text(name, x, 150) }
    let rows = [
      ["Kiel", "12", "7,481", "3"], ["Riga", "4,077", "33", "8"], ["Hull", "96", "512", "40"],
      ["Faro", "7", "61", "2"],
    ]
    for (index, row) in rows.enumerated() {
      for (cell, right) in zip(row, [90.0, 190, 245, 312]) {
        let left = cell == row[0] ? 72 : right - 6 * Double(cell.utf8.count)
        sheet.text(cell, left, 164 + 14 * Double(index))
      }
    }
    sheet.paragraph(text, 72, 260)
    let grids = try grids(sheet)
    #expect(grids == [[["Port", "Householders", "Dwellings", "Boats"]] + rows], "\(grids)")
  }

  /// What stands below the last line of a table leaves no column behind.
  @Test func aSumBelowATable() throws {
    var sheet = PDFSheet()
    let rows = [
      ["Item", "Qty", "Price"], ["Rope", "120", "150.00"], ["Fender", "6", "233.40"], ["Lamp", "2", "148.00"],
    ]
    for (index, row) in rows.enumerated() {
      for (cell, x) in zip(row, [72.0, 260, 420]) { sheet.text(cell, x, 100 + 16 * Double(index)) }
    }
    sheet.line(72, 156, 470, 156)
    sheet.text("Total", 340, 172)
    sheet.text("531.40", 420, 172)
    let grids = try grids(sheet)
    #expect(grids == [rows], "\(grids)")
  }

  /// A table in the right column stands beside the sentences of the left one.
  @Test func aTableBesideProse() throws {
    var sheet = PDFSheet()
    sheet.paragraph(narrow, 72, 80)
    for row in 0..<9 {
      for (column, x) in [260.0, 320, 380].enumerated() {
        sheet.text(
          column == 0 ? ["Kiel", "Riga", "Hull"][row % 3] : "\(17 * row + 31 * column)", x, 80 + 13.75 * Double(row))
      }
    }
    let document = try PDFReader.read(sheet.bytes)
    #expect(document.elements.map(\.kind) == [.text, .table], "\(document.elements.map(\.text))")
    #expect(document.elements.first?.text == narrow.joined(separator: " "))
    #expect(document.elements.last?.table?.columnCount == 3)
  }

  /// Rows of names above a table part one another; there is an end to it.
  @Test func manyNamesAboveATable() {
    let words = (0..<300).flatMap { row in
      (0..<20).map { column in
        let left = 40 + 26 * Double(column) + (row < 150 ? 4 : 0)
        return PDFGutters.Word(
          box: PageBox(
            left: left, top: 40 + 6 * Double(row), right: left + (row < 150 ? 23.8 : 12), bottom: 45 + 6 * Double(row)),
          size: 5, letters: row < 150 ? 4 : 0, others: row < 150 ? 0 : 3, isUnspaced: false)
      }
    }
    let start = ContinuousClock.now
    #expect(PDFCellStrips.find(words, []).count >= 19)
    #expect(start.duration(to: .now) < .seconds(10))
  }

  /// Lines of a narrow column that are filled have wide spaces, which may stand above one another.
  @Test func filledLinesAreNoRows() {
    func row(_ widths: [Double], _ space: Double, _ top: Double) -> [PDFGutters.Word] {
      var x = 72.0
      return widths.map { width in
        defer { x += width + space }
        return PDFGutters.Word(
          box: PageBox(left: x, top: top, right: x + width, bottom: top + 9), size: 10, letters: 4, others: 0,
          isUnspaced: false)
      }
    }
    let filled = (0..<5).flatMap { row([20, 24, 18, 22, 19, 25, 21], 7, 90 + 12 * Double($0)) }
    let plain = (5..<25).flatMap { row([20, 24, 18, 22, 19, 25, 21, 24, 20], 2.5, 90 + 12 * Double($0)) }
    #expect(PDFCellStrips.find(filled + plain, []).isEmpty)
    // The same places with spaces of different widths are cells.
    let cells = (0..<5).flatMap { line in
      zip([72.0, 140, 215, 260], [92.0, 164, 233, 282]).map { left, right in
        PDFGutters.Word(
          box: PageBox(left: left, top: 90 + 12 * Double(line), right: right, bottom: 99 + 12 * Double(line)), size: 10,
          letters: 4, others: 0, isUnspaced: false)
      }
    }
    let found = PDFCellStrips.find(cells + plain, [])
    for (left, right) in [(92.0, 140.0), (164, 215), (233, 260)] {
      #expect(found.contains { $0.at > left && $0.at < right && $0.bottom < 151 }, "\(found)")
    }
  }

  /// Rules from one side to the other part the rows of a table, even where a column is full of text.
  @Test func textBetweenRulesIsACell() throws {
    var sheet = PDFSheet()
    var y = 80.0
    for row in 0..<4 {
      sheet.line(72, y - 12, 300, y - 12)
      sheet.text(["Kiel", "Riga", "Hull", "Faro"][row], 72, y + 6.9)
      sheet.text("\(31 * (row + 1))", 105, y + 6.9)
      sheet.paragraph([narrow[row], narrow[row + 4]], 130, y)
      y += 34
    }
    sheet.line(72, y - 12, 300, y - 12)
    let grids = try grids(sheet)
    let ports = ["Kiel", "Riga", "Hull", "Faro"]
    let wanted: [[String]] = (0..<4).map { row in
      [ports[row], "\(31 * (row + 1))", "\(narrow[row]) \(narrow[row + 4])"]
    }
    #expect(grids == [wanted], "\(grids)")
  }

  /// What a browser writes first stands above on the page: names in the first column, then the numbers of the second.
  @Test func wordsBelowOneAnotherAreNoLine() throws {
    var sheet = PDFSheet()
    sheet.paragraph(text, 72, 60)
    let rows = [
      ["Varna", "77,479", "46"], ["Turku", "10,573", "50"], ["Riga", "454", "551"], ["Bergen", "898", "26"],
    ]
    for column in 0..<3 {
      for (index, row) in rows.enumerated() {
        sheet.text(row[column], [72.0, 122, 180][column], 120 + 12 * Double(index), size: 9)
      }
    }
    let grids = try grids(sheet)
    #expect(grids == [rows], "\(grids)")
  }

  /// Rows of cells with several lines in more than one column, nothing drawn, the columns hardly more than a space apart.
  private func manyLines(_ sheet: inout PDFSheet, from top: Double, _ rows: [[[String]]]) -> Double {
    var y = top
    for row in rows {
      for (column, lines) in row.enumerated() { sheet.paragraph(lines, [72, 140, 300][column], y) }
      y += Double(row.map(\.count).max() ?? 0) * 11 * 1.25 + 6
    }
    return y
  }

  @Test func cellsOfManyLinesInSeveralColumns() throws {
    var sheet = PDFSheet()
    sheet.paragraph(text, 72, 80)
    sheet.text("Short", 140, 136)
    sheet.text("Long", 300, 136)
    let rows: [[[String]]] = [
      [["Mole"], ["Skips the watch of that day."], Array(narrow[0...3])],
      [["Gate"], ["Changes nothing at all."], ["Says what would be done."]],
      [["Quay"], Array(narrow[4...6]), ["More than two is of no use."]],
      [["Lamp"], Array(narrow[7...8]), Array(narrow[9...11])],
    ]
    let end = manyLines(&sheet, from: 156, rows)
    sheet.text("After it", 72, end + 20, .bold, size: 15)
    sheet.paragraph(text, 72, end + 50)
    let expected = [["", "Short", "Long"]] + rows.map { $0.map { $0.joined(separator: " ") } }
    let found = try grids(sheet)
    #expect(found == [expected], "\(found)")
    let table = try PDFReader.read(sheet.bytes).elements.compactMap(\.table).first
    #expect(table?.headerRowCount == 1)
  }

  /// Paragraphs of two columns that happen to begin at one height are no rows.
  @Test func proseInColumnsIsNoTable() throws {
    var sheet = PDFSheet()
    for (column, x) in [72.0, 300].enumerated() {
      var y = 100.0
      for part in 0..<4 {
        let lines = Array((narrow + narrow)[(part * 3 + column)..<(part * 3 + column + 4 + (part + column) % 2)])
        sheet.paragraph(lines, x, y)
        y += Double(lines.count) * 11 * 1.25 + 7
      }
    }
    #expect(try grids(sheet).isEmpty)
  }

  @Test func amountsBelowAmountsAreRowsOfTheirOwn() throws {
    var sheet = PDFSheet()
    let rows = [
      ["Item", "Qty", "Price", "Amount"], ["Lamp, brass", "2", "120.00", "240.00"], ["Shade", "2", "35.50", "71.00"],
      ["Delivery", "1", "18.00", "18.00"], ["Discount", "", "-10 %", "($178.70)"], ["", "", "Subtotal", "329.00"],
      ["", "", "VAT 19 %", "62.51"],
      ["", "", "Total", "391.51"],
    ]
    for (row, cells) in rows.enumerated() {
      for (column, cell) in cells.enumerated() where !cell.isEmpty {
        sheet.text(cell, [72, 220, 280, 360][column], 100 + 16 * Double(row))
      }
    }
    #expect(try grids(sheet) == [rows])
  }

  /// A large word beside a block of labels and values belongs to none of its rows.
  @Test func aLargeWordBesideLabels() throws {
    var sheet = PDFSheet()
    sheet.text("INVOICE", 72, 112, size: 34)
    let rows = [
      ["Number:", "2026-0417"], ["Date:", "30 November 2026"], ["Customer:", "88120"], ["Due:", "14 December"],
    ]
    for (row, cells) in rows.enumerated() {
      sheet.text(cells[0], 320, 92 + 13 * Double(row))
      sheet.text(cells[1], 420, 92 + 13 * Double(row))
    }
    #expect(try grids(sheet) == [rows])
  }
}
