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

  /// Columns by their cells, with the extremes that are told; none where they are not certain.
  @Test(arguments: [
    (["1.234,50", "987,20", "2.000,00", "12,50"], "12,50", "2.000,00"),
    (["45,5 %", "5,25 %", "9,1 %", "100,0 %"], "5,25 %", "100,0 %"),
    (["1,234,567", "987", "45,000", "3,200"], "987", "1,234,567"),
    (["12,34,567", "9,87,654", "1,00,000"], "1,00,000", "12,34,567"),
    (["1'200.50", "980.25", "2'400.00"], "980.25", "2'400.00"),
    (["1 200", "980", "2 400,5"], "980", "2 400,5"), (["−3", "4", "12"], "−3", "12"),
    // Whatever the separator means, the order is the same.
    (["1.234", "2.345", "3.456"], "1.234", "3.456"),
  ])
  func extremesInTheStyleOfTheColumn(_ cells: [String], _ least: String, _ most: String) {
    let summary = TableSummary.extract(from: column("Amount", cells))
    #expect(summary.contains("Amount ranges from \(least) (") && summary.contains(" to \(most) ("), "\(summary)")
  }

  @Test(arguments: [
    // Two styles, an unreadable cell that may be the greatest, thousands or thousandths.
    ("Amount", ["1.234,50", "1,234.50", "3"]), ("Amount", ["12", "about 900", "13", "15", "17"]),
    ("Amount", ["1.234", "987", "15"]),
    ("Amount", ["3 kg", "400 g", "5 kg"]), ("Amount", ["1.2.3", "1.2.4", "1.3.0"]),
    ("Amount", ["01.02.2024", "03.02.2024"]),
    ("Amount", ["3.9", "3.10", "3.11"]), ("Version", ["1.2", "1.3", "1.5"]), ("Amount", ["1914", "1939", "1989"]),
    ("Amount", ["007", "012", "090"]), ("Phone", ["5551234", "44332", "99"]),
    ("Amount", ["100234", "100977", "200111"]),
  ])
  func noExtremesWhereTheyAreNotCertain(_ name: String, _ cells: [String]) {
    let summary = TableSummary.extract(from: column(name, cells))
    #expect(!summary.contains("ranges"), "\(summary)")
  }

  @Test func sumsAreNoExtremes() {
    func ranges(_ rows: [[String]]) -> String? {
      let summary = TableSummary.extract(from: table([["Region", "Sales"]] + rows))
      return summary.firstRange(of: "Sales ranges").map { String(summary[$0.lowerBound...]) }
    }
    let rows = [["North", "10"], ["South", "20"], ["West", "5"]]
    let told = "Sales ranges from 5 (West) to 20 (South)."
    #expect(ranges(rows + [["Total", "35"]]) == told)
    #expect(ranges([["All regions", "35"]] + rows) == told)
    #expect(ranges(rows + [["Durchschnitt", "12"]]) == told)
    #expect(ranges(rows + [["合计", "35"]]) == told)
    #expect(ranges(rows + [["Subtotal", "35"], ["East", "8"], ["Subtotal", "8"], ["Grand total", "43"]]) == told)
    // A company of that name, and a sum that is not called so.
    #expect(ranges(rows + [["Total", "60"]]) == nil)
    #expect(ranges(rows + [["East", "8"], ["The country", "43"]]) == nil)
  }

  private func column(_ name: String, _ cells: [String]) -> DocumentTable {
    table([["Thing", name]] + cells.enumerated().map { ["thing \(["a", "b", "c", "d", "e"][$0])", $1] })
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
