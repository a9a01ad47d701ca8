import Foundations
import TestSupport
import Testing

@testable import Documents

@Suite struct PDFRaisedTests {
  /// One line of pieces: above the line with `^` in front, below it with `_`.
  private func line(_ pieces: [String], widths: [Double]) throws -> String {
    var sheet = PDFSheet()
    var x = 72.0
    for (piece, width) in zip(pieces, widths) {
      switch piece.first {
      case "^": sheet.text(String(piece.dropFirst()), x, 96, size: 7)
      case "_": sheet.text(String(piece.dropFirst()), x, 102, size: 7)
      default: sheet.text(piece, x, 100)
      }
      x += width
    }
    return try PDFReader.read(sheet.bytes).elements.map(\.text).joined(separator: " ")
  }

  @Test func marksAndPowers() throws {
    #expect(try line(["500", "^1", " people"], widths: [18.4, 3.9, 0]) == "500[1] people")
    #expect(try line(["10", "^6", " trees"], widths: [12.3, 3.9, 0]) == "10^6 trees")
    #expect(try line(["10", "^-6", " m"], widths: [12.3, 6.3, 0]) == "10^-6 m")
    #expect(try line(["the word", "^12", " goes on"], widths: [43.5, 7.8, 0]) == "the word[12] goes on")
    #expect(try line(["12 km", "^2", " of land"], widths: [29.9, 3.9, 0]) == "12 km^2 of land")
    #expect(try line(["the 5", "^th", " day"], widths: [24.5, 5.9, 0]) == "the 5th day")
    #expect(try line(["H", "_2", "O is water"], widths: [8, 3.9, 0]) == "H2O is water")
    #expect(try line(["1", "^1", "/", "_2", " cups"], widths: [6.1, 3.9, 3, 3.9, 0]) == "1 1/2 cups")
    #expect(try line(["E = mc", "^2", " as known"], widths: [38.5, 3.9, 0]) == "E = mc^2 as known")
    #expect(try line(["see cos", "^2", " x"], widths: [37.9, 3.9, 0]) == "see cos^2 x")
    #expect(try line(["by IBM", "^2", " and"], widths: [38.5, 3.9, 0]) == "by IBM[2] and")
    #expect(try line(["E = mc", "^2", ", too"], widths: [38.5, 3.9, 0]) == "E = mc^2, too")
    let note = try line(["^1", " As counted in May."], widths: [3.9, 0])
    #expect(note == "[1] As counted in May.")
  }

  @Test func lettersInFontsOfFormulasCarryPowers() {
    for name in ["ABCDEF+CMMI10", "LMMathItalic10-Regular", "CambriaMath", "STIXTwoMath", "txmi", "NewTXMI", "CMSY7"] {
      #expect(PDFFontTraits(name: name).isMath, "\(name)")
    }
    for name in ["CMR10", "SFTI1000", "NimbusSanL-Regu", "LMRoman10", "Miriam"] {
      #expect(!PDFFontTraits(name: name).isMath, "\(name)")
    }
    #expect(PDFRaised.above("2", after: "a mass ma", isFirst: false, isInFormula: true) == "^2")
    #expect(PDFRaised.above("2", after: "a mass ma", isFirst: false) == "[2]")
    #expect(PDFRaised.above("2", after: "= ∇", isFirst: false) == "^2")
    #expect(PDFRaised.above("3", after: "Voluntary pre-war", isFirst: false) == "[3]")
    #expect(PDFRaised.below("ij", after: "= ma", isInFormula: true) == "_ij")
  }
}
