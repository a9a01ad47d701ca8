import Documents
import Evidence
import Foundations
import StageKit
import Testing

@testable import Stages

/// Counts words: enough to test a splitter.
private struct WordCounter: TokenCounter {
  func count(_ text: String) -> Int { text.split { $0 == " " || $0 == "\n" }.count }
}

/// Counts as byte pairs do: what stands between words costs tokens, too.
private struct GapCounter: TokenCounter {
  func count(_ text: String) -> Int {
    text.split { $0 == " " || $0 == "\n" }.count + text.split(separator: " ", omittingEmptySubsequences: false).count
      / 4
      + text.count { $0 == "\n" } / 2
  }
}

@Suite struct ChunkerTests {
  @Test(arguments: [32, 50, 64, 100]) func neverOverTheLimitWhenGapsCost(maximum: Int) {
    let elements =
      (0..<30).map { text(words(3 + $0 * 7 % 40, "p\($0)x")) } + [text(words(400)), text("a" + words(1) + words(90))]
    var document = ParsedDocument(title: "Doc", elements: elements)
    document.fillSectionPaths()
    let chunker = Chunker(counter: GapCounter(), maximum: maximum, overlap: maximum / 3, minimum: 8)
    for chunk in chunker.chunks(document, name: "Doc") {
      #expect(GapCounter().count(chunk.text) <= maximum, "\(chunk.text)")
    }
  }

  @Test func charactersOfManyTokens() {
    struct Bytes: TokenCounter { func count(_ text: String) -> Int { text.utf8.count } }
    let document = ParsedDocument(title: "D", elements: [text(String(repeating: "👨‍👩‍👧‍👦", count: 60))])
    let chunks = Chunker(counter: Bytes(), maximum: 100, overlap: 30, minimum: 8).chunks(document, name: "D")
    #expect(chunks.allSatisfy { $0.text.utf8.count <= 100 })
    #expect(chunks.count < 130)
  }

  @Test func sentencesWithoutSpacesGetNone() {
    let sentence = "水闸在早晨打开，河水流向磨坊。"
    let chunks = chunks([text(String(repeating: sentence, count: 40))], maximum: 6, overlap: 0)
    #expect(chunks.allSatisfy { !$0.text.dropFirst("Section: Doc".count).contains(" ") })
  }

  private func chunks(
    _ elements: [DocumentElement], maximum: Int = 50, overlap: Int = 10, minimum: Int = 8
  ) -> [ChunkDraft] {
    var document = ParsedDocument(title: "Doc", elements: elements)
    document.fillSectionPaths()
    return Chunker(counter: WordCounter(), maximum: maximum, overlap: overlap, minimum: minimum)
      .chunks(document, name: "Doc")
  }

  private func title(_ text: String, _ level: Int) -> DocumentElement {
    DocumentElement(.title, text, level: level)
  }
  private func text(_ text: String) -> DocumentElement { DocumentElement(.text, text) }
  private func words(_ count: Int, _ stem: String = "w") -> String {
    (0..<count).map { "\(stem)\($0)" }.joined(separator: " ")
  }

  @Test func breadcrumbs() {
    let chunks = chunks([title("A", 1), text(words(20)), title("B", 2), text(words(20))])
    #expect(chunks.map(\.sectionPath) == [["A"], ["A", "B"]])
    #expect(chunks[1].text.hasPrefix("Section: A -> B\n\nw0 w1"))
  }

  @Test func aTableWithoutCellsIsWhatItSays() {
    let chunks = chunks([text(words(20)), DocumentElement(.table, "apples 3, pears 4"), DocumentElement(.table, "")])
    #expect(chunks.map(\.kind) == [.text] && chunks[0].text.hasSuffix("\n\napples 3, pears 4"))
  }

  @Test func untitledTextHasTheDocumentsName() {
    let chunks = chunks([text(words(20))])
    #expect(chunks.count == 1)
    #expect(chunks[0].text.hasPrefix("Section: Doc\n\n"))
    #expect(chunks[0].sectionPath == [])
  }

