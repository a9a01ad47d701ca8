import Foundations
import TestSupport
import Testing

@testable import Documents

@Suite struct PDFOrderTests {
  private func read(_ sheet: PDFSheet) throws -> ParsedDocument { try PDFReader.read(sheet.bytes) }

  /// Running text in lines of about so many characters.
  private func prose(_ name: String, width: Int, lines: Int) -> [String] {
    let words =
      "the \(name) keeps a book of all that comes in past the mole and writes down there who made fast at which hour while others of the \(name) walk along the quay"
      .split(separator: " ").map(String.init)
    var result: [String] = []
    var line = "Every day"
    var index = 0
    while result.count < lines {
      let word = words[index % words.count]
      index += 1
      if line.utf8.count + word.utf8.count + 1 > width {
        result.append(line)
        line = word
      } else {
        line += " " + word
      }
    }
    return result
  }

  private func names(_ document: ParsedDocument) -> String {
    document.elements.map(\.text).joined(separator: " ")
  }

  @Test(arguments: [(36, 2), (30, 3), (55, 2)])
  func columnsOfText(_ width: Int, _ count: Int) throws {
    var sheet = PDFSheet()
    sheet.text("Rules of the quay and of the yard behind it", 150, 60, .bold, size: 14)
    let step = Double(width) * 4.6 + 14
    let all = ["warden", "master", "keeper"].prefix(count).map { prose($0, width: width, lines: 14) }
    for (column, lines) in all.enumerated() {
      sheet.text("The \(["first", "second", "third"][column])", 40 + step * Double(column), 90, .bold, size: 9)
      sheet.paragraph(lines, 40 + step * Double(column), 105, size: 9)
    }
    let document = try read(sheet)
    #expect(!document.elements.contains { $0.table != nil })
    let text = names(document)
    var at = text.startIndex
    for lines in all {
      let found = try #require(text.range(of: lines.joined(separator: " "), from: at))
      at = found
    }
  }

  /// The gap between the columns is hardly wider than those between the words of filled lines.
  @Test func narrowGutter() throws {
    var sheet = PDFSheet()
    let columns = [prose("warden", width: 33, lines: 12), prose("master", width: 33, lines: 12)]
    for (column, lines) in columns.enumerated() {
      for (row, line) in lines.enumerated() {
        // Each line is filled: what is left goes between its words.
        let words = line.split(separator: " ").map(String.init)
        let letters = words.reduce(0) { $0 + $1.utf8.count }
        let space = (34 * 5.4 - Double(letters) * 5.4) / Double(words.count - 1)
        var x = 60 + Double(column) * (34 * 5.4 + 10)
        for word in words {
          sheet.text(word, x, 80 + 11 * Double(row), .mono, size: 9)
          x += Double(word.utf8.count) * 5.4 + space
        }
      }
    }
    let text = names(try read(sheet)).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    #expect(text == columns.map { $0.joined(separator: " ") }.joined(separator: " "))
  }

  @Test func boxBesideTheText() throws {
    var sheet = PDFSheet()
    let lines = prose("warden", width: 55, lines: 9)
    sheet.paragraph(lines, 72, 80)
    sheet.paragraph(["Note", "Dogs must be kept on a", "lead in the whole of the", "yard."], 400, 95, size: 10)
    let texts = names(try read(sheet))
    #expect(texts.contains(lines.joined(separator: " ")))
    #expect(texts.contains("Dogs must be kept on a lead in the whole of the yard."))
  }

  @Test func itemsThatGoOnAreNoTable() throws {
    var sheet = PDFSheet()
    let rows = [
      "keep the book", "ring the bell at dusk when the tide has turned", "and the gate is shut", "light the lamps",
    ]
    for (index, row) in rows.enumerated() {
      if index != 2 { sheet.text("*", 72, 80 + 14 * Double(index)) }
      sheet.text(row, 95, 80 + 14 * Double(index))
    }
    let document = try read(sheet)
    #expect(!document.elements.contains { $0.table != nil })
    #expect(names(document).contains("ring the bell at dusk when the tide has turned and the gate is shut"))
  }

