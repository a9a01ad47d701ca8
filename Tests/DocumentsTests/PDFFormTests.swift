import Foundations
import TestSupport
import Testing

@testable import Documents

@Suite struct PDFFormTests {
  private func texts(_ sheet: PDFSheet) throws -> [String] {
    try PDFReader.read(sheet.bytes).elements.map { $0.table?.markdown ?? $0.text }
  }

  @Test func values() throws {
    var sheet = PDFSheet()
    sheet.text("Name of the vessel:", 72, 100)
    sheet.annotation(
      "/Subtype /Widget /FT /Tx /T (a) /V (Alba Nova)", 200, 104, width: 150, height: 18,
      drawn: "/Tx BMC q BT /F1 10 Tf 2 5 Td (Alba Nova) Tj ET Q EMC")
    sheet.text("Port:", 72, 130)
    // Without an appearance, and the value is not what is shown.
    sheet.annotation(
      "/Subtype /Widget /FT /Ch /T (b) /V (bgo) /Opt [[(osl) (Oslo)] [(bgo) (Bergen)]]", 200, 134, width: 150,
      height: 18)
    sheet.text("Insured:", 72, 160)
    sheet.annotation("/Subtype /Widget /FT /Btn /T (c) /AS /Yes /V /Yes", 200, 164, width: 14, height: 14)
    sheet.text("Sold:", 72, 190)
    sheet.annotation("/Subtype /Widget /FT /Btn /T (d) /AS /Off /V /Off", 200, 194, width: 14, height: 14)
    // Neither passwords nor what is hidden.
    sheet.annotation("/Subtype /Widget /FT /Tx /Ff 8192 /T (e) /V (sesame)", 200, 224, width: 150, height: 18)
    sheet.annotation("/Subtype /FreeText /F 2 /Contents (unseen)", 200, 254, width: 150, height: 18)
    let all = try texts(sheet).joined(separator: "\n")
    #expect(all.contains("| Name of the vessel: | Alba Nova |"))
    #expect(all.contains("| Port: | Bergen |"))
    #expect(all.contains("| Insured: | [x] |"))
    #expect(all.contains("| Sold: | [ ] |") && !all.contains("sesame") && !all.contains("unseen"))
    #expect(all.split(separator: "Alba Nova", omittingEmptySubsequences: false).count == 2)
  }

  /// A page whose only text is a stamp and a note typed on it is no scan.
  @Test func stampsAndNotes() throws {
    var sheet = PDFSheet()
    sheet.operators("q 200 0 0 200 72 300 cm /None Do Q")
    sheet.annotation(
      "/Subtype /Stamp", 300, 100, width: 200, height: 40, drawn: "BT /F1 20 Tf 5 10 Td (APPROVED BY M. BERG) Tj ET")
    sheet.annotation("/Subtype /FreeText /Contents (Paid on 5 May 2024\\rin cash)", 72, 300, width: 150, height: 30)
    let all = try texts(sheet).joined(separator: "\n")
    #expect(all.contains("APPROVED BY M. BERG"))
    #expect(all.contains("Paid on 5 May 2024") && all.contains("in cash"))
  }
}
