import Foundations
import TestSupport
import Testing

@testable import Documents

struct HTMLContentTests {
  /// A page as blogs have it: navigation, an article of some length, teasers, a footer.
  private static let page: String = {
    let paragraph =
      "The keeper of the lock opened the lower gate in the morning, and the water, which had stood high, ran down to the mill. "
    let teasers = (0..<12).map {
      "<div class='teaser card'><a href='/t\($0)'><h3>Another story number \($0)</h3></a><span>Read more</span></div>"
    }
    return """
      <!doctype html><html lang=en><head><title>The lock in the morning | The Mill</title>
      <meta property="og:site_name" content="The Mill"><meta property="og:type" content="article">
      <script type="application/ld+json">{"@type":"NewsArticle","headline":"The lock in the morning","datePublished":"2025-08-25T10:00:00Z",
      "author":{"@type":"Person","name":"Ada Keeper"}}</script></head><body>
      <header><nav><ul>\((0..<15).map { "<li><a href='/n\($0)'>Section \($0)</a>" }.joined())</ul></nav></header>
      <main><article class="post"><h1>The lock in the morning</h1><p class=byline>By <span class=author>Ada Keeper</span>
      \((0..<8).map { "<p>\(paragraph)\($0)." }.joined())<h2>At noon</h2>\((0..<6).map { "<p>\(paragraph)Noon \($0)." }.joined())
      <p>See <a href="/levels">the levels</a> of the year, which the keeper wrote down in her book every evening.</article></main>
      <section class="related-posts"><h2>More stories</h2>\(teasers.joined())</section>
      <section id=comments class=comments><h3>Comments</h3><div class=comment><p>What a fine morning that was, and I saw it all from the bridge.</div></section>
      <footer><p>Copyright The Mill. All rights reserved.</p><a href=/privacy>Privacy</a></footer></body></html>
      """
  }()

  private func read(_ options: (inout HTMLOptions) -> Void = { _ in }) throws -> ParsedDocument {
    var all = ParseOptions()
    options(&all.html)
    return try HTMLReader.read(Array(Self.page.utf8), charset: nil, all)
  }

  @Test func keepsTheArticleAndNothingElse() throws {
    let text = try read().elements.map(\.text).joined(separator: "\n")
    #expect(text.contains("ran down to the mill. 0."))
    #expect(text.contains("Noon 5."))
    #expect(text.contains("At noon"))
    for other in ["Section 3", "Another story", "All rights reserved", "Privacy", "from the bridge"] {
      #expect(!text.contains(other), "\(other)")
    }
  }

  @Test func saysWhatThePageSaysOfItself() throws {
    let document = try read()
    #expect(document.title == "The lock in the morning")
    #expect(document.language == "en")
    #expect(document.metadata["author"] == "Ada Keeper")
    #expect(document.metadata["date"] == "2025-08-25T10:00:00Z")
    #expect(document.metadata["site"] == "The Mill")
    let link = document.elements.flatMap(\.links).first
    #expect(link == DocumentLink(text: "the levels", url: "/levels"))
  }

  @Test func commentsWhenAskedFor() throws {
    let text = try read { $0.comments = true }.elements.map(\.text).joined(separator: "\n")
    #expect(text.contains("from the bridge"))
    #expect(!text.contains("Another story"))
  }

  @Test func selectorsDecide() throws {
    let selected = try read { $0.select = ".related-posts h3, footer p" }
    #expect(selected.elements.count == 13)
    #expect(selected.elements.last?.text.hasPrefix("Copyright") == true)
    let dropped = try read {
      $0.select = "article"
      $0.drop = ".byline, h2"
    }
    #expect(!dropped.elements.contains { $0.text.contains("Ada Keeper") || $0.text == "At noon" })
    #expect(throws: ItemProblem.self) { try read { $0.select = "#no-such-thing" } }
    var options = HTMLOptions()
    options.select = "div[["
    #expect { try options.check() } throws: { ($0 as? SluiceError)?.message.contains("div[[") == true }
  }

