import Foundations
import Testing

@testable import Documents

/// Columns by their empty strips: words are boxes of 10 points.
@Suite struct PDFGutterTests {
  /// Lines of words from `left` to `right`, each of so many points and 3 apart, as justified text has them.
  private func lines(_ left: Double, _ right: Double, _ tops: [Double], word: Double = 22) -> [PDFGutters.Word] {
    tops.flatMap { top in
      stride(from: left, to: right - word + 0.1, by: word + 3).map { x in
        let isLast = x + 2 * word + 3 > right
        return self.word(x, isLast ? right : x + word, top)
      }
    }
  }

  private func word(_ left: Double, _ right: Double, _ top: Double, letters: Int = 5, others: Int = 0)
    -> PDFGutters.Word
  {
    PDFGutters.Word(
      box: PageBox(left: left, top: top, right: right, bottom: top + 9), size: 10, letters: letters, others: others,
      isUnspaced: false)
  }

  private func tops(_ from: Double, _ count: Int) -> [Double] { (0..<count).map { from + 12 * Double($0) } }

  @Test(arguments: [8.0, 12, 30])
  func twoColumnsWithAHeadingOverBoth(_ gutter: Double) {
    let right = 290 + gutter
    // A space of the heading lies just over the gutter.
    let heading = [word(200, 291, 60), word(293.5, 400, 60)]
    // Lines of both columns do not stand at one height.
    let words = heading + lines(72, 290, tops(90, 12)) + lines(right, right + 218, tops(95, 12))
    let found = PDFGutters.find(words, [], [])
    #expect(found.count == 1)
    #expect(found.allSatisfy { $0.at > 290 && $0.at < right && $0.top >= 69 && $0.top < 95 })
  }

  @Test func threeColumnsOneOfThemWithATable() {
    let table = tops(150, 8).flatMap { top in
      [380.0, 420, 460].map { word($0, $0 + 14, top, letters: 0, others: 3) }
    }
    let words =
      lines(60, 210, tops(90, 16)) + lines(220, 370, tops(90, 16)) + lines(380, 530, tops(90, 5)) + table
      + lines(380, 530, tops(246, 3))
    let found = PDFGutters.find(words, [], []).map(\.at).sorted()
    #expect(found.count == 2 && found[0] > 210 && found[0] < 220 && found[1] > 370 && found[1] < 380, "\(found)")
  }

  /// The lines of the third column stand between those of the second.
  @Test func threeColumnsAtDifferentHeights() {
    let words = lines(60, 210, tops(90, 16)) + lines(220, 370, tops(93, 16)) + lines(380, 530, tops(99, 16))
    let found = PDFGutters.find(words, [], []).map(\.at).sorted()
    #expect(found.count == 2 && found[0] > 210 && found[0] < 220 && found[1] > 370 && found[1] < 380, "\(found)")
  }

  /// A hostile file has words as wide as it likes.
  @Test(arguments: [1e6, 1e19, 1e30, Double.infinity])
  func pagesWithoutEnd(_ width: Double) {
    let wide = lines(72, 520, tops(90, 12)) + [word(72, width, 300), word(72, 90, width)]
    #expect(PDFGutters.find(wide, [], []).allSatisfy { $0.at.isFinite })
    #expect(PDFCellStrips.find(wide, []).allSatisfy { $0.at.isFinite })
  }

  /// A page whose left column is a table says little by itself; the page before had two columns.
  @Test func gutterOfThePageBefore() {
    let table = tops(90, 20).flatMap { top in
      [72.0, 130, 190, 250].map { word($0, $0 + 20, top, letters: 0, others: 3) }
    }
    let words = table + lines(300, 514, tops(90, 20))
    let before = PDFGutter(left: 286, right: 300, at: 290, top: 80, bottom: 700)
    #expect(PDFGutters.find(words, [], []).isEmpty)
    #expect(PDFGutters.find(words, [], [before]).map { $0.at > 270 && $0.at < 300 } == [true])
  }

