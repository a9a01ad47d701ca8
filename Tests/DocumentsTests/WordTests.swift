import Foundations
import TestSupport
import Testing

@testable import Documents

/// Word documents made here, part by part.
@Suite struct WordTests {
  private static let space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"

  private func lines(_ body: String, numbering: String = "", styles: String = "", relations: String = "") throws
    -> [String]
  {
    func part(_ name: String, _ inner: String) -> [UInt8] {
      let others =
        "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" xmlns:m=\"http://schemas.openxmlformats.org/officeDocument/2006/math\""
      return Array("<?xml version=\"1.0\"?><w:\(name) xmlns:w=\"\(Self.space)\" \(others)>\(inner)</w:\(name)>".utf8)
    }
    let rels =
      "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\(relations)</Relationships>"
    let bytes = StoredArchive.bytes([
      ("word/document.xml", part("document", "<w:body>\(body)</w:body>")),
      ("word/numbering.xml", part("numbering", numbering)),
      ("word/styles.xml", part("styles", styles)), ("word/_rels/document.xml.rels", Array(rels.utf8)),
      ("word/part.html", Array("<h2>From <i>outside</i></h2>".utf8)),
    ])
    return outline(try DocumentReader.read(bytes, DocumentSource(name: "x.docx")))
  }

  private func p(_ text: String, _ properties: String = "") -> String {
    "<w:p><w:pPr>\(properties)</w:pPr>\(r(text))</w:p>"
  }

  private func r(_ text: String, _ properties: String = "") -> String {
    "<w:r><w:rPr>\(properties)</w:rPr><w:t xml:space=\"preserve\">\(text)</w:t></w:r>"
  }

  private func item(_ text: String, _ list: Int, _ level: Int) -> String {
    p(text, "<w:numPr><w:ilvl w:val=\"\(level)\"/><w:numId w:val=\"\(list)\"/></w:numPr>")
  }

  private func level(_ number: Int, _ format: String, _ text: String, _ more: String = "") -> String {
    "<w:lvl w:ilvl=\"\(number)\"><w:start w:val=\"1\"/><w:numFmt w:val=\"\(format)\"/><w:lvlText w:val=\"\(text)\"/>\(more)</w:lvl>"
  }

