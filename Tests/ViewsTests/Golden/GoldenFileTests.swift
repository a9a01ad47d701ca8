import Formats
import Foundations
import Manifest
import Testing

@testable import Views

/// Golden files, word diffs and what CI servers are told.
@Suite struct GoldenFileTests {
  private func read(_ text: String) throws -> GoldenRecording {
    try GoldenRecording(SourceText(name: "golden/a.jsonl", bytes: Array(text.utf8)))
  }

  @Test func aFileIsReadAsItWasWritten() throws {
    let recording = GoldenRecording(
      "text", ["form": "exact"],
      entries: [
        .init("b", ["text": "ü \"q\"\n"]), .init("a", [:]), .init("e\u{301}", ["n": 1]), .init("\u{E9}", ["n": 2]),
      ])
    let text = String(decoding: recording.bytes, as: UTF8.self)
    #expect(
      text == """
        {"compare":"text","form":"exact","golden":1}
        {"id":"a"}
        {"id":"b","text":"ü \\"q\\"\\n"}
        {"id":"e\u{301}","n":1}
        {"id":"\u{E9}","n":2}

        """)
    let back = try read(text)
    #expect(back.bytes == recording.bytes && back.entries.map(\.line) == [2, 3, 4, 5])
    #expect(back.byID.count == 4)
  }

  @Test(arguments: [
    ("", 1, "is empty"), ("{\"golden\":1}\n{\"a\":1}\n", 2, "has no 'id'"), ("{\"golden\":2}\n", 1, "not the head"),
    ("{\"query\":\"x\"}\n", 1, "not the head"), ("{\"golden\":1}\n\n<<<<<<< ours\n", 3, "no JSON object"),
    ("{\"golden\":1}\n{\"id\":\"a\"}\n{\"id\":\"a\"}\n", 3, "stands twice"),
  ])
  func damageHasItsPlace(_ text: String, _ line: Int, _ message: String) {
    let error = #expect(throws: Diagnostic.self) { try read(text) }
    #expect(error?.position.line == line && error?.message.contains(message) == true, "\(error?.rendered ?? "")")
  }

  @Test func theSameItemsAreHeldWhateverComesBesideThem() {
    let ids = (0..<200).map { "item \($0)" }
    let held = ids.filter(GoldenHolding.some(10).chosen(among: ids))
    #expect(held.count == 10)
    let fewer = Array(ids.dropFirst(20))
    let kept = fewer.filter(GoldenHolding.some(10).chosen(among: fewer))
    #expect(Set(held).intersection(fewer).isSubset(of: kept))
    #expect(ids.filter(GoldenHolding.some(nil).chosen(among: ids)) == ids)
    let golden = GoldenRecording("text", entries: [.init("a", ["text": "x"]), .init("b", [:])])
    let like = GoldenHolding(golden, member: "text").chosen(among: ["a", "b", "c"])
    #expect(like("a") && !like("b") && like("c"))
  }

  @Test(arguments: [
    ("a b c", "a x c", "a [-b-] {+x+} c"), ("a b", "a b c", "a b {+c+}"), ("b c", "c", "[-b-] c"),
    (
      "one two three four five six seven", "one two three four five six eight",
      "… three four five six [-seven-] {+eight+}"
    ),
    (
      "1 2 3 4 5 6 7 8 9 a b c d", "X 2 3 4 5 6 7 8 9 a b c Y",
      "[-1-] {+X+} 2 3 4 5 … 9 a b c [-d-] {+Y+}"
    ),
    ("a", "b", "[-a-] {+b+}"), ("", "b", "{+b+}"),
  ])
  func wordsThatChanged(_ old: String, _ new: String, _ shown: String) {
    #expect(WordChanges(from: old, to: new)?.plain == shown)
  }

  @Test func longTextsAreToldShortly() {
    #expect(WordChanges(from: "a  b\n", to: "a b") == nil)
    #expect(WordChanges(from: "caf\u{E9}", to: "cafe\u{301}") != nil)
    let old = (0..<9_000).map { "o\($0)" }.joined(separator: " ")
    let new = (0..<9_000).map { "n\($0)" }.joined(separator: " ")
    let shown = WordChanges(from: old, to: new)?.plain ?? ""
    #expect(shown.utf8.count < 800 && shown.hasSuffix("…+}"))
    // A word in the middle of a long text is found all the same.
    let long = (0..<5_000).map { "w\($0)" + ($0 % 10 == 9 ? "." : "") }
    var edited = long
    (edited[1_203], edited[4_001]) = ("here", "there")
    #expect(
      WordChanges(from: long.joined(separator: " "), to: edited.joined(separator: " "))?.plain
        == "… w1199. w1200 w1201 w1202 [-w1203-] {+here+} w1204 w1205 w1206 w1207 … w3997 w3998 w3999. w4000 [-w4001-] {+there+} w4002 w4003 w4004 w4005 …"
    )
    let many = (0..<100).map { $0 % 2 == 0 ? "w\($0)" : "x" }.joined(separator: " ")
    let other = (0..<100).map { $0 % 2 == 0 ? "v\($0)" : "x" }.joined(separator: " ")
    #expect((WordChanges(from: many, to: other)?.plain.utf8.count ?? 0) < 100)
  }

  private func verdict(_ stage: String, _ outcome: GoldenVerdict.Outcome) -> GoldenVerdict {
    GoldenVerdict(stage: stage, comparator: .text, file: "/w/p,1/golden/a:b.jsonl", outcome: outcome, seconds: 0.25)
  }

  private var verdicts: [GoldenVerdict] {
    var difference = GoldenDifference(golden: 2, now: 2)
    difference.entries = [
      .init(change: .changed, id: "<a> & \"b\"]]>", line: 7, details: [WordChanges("100% other\u{1}, nearly:\r so")])
    ]
    return [
      verdict("good", .compared(GoldenDifference(golden: 2, now: 2))), verdict("s<1>", .compared(difference)),
      verdict("gone", .impossible("it was not run yet", advice: "Run it.")),
    ]
  }

  @Test func jUnitCanBeReadWhateverStandsInIt() throws {
    let text = GoldenJUnit.text(verdicts, of: "p&q")
    var seen: [String] = []
    var said = ""
    try XMLEvents.read(Array(text.utf8), name: "junit.xml") { event in
      switch event {
      case .opening(let name, let attribute):
        let names = ["name", "tests", "failures", "errors", "type", "classname"]
        seen.append(name + names.compactMap { key in attribute(key).map { " \(key)=\($0)" } }.joined())
      case .text(let text): said += text
      case .closing: break
      }
    }
    #expect(
      seen == [
        "testsuites tests=3 failures=1 errors=1", "testsuite name=golden p&q tests=3 failures=1 errors=1",
        "testcase name=good (text) classname=golden.p&q", "testcase name=s<1> (text) classname=golden.p&q",
        "failure type=mismatch", "testcase name=gone (text) classname=golden.p&q", "error type=missing",
      ])
    #expect(said.contains("~ <a> & \"b\"]]> 100% other"))
  }

  @Test func annotationsAreOneLineEach() {
    #expect(
      GoldenAnnotations.lines(verdicts, root: "/w") == [
        "::error file=p%2C1/golden/a%3Ab.jsonl,line=7,title=golden%3A s<1> (text)::1 changed of 2 items%0A~ <a> & \"b\"]]> 100%25 other\u{1}, nearly:%0D so",
        "::error file=p%2C1/golden/a%3Ab.jsonl,title=golden%3A gone (text)::it was not run yet%0ARun it.",
      ])
  }
}
