import Documents
import Foundations
import TestSupport
import Testing

/// Damaged files of every kind: each ends in a document or in a reason, and none ends the run.
@Suite struct FuzzTests {
  /// A generator that gives the same files in every run.
  private struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  private static func damage(_ bytes: [UInt8], _ random: inout Random) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...12, using: &random) where bytes.count > 8 {
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 1:
        bytes.removeSubrange(
          place..<min(bytes.count, place + Int.random(in: 1...60, using: &random)))
      case 2:
        let piece = bytes[place..<min(bytes.count, place + Int.random(in: 1...200, using: &random))]
        bytes.insert(contentsOf: piece, at: Int.random(in: 0..<bytes.count, using: &random))
      case 3: bytes.removeSubrange(place...)
      default:
        let words = [
          "<table>", "</p>", "<td rowspan=0>", "\0", "\u{FFFF}", "<!--", "99999999999", "/Kids",
          "endobj", "|", "```",
        ]
        bytes.insert(contentsOf: words.randomElement(using: &random)!.utf8, at: place)
      }
    }
    return bytes
  }

  @Test(arguments: [
    ("documents/handbook.html", "text/html"), ("documents/report.pdf", "application/pdf"),
    ("documents/table.pdf", "application/pdf"), ("documents/make-pdfs.py", "text/markdown"),
    ("documents/make-pdfs.py", "text/plain"),
  ])
  func damagedFiles(_ name: String, _ type: String) throws {
    let bytes = try FileSystem.read(ProjectFiles.fixture(name))
    let pool = ParserPool(command: [BuiltProgram.path, "worker", "read"])
    var random = Random(state: 42)
    var read = 0
    for _ in 0..<150 {
      do {
        let json = try pool.parse(Self.damage(bytes, &random), DocumentSource(contentType: type))
        _ = try ParsedDocument(try #require(JSONValue(parsing: json).object))
        read += 1
      } catch let problem as ItemProblem {
        #expect(!problem.message.isEmpty)
        #expect(problem.kind != "parser_crashed", "\(problem.message)")
      }
    }
    #expect(read > 20)
  }
}