  @Test func whatFormsAskAndWhatIsChosen() throws {
    func control(_ properties: String, _ text: String) -> String {
      "<w:sdt><w:sdtPr>\(properties)</w:sdtPr><w:sdtContent>\(r(text))</w:sdtContent></w:sdt>"
    }
    let list =
      "<w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData><w:ddList><w:default w:val=\"0\"/>RESULT<w:listEntry w:val=\"Red\"/><w:listEntry w:val=\"Blue\"/></w:ddList></w:ffData></w:fldChar></w:r><w:r><w:instrText> FORMDROPDOWN </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
    #expect(
      try lines("<w:p>\(r("Name: "))\(control("<w:showingPlcHdr/><w:text/>", "Click here to enter text."))</w:p>")
        == ["text Name:"])
    #expect(try lines("<w:p>\(r("Name: "))\(control("<w:text/>", "Jane"))</w:p>") == ["text Name: Jane"])
    #expect(
      try lines("<w:p>\(r("Colour: "))\(list.replacing("RESULT", with: "<w:result w:val=\"1\"/>"))</w:p>")
        == ["text Colour: Blue"])
    #expect(try lines("<w:p>\(r("Colour: "))\(list.replacing("RESULT", with: ""))</w:p>") == ["text Colour: Red"])
  }

  @Test func numbersAreThoseThatWordShows() throws {
    let numbering =
      "<w:abstractNum w:abstractNumId=\"0\">\(level(0, "upperRoman", "Article %1"))\(level(1, "decimal", "%1.%2", "<w:isLgl/>"))\(level(2, "lowerLetter", "(%3)"))</w:abstractNum>"
      + "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num><w:num w:numId=\"2\"><w:abstractNumId w:val=\"0\"/></w:num>"
      + "<w:num w:numId=\"3\"><w:abstractNumId w:val=\"0\"/><w:lvlOverride w:ilvl=\"0\"><w:startOverride w:val=\"5\"/></w:lvlOverride></w:num>"
    let body =
      item("a", 1, 0) + item("b", 1, 1) + item("c", 1, 2) + item("d", 1, 2) + item("e", 1, 0) + item("f", 1, 1)
      + item("", 1, 1) + item("g", 1, 1) + item("h", 2, 0) + item("i", 3, 0) + item("j", 3, 0)
      + p("k", "<w:numPr><w:numId w:val=\"0\"/></w:numPr>")
    #expect(
      try lines(body, numbering: numbering) == [
        "list_item1 Article I a", "list_item2 1.1 b", "list_item3 (a) c", "list_item3 (b) d", "list_item1 Article II e",
        "list_item2 2.1 f", "list_item2 2.3 g", "list_item1 Article III h", "list_item1 Article V i",
        "list_item1 Article VI j",
        "text k",
      ])
  }

  @Test func headingsHaveTheirNumbers() throws {
    let numbering =
      "<w:abstractNum w:abstractNumId=\"0\">\(level(0, "decimal", "%1", "<w:pStyle w:val=\"H1\"/>"))\(level(1, "decimal", "%1.%2", "<w:pStyle w:val=\"H2\"/>"))</w:abstractNum><w:num w:numId=\"7\"><w:abstractNumId w:val=\"0\"/></w:num>"
    let styles = (1...2).map {
      "<w:style w:styleId=\"H\($0)\" w:type=\"paragraph\"><w:name w:val=\"heading \($0)\"/><w:pPr><w:numPr><w:numId w:val=\"7\"/></w:numPr></w:pPr></w:style>"
    }.joined()
    let body =
      p("Scope", "<w:pStyle w:val=\"H1\"/>") + p("Fees", "<w:pStyle w:val=\"H1\"/>")
      + p("Late", "<w:pStyle w:val=\"H2\"/>")
    #expect(
      try lines(body, numbering: numbering, styles: styles) == ["title1 1 Scope", "title1 2 Fees", "title2 2.1 Late"])
  }

  @Test func paragraphsThatRunOn() throws {
    #expect(try lines(p("T", "<w:framePr w:dropCap=\"drop\"/>") + p("he gate")) == ["text The gate"])
    #expect(try lines(p("One ", "<w:rPr><w:del w:id=\"1\"/></w:rPr>") + p("line")) == ["text One line"])
    #expect(try lines(p("Last", "<w:rPr><w:del w:id=\"1\"/></w:rPr>")) == ["text Last"])
  }

  @Test func runsAndFields() throws {
    let hidden =
      "<w:style w:styleId=\"S\" w:type=\"character\"><w:name w:val=\"secret\"/><w:rPr><w:vanish/></w:rPr></w:style>"
    #expect(
      try lines("<w:p>\(r("Shown. "))\(r("no", "<w:rStyle w:val=\"S\"/>"))\(r("Too."))</w:p>", styles: hidden) == [
        "text Shown. Too."
      ])
    let sup = "<w:vertAlign w:val=\"superscript\"/>"
    #expect(try lines("<w:p>\(r("10"))\(r("1", sup))\(r("2", sup))\(r(" grains"))</w:p>") == ["text 10^12 grains"])
    #expect(
      try lines(
        "<w:p>\(r("5 "))<w:r><w:sym w:font=\"Symbol\" w:char=\"F0B0\"/></w:r>\(r("C "))\(r("ü", "<w:rFonts w:ascii=\"Wingdings\"/>"))</w:p>"
      )
        == ["text 5 °C ✓"])
    #expect(try lines("<w:p><w:pPr><w:tabs><w:tab w:val=\"left\"/></w:tabs></w:pPr>\(r("x"))</w:p>") == ["text x"])
    #expect(
      try lines(
        "<w:p><m:oMath><m:f><m:num><m:r><m:t>1</m:t></m:r></m:num><m:den><m:r><m:t>n+1</m:t></m:r></m:den></m:f></m:oMath></w:p>"
      )
        == ["text 1/(n+1)"])
    let field =
      "<w:r><w:fldChar w:fldCharType=\"begin\"/></w:r><w:r><w:instrText> HYPERLINK \"http://a.b/\" \\l \"c\" </w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>\(r("site"))<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
    let bytes = StoredArchive.bytes([
      (
        "word/document.xml",
        Array(
          "<x:document xmlns:x=\"\(Self.space)\"><x:body>\(("<w:p>" + r("See ") + field + "</w:p>").replacingPrefix())</x:body></x:document>"
            .utf8)
      )
    ])
    let document = try DocumentReader.read(bytes, DocumentSource())
    #expect(
      document.elements.first?.links == [DocumentLink(text: "site", url: "http://a.b/#c")], "also with another prefix")
  }

  /// As LibreOffice writes raised signs and the names of columns.
  @Test func ofLibreOffice() throws {
    let raised = "<w:position w:val=\"8\"/><w:sz w:val=\"19\"/>"
    #expect(try lines("<w:p>\(r("10"))\(r("6", raised))\(r(" grains"))</w:p>") == ["text 10^6 grains"])
    let style = "<w:style w:styleId=\"TH\" w:type=\"paragraph\"><w:name w:val=\"Table Heading\"/></w:style>"
    let head =
      "<w:tr><w:tc>\(p("Part", "<w:pStyle w:val=\"TH\"/>"))</w:tc><w:tc>\(p("Grams", "<w:pStyle w:val=\"TH\"/>"))</w:tc></w:tr>"
    #expect(
      try lines("<w:tbl>\(head)<w:tr><w:tc>\(p("Lid"))</w:tc><w:tc>\(p("12"))</w:tc></w:tr></w:tbl>", styles: style)
        == ["table | Part | Grams |\n| --- | --- |\n| Lid | 12 |"])
  }

  @Test func boxes() throws {
    func control(_ properties: String, _ sign: String) -> String {
      "<w:sdt><w:sdtPr><w14:checkbox xmlns:w14=\"http://schemas.microsoft.com/office/word/2010/wordml\">\(properties)</w14:checkbox></w:sdtPr><w:sdtContent>\(sign)</w:sdtContent></w:sdt>"
    }
    let ticked = control("<w14:checked w14:val=\"1\"/>", r("☒")) + r(" Oil")
    let open =
      control("<w14:checked w14:val=\"0\"/>", "<w:r><w:sym w:font=\"Wingdings\" w:char=\"F0A8\"/></w:r>") + r(" Paint")
    let field =
      "<w:r><w:fldChar w:fldCharType=\"begin\"><w:ffData><w:checkBox><w:default w:val=\"0\"/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"end\"/></w:r>"
      + r(" Grease")
    // A control of another kind holds what it holds.
    let other = "<w:sdt><w:sdtPr/><w:sdtContent>\(r("plain"))</w:sdtContent></w:sdt>" + r(" ☐")
    #expect(
      try lines([ticked, open, field, other].map { "<w:p>\($0)</w:p>" }.joined())
        == ["text [x] Oil", "text [ ] Paint", "text [ ] Grease", "text plain ☐"])
  }

  @Test func tables() throws {
    func cell(_ text: String, _ properties: String = "") -> String {
      "<w:tc><w:tcPr>\(properties)</w:tcPr>\(p(text))</w:tc>"
    }
    let look = "<w:tblPr><w:tblLook w:val=\"0020\"/></w:tblPr>"
    #expect(
      try lines(
        "<w:tbl>\(look)<w:tr>\(cell("Part"))\(cell("Grams"))</w:tr><w:tr>\(cell("Lid"))\(cell("12"))</w:tr></w:tbl>")
        == ["table | Part | Grams |\n| --- | --- |\n| Lid | 12 |"])
    #expect(
      try lines(
        "<w:tbl><w:tr>\(cell("Wide", "<w:hMerge w:val=\"restart\"/>"))\(cell("", "<w:hMerge/>"))</w:tr><w:tr>\(cell("a"))\(cell("b"))</w:tr><w:tr><w:trPr><w:del/></w:trPr>\(cell("gone"))\(cell("gone"))</w:tr></w:tbl>"
      )
        == ["table |  |  |\n| --- | --- |\n| Wide | Wide |\n| a | b |"])
  }

  @Test func partsOfOtherFormats() throws {
    let relation = "<Relationship Id=\"r1\" Type=\"x/aFChunk\" Target=\"part.html\"/>"
    #expect(
      try lines(p("Before") + "<w:altChunk r:id=\"r1\"/>" + p("Behind"), relations: relation)
        == ["text Before", "title2 From outside", "text Behind"])
  }
}

extension String {
  fileprivate func replacingPrefix() -> String {
    split(separator: "w:", omittingEmptySubsequences: false).joined(separator: "x:")
  }
}