  @Test func neverOverTheLimitNeverWithoutOverlap() {
    let sentences = (0..<60).map { "Sentence \($0) has a few words of its own." }
    for maximum in [32, 50, 77] {
      let chunks = chunks(
        [title("A", 1), text(sentences.joined(separator: " "))], maximum: maximum)
      #expect(chunks.count > 3)
      for chunk in chunks { #expect(chunk.tokens <= maximum) }
      for (first, second) in zip(chunks, chunks.dropFirst()) {
        let body = second.text.split(separator: "\n").last ?? ""
        let start = body.split(separator: " ").prefix(5).joined(separator: " ")
        #expect(first.text.contains(start))
      }
      for sentence in sentences { #expect(chunks.contains { $0.text.contains(sentence) }) }
    }
  }

  @Test func overlapDoesNotVanishWhenParagraphsJustFit() {
    let chunks = chunks([title("A", 1)] + (0..<4).map { text(words(48, "p\($0)x")) })
    for (first, second) in zip(chunks, chunks.dropFirst()) {
      let start = second.text.split(separator: "\n")[1].split(separator: " ").prefix(3).joined(
        separator: " ")
      #expect(first.text.contains(start))
      #expect(second.tokens <= 50)
    }
  }

  @Test func wordsWithoutEndAreSplitToo() {
    let chunks = chunks(
      [text(String(repeating: "x", count: 4000) + " " + words(300))], maximum: 32, overlap: 5)
    for chunk in chunks { #expect(chunk.tokens <= 32) }
  }

  @Test func aWallOfWordsTakesLinearTime() {
    let start = MonotonicClock.now
    let chunks = chunks([text(words(200_000))], maximum: 1000, overlap: 100)
    #expect(chunks.count > 200)
    #expect(chunks.allSatisfy { $0.tokens <= 1000 })
    #expect(MonotonicClock.seconds(since: start) < 20)
  }

  @Test func tinySectionsAreJoined() {
    let chunks = chunks([
      title("A", 1), title("B", 2), text("one two three"), title("C", 2), text("four five six"),
      title("D", 1), text(words(20)),
    ])
    #expect(chunks.count == 2)
    #expect(chunks[0].sectionPath == ["A"])
    #expect(chunks[0].text == "Section: A\n\nB\n\none two three\n\nC\n\nfour five six")
    #expect(chunks[1].sectionPath == ["D"])
  }

  @Test func titlesWithNothingBelowThemSpeak() {
    let chunks = chunks([
      title("A", 1), text(words(20)), title("Lonely", 1), title("B", 1), text(words(20)),
    ])
    #expect(chunks.contains { $0.text == "Section: Lonely\n\nLonely" })
  }

  @Test func tablesStayWholeWithTheirCaption() {
    let cells = (0..<3).flatMap { row in
      (0..<2).map {
        DocumentTable.Cell(row: row, column: $0, isHeader: row == 0, text: "c\(row)\($0)")
      }
    }
    let chunks = chunks([
      title("A", 1), text(words(20)), DocumentElement(.caption, "Table 1: Things"),
      DocumentElement(.table, "", table: DocumentTable(cells: cells)), text(words(20, "z")),
    ])
    #expect(chunks.map(\.kind) == [.text, .table, .text])
    #expect(
      chunks[1].text
        == "Section: A\nTable 1: Things\n\nTable:\n| c00 | c01 |\n| --- | --- |\n| c10 | c11 |\n| c20 | c21 |"
    )
    #expect(chunks[1].table?.cells.count == 6)
    #expect(chunks[2].text.hasPrefix("Section: A\n\nz0"))
  }

  @Test func longTablesRepeatTheirHeader() {
    let cells = (0..<40).flatMap { row in
      (0..<2).map {
        DocumentTable.Cell(row: row, column: $0, isHeader: row == 0, text: "c\(row)x\($0)")
      }
    }
    let chunks = chunks([
      title("A", 1), DocumentElement(.table, "", table: DocumentTable(cells: cells)),
    ])
    #expect(chunks.count > 3)
    for chunk in chunks {
      #expect(chunk.tokens <= 50)
      #expect(chunk.text.contains("| c0x0 | c0x1 |\n| --- | --- |"))
      #expect(chunk.table?.headerRowCount == 1)
    }
    #expect(chunks.reduce(0) { $0 + ($1.table?.bodyRows.count ?? 0) } == 39)
  }

  @Test func rowsOverTheLimit() {
    let cells = [
      DocumentTable.Cell(row: 0, column: 0, isHeader: true, text: "Key"),
      DocumentTable.Cell(row: 0, column: 1, isHeader: true, text: "Value"),
      DocumentTable.Cell(row: 1, column: 0, text: "k"),
      DocumentTable.Cell(row: 1, column: 1, text: words(120)),
    ]
    let chunks = chunks([
      title("A", 1), DocumentElement(.table, "", table: DocumentTable(cells: cells)),
    ])
    for chunk in chunks { #expect(chunk.tokens <= 50) }
    #expect(chunks[0].text.contains("Key: k"))
  }

  @Test func longBreadcrumbsGiveWay() {
    let chunks = chunks([title(words(30, "a"), 1), title(words(30, "b"), 2), text(words(100))])
    for chunk in chunks { #expect(chunk.tokens <= 50) }
  }

  @Test(arguments: [
    ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
    ("See e.g. Smith et al. (2020). Then go.", ["See e.g. Smith et al. (2020).", "Then go."]),
    ("Version 2.5 is out. J. Doe said so.", ["Version 2.5 is out.", "J. Doe said so."]),
    ("\"Quoted.\" Next. 1. Item", ["\"Quoted.\"", "Next.", "1. Item"]), ("一。二。", ["一。", "二。"]),
  ])
  func sentences(_ text: String, _ expected: [String]) {
    #expect(SentenceSplitter.sentences(text).map(String.init) == expected)
  }

  @Test func aTableTakesTheSentenceThatLeadsToItAlong() {
    let table = DocumentTable(cells: [
      .init(row: 0, column: 0, isHeader: true, text: "Gate"), .init(row: 1, column: 0, text: "North"),
    ])
    let chunks = chunks([
      title("A", 1), text(words(20)), text("The gates are these:"), DocumentElement(.table, "", table: table),
    ])
    #expect(chunks.count == 2)
    #expect(!chunks[0].text.contains("The gates are these:"))
    #expect(chunks[1].kind == .table)
    #expect(chunks[1].text.contains("The gates are these:"))
  }

  @Test func tablesStayWholeUpToTheirOwnLimit() {
    let cells = (0..<40).map { DocumentTable.Cell(row: $0, column: 0, isHeader: $0 == 0, text: "row \($0) of it") }
    var document = ParsedDocument(
      title: "Doc", elements: [title("A", 1), DocumentElement(.table, "", table: DocumentTable(cells: cells))])
    document.fillSectionPaths()
    func parts(_ whole: Int?) -> [ChunkDraft] {
      Chunker(counter: WordCounter(), maximum: 60, overlap: 0, minimum: 0, wholeTable: whole).chunks(
        document, name: "Doc")
    }
    #expect(parts(nil).count > 3)
    #expect(parts(nil).allSatisfy { $0.tokens <= 60 && $0.text.contains("row 0 of it") })
    #expect(parts(1000).count == 1)
  }

  @Test func codeIsDividedBetweenFunctions() {
    let functions = (0..<6).map { "def f\($0)(a, b):\n    x = a + b\n\n    return x * \($0)" }
    let chunks = chunks(
      [title("A", 1), DocumentElement(.code, functions.joined(separator: "\n\n"))], maximum: 40, overlap: 0)
    #expect(chunks.count >= 2)
    for function in functions { #expect(chunks.contains { $0.text.contains(function) }, "\(function)") }
  }

  @Test func functionsOfOtherLanguages() {
    let code = "int a() {\n  return 1;\n}\nint b() {\n  return 2;\n}\n"
    #expect(
      CodeSplitter.functions(code) == [
        .init(separator: "", text: "int a() {\n  return 1;\n}"),
        .init(separator: "\n", text: "int b() {\n  return 2;\n}"),
      ])
    #expect(CodeSplitter.lines("a\n\n  b") == [.init(separator: "", text: "a"), .init(separator: "\n\n", text: "  b")])
  }

  @Test func whatLeadsToATableIsNotLost() {
    let lead = "Read the last column of this long register of all vessels first, \(words(20, "w")):"
    let names = (0..<6).map { "Name of column \($0)" }
    let cells =
      names.enumerated().map { DocumentTable.Cell(row: 0, column: $0, isHeader: true, text: $1) }
      + (1..<20).flatMap { row in (0..<5).map { DocumentTable.Cell(row: row, column: $0, text: "v\(row)c\($0)") } }
    let made = chunks(
      [title("Fleet", 1), text(lead), DocumentElement(.table, "", table: DocumentTable(cells: cells))], maximum: 50)
    #expect(made.contains { $0.text.contains("first, w0") })
    #expect(made.contains { $0.text.contains("Name of column 5") }, "also of an empty column")
    #expect(made.allSatisfy { $0.tokens <= 50 })
  }

  @Test func aCaptionHeadsNoThousandChunks() {
    let cells = (0..<400).flatMap { row in
      (0..<2).map { DocumentTable.Cell(row: row, column: $0, isHeader: row == 0, text: "cell \(row) \($0)") }
    }
    let made = chunks([
      DocumentElement(.caption, "Sales of 2024"), DocumentElement(.table, "", table: DocumentTable(cells: cells)),
    ])
    #expect(made.count > 12 && made.count { $0.text.contains("Sales of 2024") } == 1)
  }

  @Test func textBeforeTheFirstHeadingIsNotUnderIt() {
    func heads(_ title: String?, _ elements: [DocumentElement]) -> [String] {
      var document = ParsedDocument(title: title, elements: elements)
      document.fillSectionPaths()
      return Chunker(counter: WordCounter(), maximum: 50, overlap: 0, minimum: 1)
        .chunks(document, name: Chunker<WordCounter>.name(of: document)).map { String($0.text.prefix(14)) }
    }
    #expect(heads("Locks", [text("Before."), title("Locks", 1), text("Under.")]) == ["Before.", "Section: Locks"])
    #expect(
      heads("Handbook", [text("Before."), title("Locks", 1), text("Under.")]) == ["Section: Handb", "Section: Locks"])
    #expect(heads(nil, [text("Only words.")]) == ["Only words."])
  }

  @Test func longTitlesStandInFullOnce() {
    let long = words(60, "Heading")
    let made = chunks([title(long, 1), text("Short."), title("Sub", 2), text("More.")], minimum: 0)
    #expect(made.contains { $0.text.contains("Heading59") } && made.contains { $0.text.contains("Heading30") })
    #expect(made.allSatisfy { $0.tokens <= 50 })
  }
}
