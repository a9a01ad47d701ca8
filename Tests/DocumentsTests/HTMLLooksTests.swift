import TestSupport
import Testing

@testable import Documents

/// What pages show by style, and odd ways to write what is usual.
@Suite struct HTMLLooksTests {
  private func lines(_ page: String) throws -> [String] {
    var document = ParsedDocument(elements: try HTMLReader.elements(utf8: Array(page.utf8)))
    document.fillSectionPaths()
    return outline(document)
  }

  @Test func stylesOfClasses() throws {
    let style = """
      <style>/* {} */ .hidden, .x { display: none } .js .later { display:none } span.up{vertical-align:super}
      .h1 {font-size: 2em; font-weight: bold} .h2{font-size:18pt} @media print { .p { display: none } } .no {}</style>
      """
    #expect(
      try lines(
        "\(style)<p class=h1>Top</p><p>Ten<span class=up>1</span>, 10<span class='up a'>6</span>, <b class=x>no</b>.</p><p class=hidden>gone</p><p class=later>later</p><p class=p>shown</p><div class=h2>Next</div><p>End."
      ) == ["title1 Top", "text Ten^1, 10^6, .", "text later", "text shown", "title2 Next", "text End."])
    #expect(try lines("<p style='font-size:150%'><b>Top</b></p><p>End.") == ["title2 Top", "text End."])
  }

  @Test func boldParagraphsOverOthers() throws {
    #expect(
      try lines(
        "<h1>A</h1><p><b>How it began</b></p><p>It began on a Monday.</p><p><strong>Note.</strong></p><p>More.</p>")
        == ["title1 A", "title2 How it began", "text It began on a Monday.", "text Note.", "text More."])
    // Of several in a row none stands over anything; a bold word in a paragraph is one.
    #expect(
      try lines("<p><b>One</b></p><p><b>Two things</b></p><p>A <b>b</b>.</p><p><b>Last</b></p>")
        == ["text One", "text Two things", "text A b.", "text Last"])
  }

  @Test func breaksAndLines() throws {
    #expect(
      try lines("<div>One.<br><br>Two.<br>Three.<br> <br><br>Four.</div>") == [
        "text One.", "text Two.\nThree.", "text Four.",
      ])
    #expect(
      try lines("<pre><span class=line>a</span><span class=line></span><span class=line>b</span></pre>") == [
        "code a\n\nb"
      ])
    #expect(try lines("<pre><span class=line>a</span>\n<span class=line>b</span></pre>") == ["code a\nb"])
    #expect(
      try lines("<div><pre>x</pre><div class=copy-button role=button>Copy code</div></div><p class=copyright>Copy it.")
        == ["code x", "text Copy it."])
  }

  @Test func termsAndTables() throws {
    #expect(try lines("<dl><dt>A<dt>B<dd>One<dt>C<dd>Two</dl>") == ["list_item1 A, B: One", "list_item1 C: Two"])
    #expect(
      try lines("<table><tr><th>A<th>B<tr><td>1<td>2<tr><td colspan=1000>all</table>")
        == ["table | A | B |\n| --- | --- |\n| 1 | 2 |\n| all | all |"])
    #expect(
      try lines("<table><tbody><tr><td>1<td>2</tbody><thead><tr><th>A<th>B</thead></table>")
        == ["table | A | B |\n| --- | --- |\n| 1 | 2 |"])
  }

  @Test func sheetsOfBooks() throws {
    let page =
      "<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><link rel=\"stylesheet\" href=\"../css/a%20b.css\"/><script>1</script></head><body><p class=\"ch\">Chapter the First</p><p>Ten<span class=\"sup\">3</span> words.</p><p class=\"gone\">No.</p></body></html>"
    let opf =
      "<package xmlns=\"http://www.idpf.org/2007/opf\"><manifest><item id=\"a\" href=\"text/a.html\" media-type=\"application/xhtml+xml\"/></manifest><spine><itemref idref=\"a\"/></spine></package>"
    let container =
      "<container xmlns=\"urn:oasis:names:tc:opendocument:xmlns:container\"><rootfiles><rootfile full-path=\"o/p.opf\"/></rootfiles></container>"
    let css = ".ch{font-size:1.6em;font-weight:bold}.sup{vertical-align:super}.gone{display:none}"
    let book = StoredArchive.bytes(
      [
        ("mimetype", "application/epub+zip"), ("META-INF/container.xml", container), ("o/p.opf", opf),
        ("o/text/a.html", page), ("o/css/a b.css", css),
      ].map { ($0, Array($1.utf8)) })
    #expect(
      outline(try DocumentReader.read(book, DocumentSource()))
        == ["title2 Chapter the First", "text Ten^3 words."])
  }

  @Test func headingsAndHiddenSlidesOfOpenDocuments() throws {
    func file(_ kind: String, _ styles: String, _ body: String) -> [UInt8] {
      Array(
        "<?xml version=\"1.0\"?><office:document xmlns:office=\"urn:oasis:names:tc:opendocument:xmlns:office:1.0\" xmlns:style=\"urn:oasis:names:tc:opendocument:xmlns:style:1.0\" xmlns:text=\"urn:oasis:names:tc:opendocument:xmlns:text:1.0\" xmlns:draw=\"urn:oasis:names:tc:opendocument:xmlns:drawing:1.0\" xmlns:presentation=\"urn:oasis:names:tc:opendocument:xmlns:presentation:1.0\" office:mimetype=\"application/vnd.oasis.opendocument.\(kind)\"><office:automatic-styles>\(styles)</office:automatic-styles><office:body><office:\(kind)>\(body)</office:\(kind)></office:body></office:document>"
          .utf8)
    }
    let style = "<style:style style:name=\"P1\" style:family=\"paragraph\" style:parent-style-name=\"Heading_20_2\"/>"
    #expect(
      outline(
        try DocumentReader.read(
          file("text", style, "<text:p text:style-name=\"P1\">Part</text:p><text:p>Words.</text:p>"), DocumentSource()))
        == ["title2 Part", "text Words."])
    let page =
      "<draw:page draw:style-name=\"NAME\"><draw:frame presentation:class=\"title\"><draw:text-box><text:p>NAME</text:p></draw:text-box></draw:frame></draw:page>"
    let hidden =
      "<style:style style:name=\"dp2\" style:family=\"drawing-page\"><style:drawing-page-properties presentation:visibility=\"hidden\"/></style:style>"
    let slides = ["dp1", "dp2"].map { page.replacing("NAME", with: $0) }.joined()
    #expect(outline(try DocumentReader.read(file("presentation", hidden, slides), DocumentSource())) == ["title1 dp1"])
  }
}
