import Formats
import Testing

@Suite struct ChunkLayoutTests {
  private let head = ChunkLayout.breadcrumb(ChunkLayout.path(["2. Tokens", "2.1. Shares"]))

  @Test func textsAreLaidOut() {
    #expect(head == "Section: 2. Tokens -> 2.1. Shares")
    #expect(ChunkLayout.textPrefix(head: head) + "Text." == "Section: 2. Tokens -> 2.1. Shares\n\nText.")
    #expect(
      ChunkLayout.table(head: "Section: A\nBy group:", markdown: "| a |") == "Section: A\nBy group:\n\nTable:\n| a |")
    #expect(
      ChunkLayout.table(section: "A", summary: "One.", markdown: "| a |")
        == "Section: A\nSummary: One.\n\nTable:\n| a |")
  }

  @Test func aSummaryIsPutInAndFoundAgain() throws {
    let table = ChunkLayout.table(head: head + "\nBy group — ä:", markdown: "| a |\n| --- |")
    #expect(ChunkLayout.summaryRange(table) == nil)
    let text = try #require(ChunkLayout.inserting(summary: "One row.", into: table))
    #expect(text == "\(head)\nBy group — ä:\nSummary: One row.\n\nTable:\n| a |\n| --- |")
    let range = try #require(ChunkLayout.summaryRange(text))
    #expect(String(decoding: Array(text.utf8)[range], as: UTF8.self) == "\nSummary: One row.")
    #expect(ChunkLayout.inserting(summary: "One row.", into: "no table") == nil)
    // What a source says below its table is no summary.
    #expect(ChunkLayout.summaryRange(table + "\nSummary: the source's own") == nil)
  }

  @Test func theBreadcrumbIsTakenOff() {
    #expect(ChunkLayout.withoutBreadcrumb("\(head)\n\nText.") == "\nText.")
    for text in ["Text.", "Sections: A\nText.", "Section: A", ""] {
      #expect(ChunkLayout.withoutBreadcrumb(text) == text[...])
    }
  }

  /// A table that stands under no heading.
  @Test func withoutBreadcrumb() {
    let table = ChunkLayout.table(head: "", markdown: "| a |")
    #expect(table == "Table:\n| a |" && ChunkLayout.textPrefix(head: "") == "")
    let summed = ChunkLayout.inserting(summary: "One.", into: table)
    #expect(summed == "Summary: One.\n\nTable:\n| a |")
    #expect(summed.flatMap(ChunkLayout.summaryRange) == 0..<13)
  }
}
