import Formats
import Foundations
import Testing

/// One `Character` may be a mark that matters and what joins it: `<` after U+0600, `:` before U+FF9E.
struct EscaperTests {
  private static let joined = "\u{0600}<img src=x onerror=alert(1)>\u{0600}\"\u{0600}'\u{0600}&"

  /// The macros of Testing read their own text by `Character`s, and stumble over the marks.
  private func equal(_ a: String, _ b: String) { #expect(Array(a.utf8) == Array(b.utf8)) }

  @Test func markupHasNoTagInIt() {
    let escaped = Markup.escaped(Self.joined)
    for byte in "<>\"'".utf8 { #expect(!escaped.utf8.contains(byte)) }
    #expect(Markup.escaped("a & b \u{1}") == "a &amp; b  ")
  }

  @Test func dataCannotEndAScript() throws {
    let value: JSONValue = .string("\u{0600}</script>\u{0600}<script>\u{2028}<!--")
    let script = ScriptData.json(value)
    for byte in "<>&".utf8 { #expect(!script.utf8.contains(byte)) }
    #expect(!script.unicodeScalars.contains("\u{2028}"))
    #expect(try JSONValue(parsing: script) == value)
  }

  @Test(arguments: [
    "javascript:alert(1)", "javascript:\u{FF9E}=alert(1)", "java\nscript:alert(1)", " \u{1}JavaScript:alert(1)",
    "vbscript:x", "data:text/html,<script>", "javascript\u{FF9E}:x",
  ])
  func addressesThatRunAreNone(_ url: String) { #expect(WebLink.safe(url) == nil) }

  @Test(arguments: [
    "https://a.example/x?y=javascript:z", "HTTP://a", "mailto:a@b", "file:///a/b", "/a:b", "a/b:c", "?a:b", "#a:b",
    "a.html",
  ])
  func harmlessAddressesStay(_ url: String) { #expect(WebLink.safe(url) == url) }

  @Test func markdownIsOnlyText() {
    let escaped = MarkdownText.escaped("\u{0600}<img>\u{0600}[x](y)\u{0600}*b*\r\n# c\u{2028}d")
    var previous: UInt8 = 0
    for byte in escaped.utf8 {
      if "<>[]*#".utf8.contains(byte) { #expect(previous == UInt8(ascii: "\\")) }
      #expect(byte != 10 && byte != 13)
      previous = byte
    }
    equal(MarkdownText.cell("\u{0600}|a\r\nb"), "\u{0600}\\|a  b")
    equal(MarkdownText.address("a\u{0600}>\n&colon;\\"), "a\u{0600}%3E&amp;colon;%5C")
  }

  @Test func namesInSQLStayNames() {
    equal(SQLText.name("a\u{0600}\"; DROP TABLE b; --"), "\"a\u{0600}\"\"; DROP TABLE b; --\"")
    equal(SQLText.path("/a b/\u{0600}?c#d%"), "/a%20b/%D8%80%3Fc%23d%25")
  }

  @Test func labelsStayInTheirQuotes() {
    let label = DrawingText.mermaid("\u{0600}\"]\n<script>")
    for byte in "\"<>\n".utf8 { #expect(!label.utf8.contains(byte)) }
    let dot = DrawingText.dot("\u{0600}\"\\\n")
    #expect(dot == "\u{0600}\\\"\\\\ ")
  }

  @Test func nothingSteersTheTerminal() {
    let hostile = "a\u{1B}[2Jb\u{9B}31m\rc\u{202E}d\u{2066}e\u{7F}\n2026-01-01T00:00:00Z forged"
    let escaped = TerminalText.escaped(hostile)
    #expect(escaped.hasPrefix("a\\u001b[2Jb\\u009b31m\\u000dc\\u202ed\\u2066e\\u007f\n"))
    #expect(!TerminalText.line(hostile).utf8.contains(10))
    #expect(TerminalText.message("a\nb") == "a\n    | b")
    // Joiners and the marks that Arabic and Hebrew need are no danger.
    #expect(TerminalText.escaped("\u{200D}\u{200F}é\u{A0}") == "\u{200D}\u{200F}é\u{A0}")
  }
}
