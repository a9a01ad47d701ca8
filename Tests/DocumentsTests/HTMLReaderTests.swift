import Foundations
import TestSupport
import Testing

@testable import Documents

/// Elements on lines: `title1 The Handbook`, for comparing.
func outline(_ document: ParsedDocument) -> [String] {
  document.elements.map { element in
    "\(element.kind.rawValue)\(element.level.map(String.init) ?? "") \(element.table?.markdown ?? element.text)"
  }
}

@Suite struct HTMLReaderTests {
  private func read(_ html: String) throws -> ParsedDocument {
    try HTMLReader.read(Array(html.utf8), charset: nil)
  }

  @Test func handbook() throws {
    let document = try HTMLReader.read(
      FileSystem.read(ProjectFiles.fixture("documents/handbook.html")), charset: nil)
    #expect(document.title == "The Sluice Handbook")
    #expect(document.language == "en-GB")
    let lines = outline(document)
    #expect(lines[0] == "title1 The Handbook")
    #expect(
      lines[1].hasPrefix("text A sluice lets water through, and keeps back what should stay."))
    #expect(
      Array(lines[2...]) == [
        "title2 1. Gates", "text Gates open upwards.\nThey close by weight.",
        "list_item1 - Wooden gates",
        "list_item2 - Oak", "list_item2 - Larch", "text Larch lasts longer under water.",
        "list_item1 - Iron gates",
        "list_item1 3. Third", "list_item1 4. Fourth", "list_item1 Sill: The beam at the bottom.",
        "list_item1 Paddle: A small door.", "text It lets water into the chamber.",
        "code open(gate)\n  wait(2)",
        "title2 2. Measures",
        "text What was measured in three years at two gates, in metres, and by whom it was measured there.",
        "caption Table 1: Levels",
        """
        table | Gate | Level / Low | Level / High |
        | --- | --- | --- |
        | North | 1.2 | 3.4 |
        | North | 1.3 | a\\|b |
        | South | none | none |
        """,
        "title3 2.1. Notes", "text Measure twice.", "caption Figure 1: A gate",
        "text Only arranges the page.",
        "footnote 1 A footnote.",
      ])
    #expect(document.elements.last?.sectionPath == ["The Handbook", "2. Measures", "2.1. Notes"])
  }

  @Test func jsonBothWays() throws {
    let document = try HTMLReader.read(
      FileSystem.read(ProjectFiles.fixture("documents/handbook.html")), charset: nil)
    let json = document.json
    #expect(try ParsedDocument(json) == document)
    #expect(try ParsedDocument(JSONValue(parsing: json.canonicalBytes).object!).json == json)
  }

  @Test func pagesOfNothingButNavigationAreRead() throws {
    #expect(
      outline(try read("<nav><ul><li><a href=a>A</a><li>B</ul></nav>")) == [
        "list_item1 - A", "list_item1 - B",
      ])
  }

  @Test func headersInsideArticlesStay() throws {
    let lines = outline(
      try read("<header>Site</header><article><header><h1>T</h1></header><p>x</article><footer>f"))
    #expect(lines == ["title1 T", "text x"])
  }

  @Test(arguments: [
    // Spans beyond the table end with it; a rowspan of 0 goes to the end of the group.
    (
      "<table><tr><th>a<th>b<tr><td rowspan=9>1<td>2<tr><td>3</table>",
      "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 1 | 3 |"
    ),
    (
      "<table><tr><th>a<th>b<tbody><tr><td rowspan=0>1<td>2<tr><td>3</table>",
      "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 1 | 3 |"
    ),
    // tfoot comes last wherever it stands.
    (
      "<table><thead><tr><th>a<th>b<tfoot><tr><td>f<td>g<tbody><tr><td>1<td>2</table>",
      "| a | b |\n| --- | --- |\n| 1 | 2 |\n| f | g |"
    ),
    ("<table><tr><td>1<td>2<tr><td>3<td>4</table>", "|  |  |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |"),
    ("<table><tr><th>x<td>1<tr><th>y<td>2</table>", "|  |  |\n| --- | --- |\n| x | 1 |\n| y | 2 |"),
    (
      "<table><tr><th colspan=3>a<tr><td>1<td>2<td>3</table>",
      "| a | a | a |\n| --- | --- | --- |\n| 1 | 2 | 3 |"
    ),
  ])
  func tables(_ html: String, _ markdown: String) throws {
    #expect(try read(html).elements.compactMap(\.table?.markdown) == [markdown])
  }

  @Test(arguments: [
    "<table role=presentation><tr><td>a<td>b<tr><td>c<td>d</table>",
    "<table><tr><td><table><tr><td>a<td>b<tr><td>c<td>d</table></table>",
    "<table><tr><td>a<td>b</table>",
    "<table><tr><td><h2>a</h2><td>b<tr><td>c<td>d</table>",
  ])
  func layoutTables(_ html: String) throws {
    let document = try read(html)
    #expect(
      document.elements.count { $0.table != nil }
        <= (html.contains("<table><tr><td><table>") ? 1 : 0))
    #expect(!document.elements.isEmpty)
  }

  @Test func spansThatWouldFillTheMemory() throws {
    let cell = "<td rowspan=65534 colspan=1000>x"
    let html =
      "<table><tr><th>a<th>b"
      + String(repeating: "<tr>" + String(repeating: cell, count: 50), count: 50) + "</table>"
    #expect(try read(html).elements.count == 1)
  }

  @Test func deepNestingIsRefused() {
    let html = String(repeating: "<span>", count: 6000) + "x"
    let done = Monitor<Result<ParsedDocument, any Error>?>(nil)
    _ = BlockingThread("deep", stackSize: 256 << 20) {
      let result = Result { try HTMLReader.read(Array(html.utf8), charset: nil) }
      done.update { $0 = result }
    }
    let result = done.wait { $0 }
    #expect(throws: ItemProblem.self) { try result?.get() }
  }
}