  /// A level line over both columns belongs to a table that stands across them.
  @Test func whatARuleCrosses() {
    let rule = PDFRule(isLevel: true, at: 180, from: 72, to: 510)
    let words =
      lines(72, 286, tops(90, 7)) + lines(300, 514, tops(90, 7)) + lines(72, 286, tops(190, 7))
      + lines(300, 514, tops(190, 7))
    let found = PDFGutters.find(words, [rule], []).sorted { $0.top < $1.top }
    #expect(found.count == 2 && found[0].bottom <= 180 && found[1].top >= 180, "\(found)")
  }

  /// The columns of a table above two columns of prose leave the same strip empty.
  @Test func tableAboveColumns() {
    let rows = tops(90, 20).flatMap { top in
      [word(72, 100, top), word(140, 190, top), word(430, 460, top, letters: 0, others: 5)]
    }
    let prose = lines(72, 290, tops(360, 14)) + lines(302, 520, tops(360, 14))
    let found = PDFGutters.find(rows + prose, [], [])
    #expect(found.count == 1 && found[0].top > 325 && found[0].top < 361, "\(found)")
    // Short lines of names beside each other are no table.
    let names = tops(300, 4).flatMap { top in [word(120, 200, top, letters: 12), word(360, 440, top, letters: 12)] }
    let all = PDFGutters.find(names + prose, [], [])
    #expect(all.count == 1 && all[0].top < 305, "\(all)")
  }

  @Test func noGutterInTablesListsAndRaggedText() {
    let table = tops(90, 20).flatMap { top in
      [72.0, 180, 260, 340, 420].map { word($0, $0 + 30, top, letters: 2, others: 4) }
    }
    #expect(PDFGutters.find(table, [], []).isEmpty)
    let list = tops(90, 20).flatMap { top in [word(72, 78, top, letters: 0, others: 1)] + lines(95, 500, [top]) }
    #expect(PDFGutters.find(list, [], []).isEmpty)
    let glossary = tops(90, 20).flatMap { top in [word(72, 120, top)] + lines(180, 500, [top]) }
    #expect(PDFGutters.find(glossary, [], []).isEmpty)
    #expect(PDFGutters.find(lines(72, 520, tops(90, 30)), [], []).isEmpty)
    // The labels of a list in the right column have the left column beside them, but not next to them.
    let right = tops(90, 20).flatMap { top in [word(300, 305, top, letters: 0, others: 1)] + lines(318, 520, [top]) }
    let found = PDFGutters.find(lines(72, 288, tops(90, 20)) + right, [], [])
    #expect(found.count == 1 && found[0].at < 300, "\(found)")
  }

  @Test func regionsAreReadOneAfterTheOther() {
    func line(_ name: String, _ left: Double, _ right: Double, _ top: Double) -> PDFLine {
      PDFLine(
        text: name, box: PageBox(left: left, top: top, right: right, bottom: top + 9), page: 1, size: 10, isBold: false,
        isMono: false, characterWidth: 5)
    }
    let gutters = [
      PDFGutter(left: 210, right: 220, at: 215, top: 80, bottom: 300),
      PDFGutter(left: 370, right: 380, at: 375, top: 80, bottom: 300),
      PDFGutter(left: 290, right: 300, at: 295, top: 320, bottom: 500),
    ]
    let lines = [
      line("title", 60, 530, 60), line("right", 380, 530, 90), line("left", 60, 210, 100), line("middle", 220, 370, 95),
      line("across", 60, 530, 310), line("second", 300, 530, 330), line("first", 60, 290, 400),
      line("end", 60, 530, 510),
    ]
    let order = PDFRegions.find(lines, gutters).map { $0.map { lines[$0].text } }
    #expect(order == [["title"], ["left"], ["middle"], ["right"], ["across"], ["first"], ["second"], ["end"]])
    #expect(PDFRegions.find([], gutters).isEmpty)
  }
}
