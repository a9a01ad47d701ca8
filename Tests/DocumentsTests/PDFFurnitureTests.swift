import Foundations
import TestSupport
import Testing

@testable import Documents

@Suite struct PDFFurnitureTests {
  private func read(_ sheet: PDFSheet) throws -> ParsedDocument { try PDFReader.read(sheet.bytes) }

  private let prose = [
    "The wardens of the quay walk the length of it twice a day, and they look at the",
    "ropes, at the fenders and at the lamps, which must burn from dusk until morning.",
  ]

  @Test func leadersOfAPriceList() throws {
    var sheet = PDFSheet()
    sheet.text("Prices of the yard", 72, 80, .bold, size: 16)
    for (index, row) in [("Rent", "1,200.00"), ("Heat", "80.50"), ("Water", "12.25")].enumerated() {
      sheet.text("\(row.0) \(String(repeating: ".", count: 90))", 72, 120 + 14 * Double(index))
      sheet.text(row.1, 420, 120 + 14 * Double(index))
    }
    let table = try #require(try read(sheet).elements.compactMap(\.table).first)
    #expect(table.grid == [["Rent", "1,200.00"], ["Heat", "80.50"], ["Water", "12.25"]])
  }

  /// Without a title it is known by its entries, which other pages say again.
  @Test func contentsWithoutATitle() throws {
    var sheet = PDFSheet()
    let titles = ["Scope of the rules", "Duties of the wardens", "Fees and fines"]
    for (index, title) in titles.enumerated() {
      sheet.text(
        "\(index + 1) \(title) \(String(repeating: ". ", count: 30))\(index + 2)", 72, 120 + 14 * Double(index))
    }
    for (index, title) in titles.enumerated() {
      sheet.nextPage()
      sheet.text("\(index + 1) \(title)", 72, 100, .bold, size: 16)
      sheet.paragraph(prose, 72, 140)
    }
    let all = try read(sheet).elements.map(\.text).joined(separator: "\n")
    #expect(!all.contains(". . ."))
    for title in titles { #expect(all.split(separator: "\n").count { $0.contains(title) } == 1) }
  }

  @Test func whatIsSaidNowhereElseStaysOnce() throws {
    var sheet = PDFSheet()
    for page in 1...4 {
      if page > 1 { sheet.nextPage() }
      sheet.text("Letter of 5 May 2024 to the wardens", 72, 40, size: 9)
      sheet.text("Page \(page) of 4", 270, 810, size: 9)
      sheet.text("Part \(["one", "two", "three", "four"][page - 1]) begins here.", 72, 100)
      sheet.paragraph(prose, 72, 140)
    }
    let texts = try read(sheet).elements.map(\.text)
    #expect(texts.count { $0 == "Letter of 5 May 2024 to the wardens" } == 1)
    #expect(!texts.contains { $0.contains("Page ") })
  }

  /// From the second page on it stays beside the text, which goes on over it.
  @Test func headOfLaterPages() throws {
    var sheet = PDFSheet()
    sheet.text("The wardens walk the length of the quay and look at all the ropes of the ships and", 72, 790)
    for page in 2...4 {
      sheet.nextPage()
      sheet.text("Register of the northern harbour", 72, 40, size: 9)
      sheet.text(
        page == 2 ? "at the fenders of the wall." : "The page has other words, and number \(page) too.", 72, 100)
    }
    let texts = try read(sheet).elements.map(\.text)
    #expect(
      texts.first
        == "The wardens walk the length of the quay and look at all the ropes of the ships and at the fenders of the wall."
    )
    #expect(texts.count { $0 == "Register of the northern harbour" } == 1)
  }

  /// Heads of two pieces, of which one changes; nothing else stands on the pages between.
  @Test func headsOfTwoPieces() throws {
    var sheet = PDFSheet()
    for page in 1...6 {
      if page > 1 { sheet.nextPage() }
      sheet.text("Register of the harbour", 72, 40, size: 9)
      sheet.text("Part \(["one", "two", "three", "four", "five", "six"][page - 1])", 430, 40, size: 9)
      if page % 2 == 0 { sheet.paragraph(prose, 72, 140) }
    }
    let texts = try read(sheet).elements.map(\.text)
    #expect(texts.count { $0.contains("Register of the harbour") } == 1, "\(texts)")
  }

  @Test func yearsAreNoPageNumbers() throws {
    var sheet = PDFSheet()
    for year in 2021...2023 {
      if year > 2021 { sheet.nextPage() }
      sheet.text("\(year)", 72, 42)
      sheet.paragraph(prose.map { "\($0) \(year % 7)" }, 72, 100)
      sheet.text("\(year - 2018)", 290, 810)
    }
    let texts = try read(sheet).elements.map(\.text)
    for year in ["2021", "2022", "2023"] { #expect(texts.contains(year)) }
    for number in ["3", "4", "5"] { #expect(!texts.contains(number)) }
  }

  /// The lines of a browser's print cross every column and stand nowhere else.
  @Test func whatABrowserPrintsOnASinglePage() throws {
    var sheet = PDFSheet()
    sheet.text("12/1/26, 5:44 AM", 24, 24, size: 8)
    sheet.text("Comparison of plans", 270, 24, size: 8)
    sheet.text("Comparison of plans", 40, 60, .bold, size: 18)
    let rows = [
      (
        "Support", ["By mail only, answered", "within two working days"],
        ["By phone and mail, around", "the clock, with an engineer", "who knows your building"]
      ),
      ("Storage", ["Ten gigabytes in one", "place of your choice"], ["Unlimited, replicated", "to three sites"]),
      (
        "Leaving", ["At any time, and what is", "left is not refunded"],
        ["Once a year, by letter", "to the general desk"]
      ),
    ]
    for (index, row) in rows.enumerated() {
      let y = 100 + 52 * Double(index)
      sheet.text(row.0, 40, y)
      sheet.paragraph(row.1, 200, y)
      sheet.paragraph(row.2, 390, y)
    }
    sheet.paragraph(prose, 40, 280)
    sheet.text("https://plans.example.org/compare.html", 24, 830, size: 8)
    sheet.text("1/1", 560, 830, size: 8)
    let document = try read(sheet)
    let table = try #require(document.elements.compactMap(\.table).first)
    #expect(table.grid.map(\.count) == [3, 3, 3], "\(table.grid)")
    #expect(
      table.grid[2] == [
        "Leaving", "At any time, and what is left is not refunded", "Once a year, by letter to the general desk",
      ])
    let texts = document.elements.map(\.text)
    #expect(
      texts.first?.hasPrefix("12/1/26") == true && texts.last == "https://plans.example.org/compare.html", "\(texts)")
    #expect(document.elements.filter { $0.kind == .title }.map(\.text) == ["Comparison of plans"])
  }

  /// A page that was made for other paper has its number far from the edge.
  @Test func numberOfASinglePage() throws {
    var sheet = PDFSheet()
    sheet.paragraph(prose, 72, 100)
    sheet.text("Page 1", 280, 690)
    #expect(!(try read(sheet).elements.map(\.text).joined().contains("Page 1")))
    var other = PDFSheet()
    other.paragraph(prose, 72, 100)
    other.text("Page 4", 280, 690)
    #expect(try read(other).elements.map(\.text).joined().contains("Page 4"))
  }
}
