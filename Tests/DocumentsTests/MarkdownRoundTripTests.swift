import Foundations
import TestSupport
import Testing

@testable import Documents

/// Markdown that is written reads back as the same text.
@Suite struct MarkdownRoundTripTests {
  private func read(_ markdown: String) throws -> ParsedDocument {
    try MarkdownReader.read(Array(markdown.utf8), charset: nil)
  }

  /// The words of each element, without white space that Markdown does not keep.
  private func words(_ document: ParsedDocument) -> [String] {
    document.elements.map { element in
      func plain(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
      switch element.kind {
      case .table:
        let grid = element.table?.grid ?? []
        return "table " + grid.map { $0.map(plain).joined(separator: "|") }.joined(separator: "/")
      case .title: return "title\(element.level ?? 1) \(plain(element.text))"
      case .code: return "code \(element.text)"
      case .listItem: return "item\(element.level ?? 1) \(plain(element.text))"
      case .text, .caption, .footnote: return "text \(plain(element.text))"
      }
    }
  }

  @Test(arguments: [
    "# not a heading", "- not an item", "1986. A great year", "1) no item", "* * *", "---", "===", "> no quotation",
    "Use *stars* and _lines_ and <b>tags</b>", "a & b &amp; c &copy; d", "[a](b) and [c][d]", "[x]: http://a.b/c",
    "[^1]: no note", "`code` and ``more``", "``` no fence", "~~~ no fence", "~~struck~~ and ~5 or ~6", "a | b",
    "|---|---|",
    ":--", "\\*escaped\\* \\", "snake_case_name and __init__", "http://a.b/c_d_e?x=1*2*3 there", "www.a.b/_x_ there",
    "$5 and $6", "$a*b*c$ is $x_1$", "+++", "+ plus", "2 * 3 * 4", "C#", "!\\[a](b)", "<!-- no comment -->",
    "<http://a.b>",
    "10^6 [1] H2O", "a@b.example", "line one\nline two\n# line three", "…* *…", "_ _ _", "&#35; 35", "a\\", "**", "__",
    "``",
  ])
  func paragraphs(_ text: String) throws {
    for kind in [DocumentElement.Kind.text, .caption, .footnote] {
      let document = ParsedDocument(elements: [DocumentElement(.text, "Before."), DocumentElement(kind, text)])
      let markdown = DocumentMarkdown.text(document)
      #expect(try words(read(markdown)) == words(document), "\(markdown)")
    }
    let line = text.split(separator: "\n").joined(separator: " ")
    let title = ParsedDocument(elements: [DocumentElement(.title, line, level: 2)])
    #expect(try words(read(DocumentMarkdown.text(title))) == words(title), "\(DocumentMarkdown.text(title))")
    let item = ParsedDocument(elements: [DocumentElement(.listItem, "- " + text, level: 1)])
    #expect(try words(read(DocumentMarkdown.text(item))) == words(item), "\(DocumentMarkdown.text(item))")
    let cells = DocumentTable(cells: [
      DocumentTable.Cell(row: 0, column: 0, isHeader: true, text: "A|B"),
      DocumentTable.Cell(row: 0, column: 1, isHeader: true, text: "C"),
      DocumentTable.Cell(row: 1, column: 0, text: line), DocumentTable.Cell(row: 1, column: 1, text: "left\\|right"),
    ])
    let table = ParsedDocument(elements: [DocumentElement(.table, "", table: cells)])
    #expect(try words(read(DocumentMarkdown.text(table))) == words(table), "\(DocumentMarkdown.text(table))")
  }

  @Test func listsAreNested() throws {
    let items = [
      ("1. ordered", 1), ("- inner", 2), ("a. deeper", 3), ("2. second", 1), ("1. inner", 2), ("7. seven", 2),
      ("5. five", 2),
      ("10. ten", 1), ("- below ten", 2), ("3) other sign", 1),
    ]
    let document = ParsedDocument(elements: items.map { DocumentElement(.listItem, $0, level: $1) })
    let markdown = DocumentMarkdown.text(document)
    let read = try words(read(markdown))
    let expected = items.map { text, level in
      "item\(level) \(text == "a. deeper" ? "- a. deeper" : text == "3) other sign" ? "3. other sign" : text)"
    }
    #expect(read == expected, "\(markdown)")
  }

