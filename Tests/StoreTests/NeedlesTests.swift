import Foundations
import Store
import Testing

/// Looking for what was forgotten.
@Suite struct NeedlesTests {
  private func set(_ needles: Needles) -> NeedleSet {
    NeedleSet(Array(needles.names) + Array(needles.pieces) + Array(needles.derived))
  }

  /// Whoever quotes 31 bytes of a text is found, wherever the quote begins.
  @Test func everyQuoteOf31BytesIsFound() {
    let text = "The purple heron keeps the key of the boathouse in the third drawer of the old cupboard by the door."
    var needles = Needles()
    needles.add(record: ["text": .string(text)], isDerived: false)
    let set = set(needles)
    let bytes = Array(text.utf8)
    for start in 0...(bytes.count - 31) {
      let quote = Array("before ".utf8) + bytes[start..<(start + 31)] + Array(" behind".utf8)
      #expect(!set.found(in: quote).isEmpty, "from byte \(start)")
    }
    #expect(set.found(in: Array("The heron keeps something else, somewhere else, for somebody else.".utf8)).isEmpty)
  }

  /// What is written in another way in JSON or HTML ends a piece; rules and blanks are nobody's.
  @Test func piecesHaveNothingThatIsWrittenInOtherWays() {
    var needles = Needles()
    needles.add(
      Array("short \"quoted\" and <b>bold</b>\n\n\(String(repeating: "- ", count: 40))\n".utf8), isDerived: false)
    #expect(needles.pieces.isEmpty)
    needles.add(record: ["digest": .string("sha256:" + String(repeating: "0a1b2c3d", count: 8))], isDerived: false)
    #expect(needles.pieces.isEmpty, "a digest says nothing")
  }

  @Test func namesAreFoundAsTheyAreWritten() {
    var needles = Needles()
    needles.add(name: "docs/jane-roe.md")
    let set = set(needles)
    for text in ["x docs/jane-roe.md y", "{\"id\":\"docs/jane-roe.md\"}", "up/docs%2Fjane-roe.md", "../jane-roe.md"] {
      #expect(set.isFound(in: text), "\(text)")
    }
    var short = Needles()
    short.add(name: "a.md")
    #expect(short.names == [Array("\"a.md\"".utf8)], "in quotes only: it is a part of too much")
  }

  /// Against the plain way, with needles of all lengths that share their beginnings.
  @Test func theScanFindsWhatMemmemFinds() {
    var random = SystemRandomNumberGenerator()
    let data = (0..<5000).map { _ in UInt8.random(in: 97...99, using: &random) }
    let needles = (0..<200).map { number -> [UInt8] in
      let length = 4 + number % 14
      if number % 2 == 0 {
        let start = Int.random(in: 0..<(data.count - length), using: &random)
        return Array(data[start..<(start + length)])
      }
      return (0..<length).map { _ in UInt8.random(in: 97...99, using: &random) }
    }
    let found = Set(NeedleSet(needles).found(in: data))
    for (number, needle) in needles.enumerated() {
      #expect(found.contains(number) == (ByteSearch.range(of: needle, in: data) != nil), "needle \(number)")
    }
    #expect(NeedleSet([]).found(in: data).isEmpty && NeedleSet(needles).found(in: []).isEmpty)
  }
}
