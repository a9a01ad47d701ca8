import Foundations
import Testing

@testable import Documents

/// A file four times as long takes about four times as long to read, whatever is in it.
@Suite(.serialized) struct GrowthTests {
  private static func times(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

  static let files: [(name: String, count: Int, text: @Sendable (Int) -> String)] = [
    ("dollars.md", 2_000, { times("$a ", $0) }), ("displays.md", 2_000, { times("$$a", $0) }),
    ("brackets.md", 4_000, { times("\\(a \\[b ", $0) }),
    (
      "ticks.md", 4_000,
      { count in
        (1...Int(clamping: Double(count).squareRoot())).map { times("`", $0) }.joined(separator: " ")
          + times(" a", count)
      }
    ),
    ("columns.md", 3_000, { [times("a|", $0), times("-|", $0), times("b|", $0)].joined(separator: "\n") }),
    ("rows.md", 1_000, { "a|b\n-|-\n" + times("c|d\n", $0) }),
    ("hyphens.txt", 3_000, { times("a-\n", $0) }), ("words.txt", 20_000, { times("word ", $0) }),
    ("titles.txt", 1_000, { times("Title\n=====\n", $0) }), ("spaces.txt", 50_000, { times(" ", $0) + "a" }),
    ("voices.txt", 500, { times("> a\n> b\nc d\n", $0) }), ("items.txt", 500, { times("- a\n  b\nc d\n", $0) }),
    ("results.txt", 300, { times(" a | b\n---+---\n 1 | 2\n(1 row)\n", $0) }),
    ("keys.jsonl", 4_000, { "{" + (0..<$0).map { "\"k\(($0 * 7_919) % 1_000_003)\":1" }.joined(separator: ",") + "}" }),
    ("strangers.jsonl", 500, { (0..<$0).map { "{\"k\($0)\":1}" }.joined(separator: "\n") }),
    ("quote.csv", 2_000, { "\"a,b,c\n" + times("d,e,f\n", $0) }), ("quotes.csv", 4_000, { times("\"a\",\"b\"\n", $0) }),
    ("options.html", 4_000, { "<form><label>S <select>" + times("<option>of many", $0) + "</select></label></form>" }),
    ("hidden.html", 1_000, { times("<p hidden>x</p><p>y</p>", $0) }),
    ("formulas.html", 1_500, { "<p>" + times("<span class=katex-html>b</span>", $0) }),
    ("formatting.html", 500, { times("<p><a><b><i>x", $0) }), ("blocks.html", 100, { times("<div>a", $0) }),
    ("controls.html", 1_000, { (0..<$0).map { "<label for=i\($0)>L</label><input id=i\($0) value=v>" }.joined() }),
  ]

  @Test(arguments: files.indices) func timeGrowsWithLength(_ index: Int) throws {
    let (name, count, text) = Self.files[index]
    func seconds(_ count: Int) throws -> Double {
      let bytes = Array(text(count).utf8)
      return try (0..<2).map { _ in
        let start = MonotonicClock.now
        _ = try DocumentReader.read(bytes, DocumentSource(name: name))
        return MonotonicClock.seconds(since: start)
      }.min() ?? 0
    }
    let (once, fourTimes) = (try seconds(count), try seconds(count * 4))
    #expect(fourTimes < once * 8 + 0.3, "\(name): \(once) s, and \(fourTimes) s for four times as much")
  }
}