  @Test func explains() throws {
    var options = ParseOptions()
    options.explain = true
    let document = try HTMLReader.read(Array(Self.page.utf8), charset: nil, options)
    #expect(document.elements.allSatisfy { $0.reason?.contains("article") == true && $0.reason?.contains("%") == true })
  }

  @Test func pagesWithoutSurroundingsAreKeptWhole() throws {
    let document = try HTMLReader.read(
      Array("<h1>T</h1><p>One.<p>Two, <a href=x>three</a> and four words more.<ul><li>a<li>b</ul>".utf8), charset: nil)
    #expect(document.elements.map(\.text) == ["T", "One.", "Two, three and four words more.", "- a", "- b"])
  }

  @Test func emptyShellsSayWhatTheirHeadSays() throws {
    let shell =
      "<html><head><title>App</title><meta name=description content='A shop for locks and gates of every kind and size.'>"
      + "</head><body><div id=root></div></body></html>"
    let document = try HTMLReader.read(Array(shell.utf8), charset: nil)
    #expect(document.elements.map(\.text) == ["A shop for locks and gates of every kind and size."])
  }

  /// The title of a chapter stands before a list of its sections that is left out: it stays where these stay.
  @Test(arguments: [
    (
      "<h1>5 Ships</h1><ul><li><a href=#a>5.1 Hull</a><li><a href=#b>5.2 Mast</a></ul><h2>5.1 Hull</h2><p>Oak.",
      ["5 Ships"]
    ),
    // Nothing that stays may stand between them; a heading of the same level heads nothing of the other.
    ("<h1>4 Docks</h1><ul><li>x</ul><p>Wet.</p><ul><li>x</ul><h2>5.1 Hull</h2><p>Oak.", []),
    ("<h2>5 Ships</h2><ul><li>x</ul><h2>6 Masts</h2><p>Oak.", []),
    ("<h1>4 Docks</h1><nav><ul><li>x</ul></nav><h1>5 Ships</h1><ul><li>x</ul><h2>5.1 Hull</h2><p>Oak.", ["5 Ships"]),
    ("<nav><h1>Menu</h1><ul><li>x</ul></nav><h2>5.1 Hull</h2><p>Oak.", []),
  ])
  func titlesOfChapters(_ body: String, _ found: [String]) throws {
    let page = HTMLPage(try HTMLTree(utf8: Array("<html><body><main>\(body)</main></body></html>".utf8)))
    // The sections and their text are kept, and nothing else.
    let first = try #require(page.pieces.lastIndex { $0.element.kind == .title })
    let kept = page.pieces.indices.map { $0 >= first || page.pieces[$0].element.text == "Wet." }
    let headings = HTMLContent.headings(page, HTMLMeasures(page.tree), kept)
    #expect(headings.map { page.pieces[$0].element.text } == found)
  }

