import Foundations
import TestSupport
import Testing

@testable import Documents

/// Presentations and OpenDocument files, made here part by part.
@Suite struct SlidesTests {
  private static let names =
    "xmlns:p=\"http://schemas.openxmlformats.org/presentationml/2006/main\" xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\""

  private func shape(_ type: String, _ paragraphs: String, _ box: (Int, Int, Int, Int)? = nil) -> String {
    let frame = box.map { "<a:xfrm><a:off x=\"\($0)\" y=\"\($1)\"/><a:ext cx=\"\($2)\" cy=\"\($3)\"/></a:xfrm>" } ?? ""
    let place = type.isEmpty ? "" : "<p:ph type=\"\(type)\"/>"
    return
      "<p:sp><p:nvSpPr><p:cNvPr id=\"1\" name=\"x\"/><p:nvPr>\(place)</p:nvPr></p:nvSpPr><p:spPr>\(frame)</p:spPr><p:txBody>\(paragraphs)</p:txBody></p:sp>"
  }

  private func p(_ text: String, _ properties: String = "", level: Int = 0) -> String {
    "<a:p><a:pPr lvl=\"\(level)\">\(properties)</a:pPr><a:r><a:t>\(text)</a:t></a:r></a:p>"
  }

  private func slides(_ slides: [String], notes: String = "") throws -> ParsedDocument {
    let rels = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    let ids = slides.indices.map { "<p:sldId id=\"\($0)\" r:id=\"s\($0)\"/>" }.joined()
    var members = [
      ("ppt/presentation.xml", "<p:presentation \(Self.names)><p:sldIdLst>\(ids)</p:sldIdLst></p:presentation>"),
      (
        "ppt/_rels/presentation.xml.rels",
        rels + slides.indices.map { "<Relationship Id=\"s\($0)\" Type=\"t\" Target=\"slides/s\($0).xml\"/>" }.joined()
          + "</Relationships>"
      ),
      ("ppt/notesSlides/n.xml", "<p:notes \(Self.names)><p:cSld><p:spTree>\(notes)</p:spTree></p:cSld></p:notes>"),
    ]
    for (index, slide) in slides.enumerated() {
      members.append(
        ("ppt/slides/s\(index).xml", "<p:sld \(Self.names)><p:cSld><p:spTree>\(slide)</p:spTree></p:cSld></p:sld>"))
      let note = index == 0 ? "<Relationship Id=\"n\" Type=\"t\" Target=\"../notesSlides/n.xml\"/>" : ""
      members.append(("ppt/slides/_rels/s\(index).xml.rels", rels + note + "</Relationships>"))
    }
    return try DocumentReader.read(StoredArchive.bytes(members.map { ($0, Array($1.utf8)) }), DocumentSource())
  }

