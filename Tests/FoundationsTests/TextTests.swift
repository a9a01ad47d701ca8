import Foundations
import TestSupport
import Testing

@testable import Foundations

@Suite struct TextTests {
  @Test(arguments: [
    ("a%20b", "a b"), ("%C3%A9", "é"), ("%c3%a9", "é"), ("100%", "100%"), ("%4", "%4"), ("%zz", "%zz"), ("%+5", "%+5"),
    ("%%41", "%A"), ("", ""),
  ])
  func escapesOfURLs(_ text: String, _ meant: String) {
    #expect(String(decoding: PercentEncoding.decoded(text.utf8), as: UTF8.self) == meant)
  }

  @Test func units() {
    let seconds: [(String, Double?)] = [
      ("200ms", 0.2), ("1.5s", 1.5), ("5m", 300), ("5min", 300), ("2h", 7200), ("1d", 86400), ("1w", 604800), ("0", 0),
      ("30", nil), ("-5s", nil), ("s", nil), ("", nil), ("5 s", 5), ("5x", nil), ("1..5s", nil), ("½h", nil),
    ]
    for (text, value) in seconds { #expect(Units.seconds(text) == value, "\(text)") }
    let bytes: [(String, Int?)] = [
      ("512", 512), ("10KB", 10_000), ("1GiB", 1_073_741_824), ("1.5MB", 1_500_000), ("10kb", nil), ("-1", nil),
      (String(repeating: "9", count: 400), nil), ("99999999999GB", nil),
    ]
    for (text, value) in bytes { #expect(Units.bytes(text) == value, "\(text)") }
    let shares: [(String, Double?)] = [
      ("20%", 0.2), ("0.5%", 0.005), ("0.2", 0.2), ("1", 1), ("101%", nil), ("2", nil), ("x", nil), ("100%", 1),
    ]
    for (text, value) in shares { #expect(Units.share(text) == value, "\(text)") }
    #expect(
      [0.0004, 0.85, 3.2, 250, 7500].map { Units.show(seconds: $0) } == [
        "0 ms", "850 ms", "3.2 s", "4 min 10 s", "2 h 05 min",
      ])
    #expect([812, 4100, 7_000_000, 999_999].map { Units.show(bytes: $0) } == ["812 B", "4.1 KB", "7.0 MB", "1.0 MB"])
    #expect(
      [0, 999, 1000, -1_234_567, Int.min].map { Units.show($0) } == [
        "0", "999", "1,000", "-1,234,567", "-9,223,372,036,854,775,808",
      ])
    #expect(
      [(1.005, 1), (-0.04, 1), (-1.25, 1), (2.5, 0), (0.999, 2)].map { Units.decimal($0.0, $0.1) } == [
        "1.0", "0.0", "-1.3", "3", "1.00",
      ])
  }

  @Test func suggestions() {
    #expect(Suggestion.nearest(to: "chnuk", among: ["chunk", "check"]) == "chunk")
    #expect(Suggestion.nearest(to: "CHUNK", among: ["embed", "chunk"]) == "chunk")
    #expect(Suggestion.nearest(to: "xyz", among: ["embed", "chunk"]) == nil)
    #expect(Suggestion.nearest(to: "a", among: []) == nil)
    #expect(Suggestion.distance(Array("ca"), Array("abc")) == 3)
    #expect(Suggestion.distance(Array("ab"), Array("ba")) == 1)
    #expect(Suggestion.distance(Array(""), Array("ba")) == 2)
  }

  @Test func renderedDiagnostics() {
    let source = SourceText(name: "p.yaml", bytes: Array("one\n  grün: x\n".utf8))
    let diagnostic = Diagnostic(source, SourcePosition(line: 2, column: 9), "no x", hint: "Write y.")
    #expect(diagnostic.rendered == "p.yaml:2:9: error: no x\n  2 |   grün: x\n    |         ^\n  hint: Write y.\n")
    #expect(Diagnostic(source, SourcePosition(line: 9, column: 1), "none").rendered == "p.yaml:9:1: error: none\n")
    let long = SourceText(
      name: "l", bytes: Array((String(repeating: "a", count: 300) + "B" + String(repeating: "c", count: 90)).utf8))
    let lines = Diagnostic(long, SourcePosition(line: 1, column: 301), "m").rendered.split(separator: "\n")
    #expect(lines[1].count < 140)
    #expect(lines[1].dropFirst(lines[2].firstIndex(of: "^")!.utf16Offset(in: lines[2])).first == "B")
    let many = Diagnostics((1...60).map { Diagnostic(source, SourcePosition(line: 61 - $0, column: 1), "m\($0)") })
    #expect(many.all.first?.position.line == 1)
    #expect(many.rendered.hasSuffix("… and 10 more mistakes\n"))
  }

  @Test func paths() {
    #expect([Path.parent("a/b"), Path.parent("a"), Path.parent("/"), Path.parent("/a")] == ["a", ".", "/", "/"])
    #expect(
      [Path.fileExtension("A/b.PDF"), Path.fileExtension(".profile"), Path.fileExtension("a.b/c")] == ["pdf", "", ""])
    #expect(
      [Path.join("a", "b"), Path.join("a/", "b"), Path.join("a", "/b"), Path.join(".", "b"), Path.join("a", ".")] == [
        "a/b", "a/b", "/b", "b", "a",
      ])
    #expect(Path.absolute("/a/./b/../../..//c/") == "/c")
    #expect(Path.temporaryName(besides: "a/b") != Path.temporaryName(besides: "a/b"))
  }

  @Test func secretsAreTakenOut() {
    Secrets.register("hunter2-hunter2")
    Secrets.register("hunter2-hunter2-longer")
    Secrets.register("abc")
    #expect(Secrets.redacted("x hunter2-hunter2 y hunter2-hunter2-longer abc") == "x ••• y ••• abc")
  }

  @Test func lines() {
    func lines(_ text: String) -> [String] {
      ByteSearch.lines(Array(text.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(lines("") == [])
    #expect(lines("a\nb") == ["a", "b"])
    #expect(lines("a\r\n\r\nb\n") == ["a", "", "b"])
    #expect(lines("\n") == [""])
  }
}