  @Test func labelsAndValues() throws {
    var sheet = PDFSheet()
    let rows = [("Name", "Nova"), ("Flag", "Norway"), ("Owner", "J. Berg"), ("Built", "1974"), ("Length", "41.5 m")]
    for (index, row) in rows.enumerated() {
      sheet.text(row.0, 72, 80 + 16 * Double(index))
      sheet.text(row.1, 200, 80 + 16 * Double(index))
    }
    let table = try #require(try read(sheet).elements.compactMap(\.table).first)
    #expect(table.grid == rows.map { [$0.0, $0.1] })
    #expect(table.headerRowCount <= 1)
  }

  @Test func indentationOfPrograms() throws {
    var sheet = PDFSheet()
    let program = [
      "def area(r):", "    # the area", "    return 3.14 * r", "", "for i in range(3):", "    print(i,   area(i))",
    ]
    for (index, line) in program.enumerated() where !line.isEmpty {
      let spaces = line.prefix { $0 == " " }.count
      sheet.text(String(line.dropFirst(spaces)), 72 + 5.4 * Double(spaces), 80 + 11 * Double(index), .mono, size: 9)
    }
    sheet.paragraph(prose("warden", width: 70, lines: 6), 72, 180)
    let code = try #require(try read(sheet).elements.first { $0.kind == .code })
    #expect(code.text == program.joined(separator: "\n"))
  }

  @Test func hyphensAtLineEnds() throws {
    var sheet = PDFSheet()
    sheet.paragraph(
      [
        "The wardens speak of the coope-", "ration of all who work in the yard, which is a state-",
        "of-the-art yard with a well-", "known crane. What is known there is done well.",
      ], 72, 80)
    #expect(
      names(try read(sheet))
        == "The wardens speak of the cooperation of all who work in the yard, which is a state-of-the-art yard with a well-known crane. What is known there is done well."
    )
  }

  @Test func linesWithoutSpaces() throws {
    var sheet = PDFSheet()
    sheet.paragraph(["EFGHIJKLMNEFGH", "IJKL"], 72, 80, .fromRight)
    let text = String(
      String.UnicodeScalarView(
        "EFGHIJKLMNEFGHIJKL".unicodeScalars.compactMap { Unicode.Scalar($0.value - 0x45 + 0x6E2F) }))
    #expect(try read(sheet).elements.map(\.text) == [text])
    // Upright columns from the right to the left, drawn letter by letter.
    var upright = PDFSheet()
    for (column, letters) in ["EFGHIJ", "KLMN"].enumerated() {
      for (row, letter) in letters.enumerated() {
        upright.text(String(letter), 300 - 26 * Double(column), 80 + 16 * Double(row), .fromRight, size: 14)
      }
    }
    #expect(try read(upright).elements.map(\.text).joined() == String(text.prefix(10)))
  }
}

extension String {
  /// The end of the first place, from `start` on, where `other` stands.
  fileprivate func range(of other: String, from start: Index) -> Index? {
    var at = start
    while at < endIndex {
      if self[at...].hasPrefix(other) { return index(at, offsetBy: other.count) }
      at = index(after: at)
    }
    return nil
  }

  /// Comments in another font stand behind their lines of a program, with the room between them.
  @Test func commentsBesideAProgram() throws {
    var sheet = PDFSheet()
    sheet.paragraph(
      Array(repeating: "The wardens of the quay write one line for each gate that they have seen.", count: 3), 72, 80)
    let lines = [
      ("blocks <- as.factor(blocks)", "# a small measure of safety"), ("b <- length(levels(blocks))", ""),
      ("v <- as.factor(varieties)", "# a small measure of safety"), ("k <- as.vector(table(blocks))", "# as a vector"),
    ]
    for (row, (code, comment)) in lines.enumerated() {
      sheet.text(code, 90, 140 + 14 * Double(row), .mono)
      if !comment.isEmpty { sheet.text(comment, 330, 140 + 14 * Double(row)) }
    }
    let code = try PDFReader.read(sheet.bytes).elements.filter { $0.kind == .code }
    let text = try #require(code.first?.text)
    #expect(code.count == 1)
    for (program, comment) in lines {
      let line = text.split(separator: "\n").first { $0.contains(program) }
      #expect(line?.contains(comment.isEmpty ? program : comment) == true, "\(text)")
    }
  }
}