  @Test func titlesBulletsAndNotes() throws {
    let body = shape(
      "body",
      p("Wooden") + p("Oak", level: 1) + p("So", "<a:buNone/>") + p("x", "<a:buAutoNum type=\"alphaLcParenR\"/>")
        + p("y", "<a:buAutoNum type=\"alphaLcParenR\"/>"))
    let raised = "<a:p><a:r><a:t>10</a:t></a:r><a:r><a:rPr baseline=\"30000\"/><a:t>6</a:t></a:r></a:p>"
    let document = try slides(
      [body + shape("title", p("Kinds")) + shape("sldNum", p("1")), shape("", raised)],
      notes: shape("body", p("Slowly.")) + shape("sldNum", p("1")))
    #expect(
      outline(document) == [
        "title1 Kinds", "list_item1 - Wooden", "list_item2 - Oak", "text So", "list_item1 a) x", "list_item1 b) y",
        "text Notes: Slowly.",
        "title1 Slide 2", "text 10^6",
      ])
    #expect(document.elements.map(\.page) == [1, 1, 1, 1, 1, 1, 1, 2, 2])
  }

  @Test func shapesAreReadAsTheyLie() throws {
    let below = shape("", p("Below."), (0, 500, 900, 100))
    let heads = shape("", p("B"), (500, 100, 400, 50)) + shape("", p("A"), (0, 100, 400, 50))
    let bodies = shape("", p("b"), (500, 200, 400, 200)) + shape("", p("a"), (0, 200, 400, 200))
    let lines = outline(try slides([below + bodies + heads + shape("title", p("T"))]))
    #expect(lines == ["title1 T", "text A", "text a", "text B", "text b", "text Below."])
  }

  @Test func tables() throws {
    func cell(_ text: String, _ more: String = "") -> String { "<a:tc \(more)><a:txBody>\(p(text))</a:txBody></a:tc>" }
    let table =
      "<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tblPr firstRow=\"1\"/><a:tr>\(cell("Gate", "gridSpan=\"2\""))\(cell("", "hMerge=\"1\""))</a:tr><a:tr>\(cell("N"))\(cell("1"))</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    #expect(outline(try slides([table])).last == "table | Gate | Gate |\n| --- | --- |\n| N | 1 |")
  }

  // MARK: OpenDocument

  private static let open = "urn:oasis:names:tc:opendocument:xmlns:"

  /// Any letters for the namespaces.
  private static let openNames =
    "xmlns:o=\"\(open)office:1.0\" xmlns:t=\"\(open)text:1.0\" xmlns:b=\"\(open)table:1.0\" xmlns:s=\"\(open)style:1.0\" xmlns:d=\"\(open)drawing:1.0\" xmlns:pr=\"\(open)presentation:1.0\" xmlns:v=\"\(open)svg-compatible:1.0\" xmlns:l=\"http://www.w3.org/1999/xlink\""

  private func odf(_ kind: String, _ body: String, styles: String = "") throws -> [String] {
    let content =
      "<o:document-content \(Self.openNames)><o:automatic-styles>\(styles)</o:automatic-styles><o:body><o:\(kind)>\(body)</o:\(kind)></o:body></o:document-content>"
    let bytes = StoredArchive.bytes([
      ("mimetype", Array("application/vnd.oasis.opendocument.\(kind)".utf8)), ("content.xml", Array(content.utf8)),
    ])
    return outline(try DocumentReader.read(bytes, DocumentSource()))
  }

  @Test func openText() throws {
    let styles =
      "<t:list-style s:name=\"L\"><t:list-level-style-number t:level=\"1\" s:num-format=\"I\" s:num-suffix=\".\"/><t:list-level-style-number t:level=\"2\" s:num-format=\"1\" t:display-levels=\"2\"/></t:list-style><s:style s:name=\"U\" s:family=\"text\"><s:text-properties s:text-position=\"super 58%\"/></s:style>"
    let body =
      "<t:h t:outline-level=\"2\">Scope</t:h><t:p>10<t:span t:style-name=\"U\">6</t:span><t:s t:c=\"2\"/>of<t:line-break/><t:a l:href=\"http://a.b\">sand</t:a><t:note><t:note-citation>1</t:note-citation><t:note-body><t:p>Really.</t:p></t:note-body></t:note></t:p><t:tracked-changes><t:p>gone</t:p></t:tracked-changes><t:list t:style-name=\"L\"><t:list-item><t:p>a</t:p><t:list><t:list-item><t:p>b</t:p></t:list-item></t:list></t:list-item><t:list-item><t:p>c</t:p></t:list-item></t:list><b:table><b:table-header-rows><b:table-row><b:table-cell b:number-columns-spanned=\"2\"><t:p>H</t:p></b:table-cell><b:covered-table-cell/></b:table-row></b:table-header-rows><b:table-row><b:table-cell><t:p>1</t:p></b:table-cell><b:table-cell><t:p>2</t:p></b:table-cell></b:table-row></b:table>"
    #expect(
      try odf("text", body, styles: styles) == [
        "title2 Scope", "text 10^6 of\nsand[1]", "list_item1 I. a", "list_item2 I.1 b", "list_item1 II. c",
        "table | H | H |\n| --- | --- |\n| 1 | 2 |", "footnote [1] Really.",
      ])
  }

  @Test func openSheetsAndSlides() throws {
    let sheet =
      "<b:table b:name=\"S\"><b:table-row><b:table-cell o:value-type=\"string\"><t:p>Day</t:p></b:table-cell><b:table-cell o:value-type=\"string\"><t:p>Sum</t:p></b:table-cell></b:table-row><b:table-row><b:table-cell o:value-type=\"date\" o:date-value=\"2024-02-29T13:05:00\"><t:p>29.2.24</t:p></b:table-cell><b:table-cell o:value-type=\"float\" o:value=\"1234.5\"><t:p>1,234.50</t:p></b:table-cell></b:table-row><b:table-row b:number-rows-repeated=\"1048000\"><b:table-cell b:number-columns-repeated=\"16384\"/></b:table-row></b:table>"
    #expect(
      try odf("spreadsheet", sheet) == [
        "title1 S", "table | Day | Sum |\n| --- | --- |\n| 2024-02-29 13:05 | 1,234.50 |",
      ])
    let page =
      "<d:page><d:frame v:x=\"1cm\" v:y=\"5cm\" v:width=\"9cm\" v:height=\"1cm\"><d:text-box><t:p>Below</t:p></d:text-box></d:frame><d:frame pr:class=\"outline\" v:x=\"1cm\" v:y=\"2cm\" v:width=\"9cm\" v:height=\"1cm\"><d:text-box><t:list><t:list-item><t:p>Point</t:p></t:list-item></t:list></d:text-box></d:frame><d:frame pr:class=\"title\"><d:text-box><t:p>Kinds</t:p></d:text-box></d:frame><pr:notes><d:frame pr:class=\"notes\"><d:text-box><t:p>Slowly.</t:p></d:text-box></d:frame></pr:notes></d:page>"
    #expect(
      try odf("presentation", page) == ["title1 Kinds", "list_item1 - Point", "text Below", "text Notes: Slowly."])
  }

  /// What nobody called a header, but wrote in the style of one.
  @Test func headersByStyle() throws {
    func row(_ cells: String..., style: String) -> String {
      "<b:table-row>" + cells.map { "<b:table-cell><t:p t:style-name=\"\(style)\">\($0)</t:p></b:table-cell>" }.joined()
        + "</b:table-row>"
    }
    let own = "<s:style s:name=\"P1\" s:family=\"paragraph\" s:parent-style-name=\"Table_20_Heading\"/>"
    let body = row("Gate", "Level", style: "P1") + row("North", "3", style: "Table_20_Contents")
    #expect(
      try odf("text", "<b:table>\(body)</b:table>", styles: own) == [
        "table | Gate | Level |\n| --- | --- |\n| North | 3 |"
      ])
    // Where all rows are so, none is a header.
    let all = row("Gate", "Level", style: "P1") + row("North", "3", style: "P1")
    #expect(
      try odf("text", "<b:table>\(all)</b:table>", styles: own) == [
        "table |  |  |\n| --- | --- |\n| Gate | Level |\n| North | 3 |"
      ])
  }

  /// A slide without a title is called the same, whatever wrote it.
  @Test func titlesOfSlidesWithoutPlaces() throws {
    let points = ["High at six", "Low at noon"]
    func frame(_ inner: String, _ top: Int) -> String {
      "<d:frame v:x=\"1cm\" v:y=\"\(top)cm\" v:width=\"9cm\" v:height=\"1cm\"><d:text-box>\(inner)</d:text-box></d:frame>"
    }
    let items = points.map { "<t:list-item><t:p>\($0)</t:p></t:list-item>" }.joined()
    let open = try odf(
      "presentation", "<d:page>\(frame("<t:list>\(items)</t:list>", 5))\(frame("<t:p>Tides today</t:p>", 1))</d:page>")
    let bullets = points.map { p($0, "<a:buChar char=\"•\"/>") }.joined()
    let other = outline(
      try slides([
        shape("", bullets, (0, 500, 900, 100)) + shape("", p("Tides today", "<a:buNone/>"), (0, 100, 900, 50))
      ]))
    #expect(open == ["title1 Tides today", "list_item1 - High at six", "list_item1 - Low at noon"])
    #expect(other == open)
  }

  /// One XML file, whatever it is called; what the text calls a title is none of the document's.
  @Test(arguments: ["text", "spreadsheet", "presentation", "graphics"]) func flat(_ kind: String) throws {
    let table =
      "<b:table b:name=\"S\"><b:table-row><b:table-cell o:value-type=\"float\" o:value=\"7\"><t:p>7</t:p></b:table-cell></b:table-row></b:table>"
    let picture =
      "<d:frame><d:image><o:binary-data>" + String(repeating: "QUFB", count: 3_000_000)
      + "</o:binary-data></d:image></d:frame>"
    let bodies = [
      "text":
        "<o:text><t:h t:outline-level=\"1\">One<v:title>No</v:title></t:h><t:p>10<t:span t:style-name=\"U\">6</t:span>\(picture)</t:p></o:text>",
      "spreadsheet": "<o:spreadsheet>\(table)</o:spreadsheet>",
      "presentation":
        "<o:presentation><d:page><d:frame pr:class=\"title\"><d:text-box><t:p>One</t:p></d:text-box></d:frame></d:page></o:presentation>",
      "graphics": "<o:drawing><d:page><d:custom-shape><t:p>Drawn</t:p></d:custom-shape></d:page></o:drawing>",
    ]
    let style =
      "<o:styles><s:style s:name=\"U\" s:family=\"text\"><s:text-properties s:text-position=\"super 58%\"/></s:style></o:styles>"
    let meta = "<o:meta><dc:title xmlns:dc=\"http://purl.org/dc/elements/1.1/\">Called</dc:title></o:meta>"
    let file =
      "<?xml version=\"1.0\"?>\n<!-- x --><o:document \(Self.openNames) o:mimetype=\"application/vnd.oasis.opendocument.\(kind)\">\(meta)\(style)<o:body>\(try #require(bodies[kind]))</o:body></o:document>"
    let lines = [
      "text": ["title1 OneNo", "text 10^6"], "spreadsheet": ["title1 S", "text 7"],
      "presentation": ["title1 One"],
      "graphics": ["title1 Slide 1", "text Drawn"],
    ]
    let document = try DocumentReader.read(Array(file.utf8), DocumentSource(name: "x.txt"))
    #expect(outline(document) == lines[kind])
    #expect(document.title == "Called")
    // Cut off in the middle it is damaged, and no text.
    let cut = Array(file.utf8.prefix(file.utf8.count - 40))
    #expect { try DocumentReader.read(cut, DocumentSource()) } throws: {
      ($0 as? ItemProblem)?.kind == "corrupt_archive"
    }
  }
}