  /// The names must be those that the model was trained with, in the same order.
  @Test func theModelKnowsItsInputs() { #expect(ContentModel.features == ContentFeatures.names) }

  @Test func thresholdMaximizesExpectedF1() {
    // All of it, when all is likely; the likely part, when the rest would cost more than it brings.
    #expect(HTMLContent.threshold([0.9, 0.8], [10, 10]) == 0.8)
    #expect(HTMLContent.threshold([0.9, 0.05], [10, 100]) == 0.9)
    #expect(HTMLContent.threshold([], []) == 2)
  }

  @Test(
    arguments: [
      ("2025-08-25", "2025-08-25"), ("2025-08-25T10:00:00+02:00", "2025-08-25T10:00:00+02:00"),
      ("20250825", "2025-08-25"),
      ("Mon, 25 Aug 2025 10:00:00 GMT", "2025-08-25"), ("August 5, 2025", "2025-08-05"),
      ("5th of Sept. 2024", "2024-09-05"),
      ("yesterday", nil), ("2025-13-40", nil),
    ] as [(String, String?)])
  func dates(_ text: String, _ expected: String?) { #expect(WebDate.iso(text) == expected) }

  @Test func codeSaysWhatItIsWrittenIn() throws {
    let html =
      "<pre><code class='hljs language-swift'>let a</code></pre><div class='highlight-python3'><pre>x</pre></div><pre>y</pre>"
    let document = try HTMLReader.read(Array(html.utf8), charset: nil)
    #expect(document.elements.map(\.codeLanguage) == ["swift", "python3", nil])
    #expect(DocumentMarkdown.text(document).hasPrefix("```swift\nlet a\n```"))
    #expect(try ParsedDocument(document.json) == document)
  }

  @Test func markupOfADocument() throws {
    let html =
      "<h1>A &amp; b</h1><p>See <a href='https://x.org/?a=1&amp;b=2'>there</a> <a href='javascript:x'>bad</a>.<pre>```\nx</pre>"
      + "<ul><li>a<ul><li>b</ul></ul>"
    let document = try HTMLReader.read(Array(html.utf8), charset: nil)
    #expect(DocumentMarkdown.text(document) == "# A & b\n\nSee there bad.\n\n````\n```\nx\n````\n\n- a\n  - b")
    let page = DocumentHTML.page(document, name: "x")
    #expect(page.contains("<p>See <a href=\"https://x.org/?a=1&amp;b=2\">there</a> bad.</p>"))
    #expect(!page.contains("javascript"))
    #expect(page.contains("<li>- a</li>\n<ul><li>- b</li>"))
  }

  /// Cells that are pushed over a longer one do not end it; what stands behind a span's digits does not count.
  @Test func overlappingSpans() throws {
    let page =
      "<table><tr><th>A<th rowspan=3>B<tr><td colspan=' 2x'>c<td>x<tr><td>d<td>e</table>"
    let table = try #require(
      try HTMLReader.elements(utf8: Array(page.utf8)).compactMap(\.table).first)
    let places = table.cells.map { "\($0.text) \($0.row) \($0.column) \($0.rowSpan)x\($0.columnSpan)" }
    #expect(places == ["A 0 0 1x1", "B 0 1 3x1", "c 1 0 1x2", "x 1 2 1x1", "d 2 0 1x1", "e 2 2 1x1"])
  }

  /// Depth and attributes cost quadratic time in the parser, which is why both are watched while it works.
  @Test func depthAndAttributesWithoutEnd() throws {
    // A limit of the test would count the time that it waits for the others.
    let start = MonotonicClock.now
    defer { #expect(MonotonicClock.seconds(since: start) < 20) }
    let deep = "<!doctype html>" + String(repeating: "<ul><li>", count: 50_000) + "deep"
    #expect { try HTMLReader.read(Array(deep.utf8), charset: nil) } throws: { ($0 as? ItemProblem)?.kind == "too_deep" }
    let many = (0..<3_000).map { "a\($0)=1" }.joined(separator: " ")
    let page = "<!doctype html><p id=x id=y \(many)>A text.<p lang=de>Another."
    let elements = try HTMLReader.elements(utf8: Array(page.utf8))
    #expect(elements.map(\.text) == ["A text.", "Another."])
    let tree = try HTMLTree(utf8: Array(page.utf8))
    #expect(tree.select("#x")?.contains(true) == true)
    #expect(tree.select("#y")?.contains(true) == false)
  }

  /// Elements that XHTML closes at once end there.
  @Test func emptyElementsOfXHTML() throws {
    let page =
      "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><head><title/><script src='a>b.js'/></head>"
      + "<body><!-- <p/> --><h1>One<a id='x'/></h1><p>Two<br/>three.</p></body></html>"
    let elements = try HTMLReader.elements(utf8: Array(page.utf8))
    #expect(elements.map(\.text) == ["One", "Two\nthree."])
  }
}
