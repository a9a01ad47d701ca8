import Foundations
import Testing

@testable import Documents

@Suite struct ParsedDocumentTests {
  private static var document: ParsedDocument {
    var document = ParsedDocument(
      title: "T", language: "en",
      elements: [
        DocumentElement(.title, "A", level: 1, sectionPath: ["A"]),
        DocumentElement(
          .text, "See B.", page: 2, box: PageBox(left: 1.04, top: 2, right: 3, bottom: 4), sectionPath: ["A"],
          links: [DocumentLink(text: "B", url: "b.html")]),
        DocumentElement(
          .table, "", sectionPath: ["A"],
          table: DocumentTable(cells: [
            .init(row: 0, column: 0, isHeader: true, text: "h"), .init(row: 1, column: 0, text: "v"),
          ])),
      ])
    document.metadata = ["author": "Me"]
    document.outline = [DocumentOutlineEntry(title: "A", level: 1)]
    document.flags = ["garbled_text"]
    return document
  }

  @Test func theRecordAsItIsStored() throws {
    let text =
      #"{"elements":[{"level":1,"section_path":["A"],"text":"A","type":"title"},"#
      + #"{"bbox":[1.0,2.0,3.0,4.0],"links":[{"text":"B","url":"b.html"}],"page":2,"section_path":["A"],"text":"See B.","type":"text"},"#
      + #"{"section_path":["A"],"table":{"cells":[{"column":0,"column_span":1,"header":true,"row":0,"row_span":1,"text":"h"},"#
      + #"{"column":0,"column_span":1,"header":false,"row":1,"row_span":1,"text":"v"}],"markdown":"| h |\n| --- |\n| v |"},"type":"table"}],"#
      + #""flags":["garbled_text"],"language":"en","metadata":{"author":"Me"},"outline":[{"level":1,"title":"A"}],"title":"T"}"#
    #expect(JSONValue.object(Self.document.json).canonicalText == text)
    #expect(JSONValue.object(ParsedDocument(elements: []).json).canonicalText == #"{"elements":[]}"#)
  }

  @Test func programsOfOnesOwnMaySayLess() throws {
    let read = try ParsedDocument([
      "elements": [
        ["type": "text", "level": "x", "bbox": [1, 2], "links": 7], ["type": "table", "table": [:]],
        ["type": "table", "table": "a text", "section_path": ["A", 2, "B"]],
      ],
      "metadata": ["a": "b", "n": 1], "flags": 3, "outline": [["title": "A", "level": 1], "B"],
    ])
    // What cannot be read of a list does not take the rest along.
    #expect(read.elements[2].sectionPath == ["A", "B"] && read.elements[2].table == nil && read.outline.count == 1)
    #expect(try ParsedDocument(["elements": [], "flags": ["x", 3]]).flags == ["x"])
    #expect(read.elements.map(\.kind) == [.text, .table, .table] && read.elements[0].text.isEmpty)
    #expect(read.elements[0].level == nil && read.elements[0].box == nil && read.elements[0].links.isEmpty)
    #expect(read.elements[1].table?.cells.isEmpty == true && read.metadata == ["a": "b"] && read.flags.isEmpty)
  }

  private static let faults: [(JSONObject, String)] = [
    ([:], "'elements' is missing"), (["elements": 1], "'elements' is not a list"),
    (["elements": [["type": "text"], "x"]], "'elements[1]' is not an object"),
    (["elements": [["text": "x"]]], "'elements[0].type' is missing"),
    (
      ["elements": [["type": "table", "table": ["cells": [["row": -1, "column": 0, "text": ""]]]]]],
      "'elements[0].table.cells' have one without row, column or text"
    ),
  ]

  @Test(arguments: faults) func whatIsNoDocumentSaysWhere(_ object: JSONObject, _ problem: String) {
    let error = #expect(throws: SluiceError.self) { try ParsedDocument(object) }
    #expect(error?.message == "this record is not a parsed document: \(problem)")
  }
}
