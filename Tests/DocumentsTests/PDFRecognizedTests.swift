import Foundations
import Testing

@testable import Documents

@Suite struct PDFRecognizedTests {
  private func row(_ place: String, _ left: Int, _ top: Int, _ confidence: Double, _ text: String) -> String {
    let fields = ["5", "1"] + place.split(separator: ".").map(String.init)
    return (fields + ["1", "\(left)", "\(top)", "80", "30", "\(confidence)", text]).joined(separator: "\t")
  }

  /// Tesseract's blocks in its own order, whatever stands higher; what it is unsure of is marked, not dropped.
  @Test func blocksAndDoubts() {
    let table = [
      "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext",
      row("1.1.1", 100, 300, 95, "The"), row("1.1.1", 190, 300, 91, "wardens"), row("1.1.2", 100, 340, 12, "lanip"),
      row("2.1.1", 900, 100, 88, "Note"), row("2.1.2", 900, 140, 3, "|"), row("2.1.3", 900, 180, 90, "Dogs"),
    ].joined(separator: "\n")
    let found = PDFRecognized(table, scale: 300.0 / 72, page: 1)
    #expect(found.blocks.map { $0.map(\.text) } == [["The wardens", "lanip[?]"], ["Note", "Dogs"]])
    #expect(found.isUncertain)
    #expect(abs(found.confidence - (95 + 91 + 12 + 88 + 90) / 5) < 0.01)
    #expect(abs((found.blocks[0].first?.box.left ?? 0) - 24) < 0.01)
  }

  @Test func linesThatAreLeft() {
    let table =
      "header\n" + [row("1.1.1", 100, 300, 95, "Head"), row("2.1.1", 100, 400, 91, "Text")].joined(separator: "\n")
    let found = PDFRecognized(table, scale: 1, page: 1)
    #expect(!found.isUncertain)
    #expect(
      PDFRecognized.groups(found.blocks, of: Array(found.blocks[1])).map { $0.map(\.text) } == [["Text"]])
  }
}
