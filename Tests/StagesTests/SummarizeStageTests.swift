import Documents
import Foundations
import StageKit
import TestSupport
import Testing

@testable import Stages

struct SummarizeStageTests {
  private func table(_ rows: [[String]]) -> DocumentTable {
    DocumentTable(
      cells: rows.enumerated().flatMap { row, cells in
        cells.enumerated().map {
          DocumentTable.Cell(row: row, column: $0, isHeader: row == 0, text: $1)
        }
      })
  }

  private var cities: DocumentTable {
    table([
      ["City", "People", "Share"], ["Berlin", "3,645,000", "4.4 %"],
      ["Hamburg", "1,841,179", "2.2 %"], ["Köln", "1,085,664", "1.3 %"],
    ])
  }

  private func item(_ table: DocumentTable, caption: String = "") -> Item {
    chunkItem(
      "d#1", "\(caption)\n\nTable:\n\(table.markdown)", section: "2. Cities",
      more: ["element_type": "table", "table": JSONValue(encoding: table)])
  }

  private func stage(_ harness: MeaningHarness, _ parameters: JSONObject = [:], prompt: String = "Summarize.") throws
    -> SummarizeStage
  {
    try SummarizeStage(
      harness.configuration(
        "summarize", (["provider": "rules", "tokenizer": "all-MiniLM-L6-v2"] as JSONObject).merging(parameters),
        prompts: ["summarize": prompt]))
  }

  @Test func tablesGetASummaryByRule() throws {
    let harness = try MeaningHarness()
    let record = try harness.run(
      try stage(harness), [item(cities, caption: "Table 1: large cities")])[0].get()
    let summary =
      "Table of 3 rows and 3 columns: City, People, Share. People ranges from 1,085,664 (Köln) to 3,645,000 (Berlin). "
      + "Share ranges from 1.3 % (Köln) to 4.4 % (Berlin)."
    #expect(record["summary"]?.string == summary)
    #expect(record["has_summary"] == true)
    #expect(
      record["text"]?.string
        == "Section: 2. Cities\nTable 1: large cities\nSummary: \(summary)\n\nTable:\n\(cities.markdown)"
    )
    #expect(record["section_path"] == "2. Cities")
  }

  @Test func tablesWithoutNumbersListWhatTheyHold() {
    let text = TableSummary.extract(
      from: table([["Option", "Meaning"], ["-a", "all"], ["-b", "brief"]]))
    #expect(text == "Table of 2 rows and 2 columns: Option, Meaning. It lists -a, -b.")
    #expect(TableSummary.extract(from: table([])) == "")
    let numbered = table([["No", "Name"], ["1", "x"], ["2", "y"], ["3", "z"]])
    #expect(!TableSummary.extract(from: numbered).contains("ranges"))
  }

  @Test func otherChunksPassThrough() throws {
    let harness = try MeaningHarness()
    let text = chunkItem("d#1", "Just text.")
    let broken = chunkItem("d#2", "Table without cells", more: ["element_type": "table"])
    let results = try harness.run(try stage(harness), [text, broken])
    #expect(try results[0].get() == (try text.record.object()))
    #expect(try results[1].get() == (try broken.record.object()))
  }

  @Test func readsNumbersAsTheyStand() {
    #expect(TableNumber("1,234.5")?.value == 1234.5)
    #expect(
      TableNumber("−3 %") != nil && TableNumber("−3 %")?.value == -3
        && TableNumber("−3 %")?.unit == "%")
    #expect(TableNumber("$12M")?.unit == "$M")
    for text in ["", "n/a", "1 2", "2024-01-02", "version 3 of many", "1–2"] {
      #expect(TableNumber(text) == nil, "\(text)")
    }
  }

  @Test func aModelMaySummarizeButNotInvent() throws {
    let server = try ModelServer()
    let harness = try MeaningHarness()
    let parameters: JSONObject = [
      "provider": "openai", "model": "talker", "base_url": .string(server.url),
    ]
    func ask(_ answer: String) throws -> JSONObject {
      let asked = item(table([["City", "People"], ["Berlin", "3,645"]]))
      return try harness.run(try stage(harness, parameters, prompt: "ANSWER: \(answer)"), [asked])[0].get()
    }
    #expect(
      try ask("{\"summary\": \"Some 3645 people live there.\"}")["summary"]
        == "Some 3645 people live there.")
    #expect(harness.cache.count == 1)
    _ = try ask("{\"summary\": \"Some 3645 people live there.\"}")
    #expect(harness.cache.count == 1)
    let invented = try ask("{\"summary\": \"Some 9999 people live there.\"}")
    #expect(invented["summary"]?.string?.hasPrefix("Table of 1 row") == true)
    #expect(harness.lines.contains { $0.contains("9999") })
  }

  @Test func theLimitHoldsOnTheFinalText() throws {
    let harness = try MeaningHarness()
    let whole = try harness.run(try stage(harness), [item(cities)])[0].get()
    let full = try #require(whole["token_count"]?.int)
    let short = "Table of 3 rows and 3 columns: City, People, Share."
    for limit in stride(from: full + 1, to: 20, by: -7) {
      let limited = Item(
        id: "d#1", record: Record(try item(cities).record.object().merging(["max_tokens": JSONValue(limit)])))
      let record = try harness.run(try stage(harness), [limited])[0].get()
      guard let summary = record["summary"]?.string else {
        #expect(record["text"] == (try limited.record.object()["text"]), "no room: as it was")
        continue
      }
      #expect(try #require(record["token_count"]?.int) <= limit)
      #expect(summary.hasPrefix(short) && summary.hasSuffix("."))
      #expect(record["text"]?.string?.contains("Summary: \(summary)\n\nTable:") == true)
    }
  }
}
