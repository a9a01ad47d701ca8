import Foundations
import TestSupport
import Testing

@testable import Documents

/// Files that python-docx, openpyxl and a ZIP writer made.
struct OfficeTests {
  private func read(_ name: String) throws -> ParsedDocument {
    try DocumentReader.read(FileSystem.read(ProjectFiles.fixture("documents/\(name)")), DocumentSource(name: name))
  }

  private func outline(_ document: ParsedDocument) -> [String] {
    document.elements.map { "\($0.kind.rawValue)\($0.level.map(String.init) ?? "") \($0.table?.markdown ?? $0.text)" }
  }

  @Test func word() throws {
    let document = try read("gates.docx")
    #expect(document.title == "Sluice Gates")
    #expect(document.metadata["author"] == "A. Keeper")
    #expect(document.metadata["date"] == "2025-03-04T05:06:07Z")
    let lines = outline(document)
    #expect(
      Array(lines.prefix(9)) == [
        "title1 Sluice Gates", "title1 1. Kinds", "text Gates open upwards.", "list_item1 - Wooden",
        "list_item1 - Iron",
        "list_item1 - Oak", "list_item1 1. First", "list_item1 2. Second", "title2 1.1 Measures",
      ])
    #expect(lines[9] == "caption Table 1: Levels")
    let table = try #require(document.elements[10].table)
    #expect(table.cells.contains { $0.text == "Level" && $0.columnSpan == 2 && $0.row == 0 })
    #expect(table.cells.contains { $0.text == "North" && $0.rowSpan == 2 && $0.row == 2 })
    #expect(table.grid[3] == ["North", "1.3", "3.5"])
    // Hidden text is not there.
    #expect(lines.last == "text Shown and seen.")
    #expect(document.elements.last?.sectionPath == ["1. Kinds", "1.1 Measures"])
  }

  @Test func workbook() throws {
    let document = try read("levels.xlsx")
    #expect(document.title == "Gate levels")
    let lines = outline(document)
    #expect(
      lines == [
        "title1 Levels", "caption Levels of the gates",
        "table | Gate | Day | Level | Share |\n| --- | --- | --- | --- |\n| North | 2025-03-04 | 1.25 | 50% |\n"
          + "| South | 2024-02-29 | 0.3 | 12.5% |",
        "text A note by itself", "title1 Merged",
        "table | Region | Region | Sum |\n| --- | --- | --- |\n| North | East | 3 |",
      ])
  }

  @Test func book() throws {
    let document = try read("book.epub")
    #expect(document.title == "The Lock Keeper")
    #expect(document.language == "en")
    #expect(document.metadata["author"] == "B. Lock")
    #expect(
      outline(document) == ["title1 One", "text The lock stood open.", "title1 Two", "text The lock was shut."])
  }

  @Test(arguments: [
    ("0", "General", CellFormats.Kind.plain), ("0", "yyyy\\-mm\\-dd", .date), ("0", "[$-409]h:mm AM/PM", .time),
    ("0", "d/m/yy h:mm", .dateAndTime), ("0", "0.00%", .percent), ("0", "\"days\" 0", .plain),
    ("0", "[Red]0.0", .plain),
  ])
  func formats(_ case: (String, String, CellFormats.Kind)) {
    #expect(CellFormats.kind(ofCode: `case`.1) == `case`.2)
  }

  @Test func damagedArchivesAreProblems() throws {
    let bytes = try FileSystem.read(ProjectFiles.fixture("documents/gates.docx"))
    for length in stride(from: 100, to: bytes.count, by: 2_500) {
      #expect(throws: ItemProblem.self) {
        try DocumentReader.read(Array(bytes[..<length]), DocumentSource(name: "x.docx"))
      }
    }
    var changed = bytes
    for index in stride(from: 3_000, to: changed.count, by: 97) { changed[index] ^= 0x55 }
    #expect(throws: ItemProblem.self) { try DocumentReader.read(changed, DocumentSource(name: "x.docx")) }
  }

  @Test func csvAndJSONLines() throws {
    let csv = try DocumentReader.read(Array("a;b\n\"x;1\";2\n".utf8), DocumentSource(name: "t.csv"))
    #expect(outline(csv) == ["table | a | b |\n| --- | --- |\n| x;1 | 2 |"])
    let lines = try DocumentReader.read(
      Array("{\"title\":\"T\",\"text\":\"hello there\"}\n{\"a\":1,\"b\":[2]}\n{\"a\":3}\n".utf8),
      DocumentSource(name: "t.jsonl"))
    #expect(
      outline(lines) == ["title1 T", "text hello there", "table | a | b |\n| --- | --- |\n| 1 | [2] |\n| 3 |  |"])
    #expect {
      try DocumentReader.read(Array("{\"a\":1}\n{\n".utf8), DocumentSource(name: "t.jsonl"))
    } throws: { ($0 as? ItemProblem)?.message.contains("line 2") == true }
  }

  @Test func trackedChanges() throws {
    let lines = outline(try read("tracked.docx"))
    #expect(lines.filter { $0.contains("moved sentence") }.count == 1)
    #expect(lines.contains("text was a heading, is text"))
    #expect(lines.contains("text was hidden, is shown"))
    #expect(lines.contains("text Keep inserted"))
    #expect(lines.filter { $0.contains("in the box") }.count == 1)
  }

  @Test func durations() throws {
    #expect(outline(try read("durations.xlsx")).joined().contains("| c | 30:05 |"))
  }
}
