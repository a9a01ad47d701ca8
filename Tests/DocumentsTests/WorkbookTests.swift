import Foundations
import TestSupport
import Testing

@testable import Documents

@Suite struct WorkbookTests {
  @Test(arguments: [
    (1234.5, "#,##0.00", "1,234.50"), (1234, "00000", "01234"), (0.125, "0.00%", "12.5%"), (0.5, "0%", "50%"),
    (12345, "0.00E+00", "1.23E+04"),
    (-5, "0;(0)", "(5)"), (0, "0;(0);\"none\"", "none"), (3.5, "0.00\" days\"", "3.50 days"),
    (1_234_567, "#,##0,\"K\"", "1,235K"),
    (2.5, "# ?/?", "2 1/2"), (0.25, "?/?", "1/4"), (5_551_234, "000-0000", "555-1234"), (0.125, "0.00", "0.13"),
    (1.5, "#.##", "1.5"),
    (9.999, "0.00E+00", "1.00E+01"), (-0.001, "0.00", "0.00"), (1500, "[>=1000]0.0,\"k\";0", "1.5k"),
    (20, "[$€-407] #,##0", "€ 20"),
    (1e6, "#,##0_);(#,##0)", "1,000,000"), (42, "General\" pcs\"", "42 pcs"),
    // Sections with conditions: a sign is shown by the first one alone.
    (-5678.5, "[>100]0;0.00", "5678.50"), (-5678.5, "[<100]0;0.00", "-5679"), (-5, "[<0]0;0.0", "5"),
    (-5, "[<-100]0;0.0;0.00", "5.0"), (5, "[<-100]0;0.0;0.00", "5.00"), (50, "[<=5]0.0;[>100]0", "50"),
  ])
  func numbers(_ value: Double, _ code: String, _ shown: String) { #expect(NumberFormat(code).show(value) == shown) }

  @Test(arguments: [
    (6.62607015e-34, "6.62607015E-34"), (0.1 + 0.2, "0.3"), (1e15, "1000000000000000"), (1.23456e-5, "0.0000123456"),
    (-2.5, "-2.5"), (0, "0"), (0.7444991001520165, "0.744499100152017"), (0.9060611074798225, "0.906061107479823"),
    (-9.999999999999999, "-10"), (1e22, "1E+22"), (12_345_678_901_234_568, "12345678901234600"),
    (123_456_789_012, "123456789012"),
  ])
  func general(_ value: Double, _ shown: String) { #expect(DecimalDigits(value).plain == shown) }

  @Test func times() {
    #expect(SheetTime(41_551.999_999_99, false).dateAndTime == "2013-10-05 00:00")
    #expect(SheetTime(60, false).date == "1900-02-29" && SheetTime(1, false).date == "1900-01-01")
    #expect(SheetTime(61, false).date == "1900-03-01" && SheetTime(0, true).date == "1904-01-01")
    #expect(SheetTime.elapsed(1.5, unit: 60) == "2160:00" && SheetTime.elapsed(1.25, unit: 3600) == "30:00")
    #expect(CellFormats.kind(ofCode: "[mm]:ss") == .elapsedMinutes)
  }

  @Test func textOfCells() {
    #expect(SheetText.plain("a_x000D_\nb_x005F_x000D_ c_x00") == "a\nb_x000D_ c_x00")
  }

  private func lines(_ sheet: String, _ strings: String = "") throws -> ParsedDocument {
    let space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    let r = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    let rels = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    let bytes = StoredArchive.bytes(
      [
        (
          "xl/workbook.xml",
          "<q:workbook xmlns:q=\"\(space)\" xmlns:rr=\"\(r)\" xmlns:x=\"urn:x\"><q:workbookPr date1904=\"1\"/><x:workbookPr date1904=\"0\"/><q:sheets><q:sheet name=\"S\" rr:id=\"r1\"/></q:sheets></q:workbook>"
        ),
        ("xl/_rels/workbook.xml.rels", rels + "<Relationship Id=\"r1\" Type=\"t\" Target=\"s.xml\"/></Relationships>"),
        (
          "xl/_rels/s.xml.rels",
          rels + "<Relationship Id=\"l1\" Type=\"t\" Target=\"http://a.b/\" TargetMode=\"External\"/></Relationships>"
        ),
        ("xl/sharedStrings.xml", "<sst xmlns=\"\(space)\">\(strings)</sst>"),
        (
          "xl/styles.xml",
          "<styleSheet xmlns=\"\(space)\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>"
        ),
        (
          "xl/s.xml",
          "<z:worksheet xmlns:z=\"\(space)\" xmlns:y=\"\(r)\"><z:sheetData>\(sheet)</z:sheetData><z:hyperlinks><z:hyperlink ref=\"A1\" y:id=\"l1\"/></z:hyperlinks></z:worksheet>"
        ),
      ].map { ($0, Array($1.utf8)) })
    return try DocumentReader.read(bytes, DocumentSource())
  }

  private func row(_ number: Int, _ cells: [String?]) -> String {
    "<z:row r=\"\(number)\">"
      + cells.enumerated().map { index, text in
        guard let text else { return "" }
        let place = "\(["A", "B", "C", "D", "E", "F"][index])\(number)"
        if text.hasPrefix("<") { return "<z:c r=\"\(place)\"\(text.dropFirst())</z:c>" }
        return "<z:c r=\"\(place)\" t=\"inlineStr\"><z:is><z:t>\(text)</z:t></z:is></z:c>"
      }.joined() + "</z:row>"
  }

  @Test func namespacesLinksFormulasAndDays() throws {
    let document = try lines(
      row(1, ["Site", "Sum", "Day"]) + row(2, ["x", "<><z:f>SUM(B2:B2)</z:f>", "< s=\"1\"><z:v>1</z:v>"])
        + row(3, ["y", "< t=\"s\"><z:v>0</z:v>", nil]),
      "<si><r><t>10</t></r><r><rPr><vertAlign val=\"superscript\"/></rPr><t>6</t></r><rPh><t>yomi</t></rPh></si>")
    #expect(
      outline(document).last
        == "table | Site | Sum | Day |\n| --- | --- | --- |\n| x | =SUM(B2:B2) | 1904-01-02 |\n| y | 10^6 |  |")
    #expect(document.elements.last?.links == [DocumentLink(text: "Site", url: "http://a.b/")])
  }

  @Test func tablesSideBySide() throws {
    let document = try lines(
      row(1, ["Fruit", "Kg", nil, nil, "City", "People"]) + row(2, ["Fig", "3", nil, nil, "Oslo", "700"]))
    #expect(
      outline(document) == [
        "title1 S", "table | Fruit | Kg |\n| --- | --- |\n| Fig | 3 |",
        "table | City | People |\n| --- | --- |\n| Oslo | 700 |",
      ])
    // A column of its own is no table of its own.
    #expect(outline(try lines(row(1, ["a", "b", nil, "c"]) + row(2, ["1", "2", nil, "3"]))).count == 2)
  }
}