  @Test func tablesWithoutNamesAndCodeWithFences() throws {
    let table = DocumentTable(cells: [
      DocumentTable.Cell(row: 0, column: 0, text: "a"), DocumentTable.Cell(row: 0, column: 1, text: "b"),
      DocumentTable.Cell(row: 1, column: 0, text: "c"), DocumentTable.Cell(row: 1, column: 1, text: "d"),
    ])
    var code = DocumentElement(.code, "```\n# a *b*\n```\n    x\t<b>")
    code.codeLanguage = "sh"
    let document = ParsedDocument(elements: [DocumentElement(.table, "", table: table), code])
    #expect(try words(read(DocumentMarkdown.text(document))) == words(document))
  }

  /// Documents of random signs.
  @Test func randomDocuments() throws {
    var random = SeededGenerator(seed: 12)
    let parts = [
      "word", "Gate", "and", "*", "**", "_", "__", "`", "``", "~", "~~", "#", "##", "-", "+", ">", "1.", "12)", "[",
      "]", "(", ")",
      "[a](b)", "![x](y)", "<b>", "</i>", "<", "&", "&amp;", "&lt", "|", "\\", "\\\\", "$", "$$", "a_b", "snake_", "_x",
      "x*y",
      "http://a.b/c", "https://a.b/c_d?e=*f*", "www.a.b", "a@b.c", "!", "…", "é", "漢字", "10^6", "[1]", "[^1]", "[x]:",
      ":", "=",
      "===", "---", "***", "```", "~~~", "+++", "\"", "'", "{", "}", "%", "0", "\n",
    ]
    func text(_ random: inout SeededGenerator, _ lines: Bool) -> String {
      var text = ""
      for _ in 0...Int.random(in: 0..<9, using: &random) {
        let part = parts.randomElement(using: &random) ?? "x"
        text += (Bool.random(using: &random) ? " " : "") + (part == "\n" && !lines ? " " : part)
      }
      let trimmed = text.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }.filter {
        !$0.isEmpty
      }
      return trimmed.isEmpty ? "x" : trimmed.joined(separator: "\n")
    }
    for _ in 0..<3_000 {
      var elements: [DocumentElement] = []
      var depth = 0
      for _ in 0...Int.random(in: 0..<5, using: &random) {
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
          elements.append(DocumentElement(.title, text(&random, false), level: Int.random(in: 1...6, using: &random)))
        case 1, 2: elements.append(DocumentElement(.text, text(&random, true)))
        case 3:
          depth = min(depth + 1, Int.random(in: 1...4, using: &random))
          let marker = Bool.random(using: &random) ? "-" : "\(Int.random(in: 0...12, using: &random))."
          elements.append(DocumentElement(.listItem, marker + " " + text(&random, true), level: depth))
          continue
        case 4: elements.append(DocumentElement(.code, text(&random, true)))
        case 5:
          let lines = (0...4).map { _ in Bool.random(using: &random) ? "" : "  \t " + text(&random, false) }
          elements.append(DocumentElement(.code, (["x"] + lines + ["``` x"]).joined(separator: "\n")))
        case 6:
          elements.append(
            DocumentElement([.caption, .footnote][Int.random(in: 0...1, using: &random)], text(&random, true)))
        default:
          let cells = (0..<6).map { index in
            DocumentTable.Cell(row: index / 2, column: index % 2, isHeader: index < 2, text: text(&random, false))
          }
          elements.append(DocumentElement(.table, "", table: DocumentTable(cells: cells)))
        }
        depth = 0
      }
      let document = ParsedDocument(elements: elements)
      let markdown = DocumentMarkdown.text(document)
      let read = try read(markdown)
      let back = words(read)
      #expect(back == words(document), "\(markdown)")
      if back != words(document) { return }
      // And the other way: what was read is written as Markdown that reads the same once more.
      let again = DocumentMarkdown.text(read)
      #expect(try words(self.read(again)) == back, "\(markdown)\n\n\(again)")
      if try words(self.read(again)) != back { return }
    }
  }
}
