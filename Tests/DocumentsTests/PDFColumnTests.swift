import Foundations
import Testing

@testable import Documents

/// Columns that are told by how their lines stand to each other.
@Suite struct PDFColumnTests {
  private func texts(_ sheet: PDFSheet) throws -> [String] { try PDFReader.read(sheet.bytes).elements.map(\.text) }

  /// Facts in a box beside the text: their lines do not stand at the height of its lines.
  @Test func factsBesideText() throws {
    var sheet = PDFSheet()
    sheet.operators("0.93 g 40 300 150 480 re f 0 g")
    let facts = [
      "Ana Weir", "Lock engineer", "Contact", "ana@example.org", "12 Quay Street", "Skills and tools", "Welding",
      "Drawing boats", "Languages", "Portuguese too",
    ]
    for (index, fact) in facts.enumerated() { sheet.text(fact, 52, 90 + Double(index) * 23, size: 10) }
    let lines = [
      "Engineer with twelve years of work on locks and weirs, from the", "survey to handing over. Leads small teams.",
      "Rebuilt nine gates on the northern branch within budget and well", "before winter came.",
      "Surveyed the banks of two rivers and designed the pumping", "stations that keep the lower town dry.",
      "Writes the manuals that others use, and reads those that others", "wrote before touching what they built.",
    ]
    for (index, line) in lines.enumerated() { sheet.text(line, 210, 96 + Double(index) * 14 + Double(index / 2) * 12) }
    let found = try texts(sheet).joined(separator: " ")
    #expect(found.hasPrefix(facts.joined(separator: " ")))
    #expect(found.hasSuffix("wrote before touching what they built."))
    #expect(found.contains("from the survey to handing over"))
  }

  /// A narrow column set to both sides: spaces as wide as columns are apart make no table.
  @Test func stretchedLines() throws {
    var sheet = PDFSheet()
    let lines = [
      [("The", 72.0), ("old", 112.0), ("bridge", 151.0), ("at", 205.0), ("the", 238.0)],
      [("Mill", 72), ("was", 119.0), ("closed", 166.0), ("for", 226.0)],
    ]
    sheet.text("A report of the town council says", 72, 80)
    for (index, line) in lines.enumerated() {
      // Where each word ends the next begins 22 points further on.
      var x = 72.0
      let widths = line.map { PDFColumnTests.width($0.0) }
      let space = (164 - widths.reduce(0, +)) / Double(line.count - 1)
      for (word, width) in zip(line, widths) {
        sheet.text(word.0, x, 94 + Double(index) * 14)
        x += width + space
      }
    }
    sheet.text("the winter since two of its piers", 72, 122)
    sheet.text("had cracks that nobody had seen", 72, 136)
    let document = try PDFReader.read(sheet.bytes)
    #expect(document.elements.allSatisfy { $0.table == nil })
    #expect(
      document.elements.map(\.text) == [
        "A report of the town council says The old bridge at the Mill was closed for the winter since two of its piers had cracks that nobody had seen"
      ])
  }

  /// Of Helvetica at 11 points, near enough.
  private static func width(_ word: String) -> Double {
    word.reduce(0.0) { $0 + ("iltfjr".contains($1) ? 3.2 : "MW".contains($1) ? 9.2 : 6.0) }
  }

  /// The numbers of slides, also where they are larger than the text, and `2/3` among what each of them has at its foot.
  @Test func countsAtTheFoot() throws {
    var sheet = PDFSheet()
    for page in 1...3 {
      if page > 1 { sheet.nextPage() }
      sheet.text("Slide about \(["gates", "levels", "boats"][page - 1])", 72, 80, .bold, size: 20)
      sheet.text("What is said of it on this one stands alone: \(["wood", "water", "rope"][page - 1]).", 72, 120)
      sheet.text("A. Keeper", 72, 815, size: 8)
      sheet.text("\(page)/3", 500, 815, size: 8)
    }
    let found = try texts(sheet)
    #expect(!found.contains { $0.contains("/3") })
    #expect(found.count { $0.contains("A. Keeper") } == 1)
  }

  /// Choices that are counted with capitals, and a star that is no bullet.
  @Test func capitalsAndStars() throws {
    var sheet = PDFSheet()
    sheet.text("Which of these is a fluid that keeps its name?", 72, 80)
    for (index, item) in ["A. Water", "B. Ketchup", "C. Blood"].enumerated() {
      sheet.text(item, 90, 104 + Double(index) * 22)
    }
    sheet.text("* Prices are those of the day on which somebody asks.", 72, 190)
    let found = try PDFReader.read(sheet.bytes).elements
    #expect(found.filter { $0.kind == .listItem }.map(\.text) == ["A. Water", "B. Ketchup", "C. Blood"])
    #expect(found.last?.text == "* Prices are those of the day on which somebody asks.")
  }

  @Test(arguments: [
    ("3 May 2024", true), ("3. Mai 2024", true), ("May 2018 – June 2020", true), ("2018 – today", true),
    ("1er août 1999", true), ("2 Results 2024", false), ("3 Methods", false), ("2024 in numbers", false),
    ("May", false),
  ])
  func dates(_ text: String, _ isDate: Bool) {
    #expect(PDFDates.isDate(text) == isDate)
  }
}
