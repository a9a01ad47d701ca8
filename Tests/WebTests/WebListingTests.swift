import Foundations
import HTTPClient
import Testing

@testable import Web

@Suite struct WebListingTests {
  private func read(_ text: String, at url: String = "https://a.example/feeds/x.xml") throws -> WebListing {
    try WebListing(
      reading: Array(text.utf8), base: try #require(HTTPURL(url)), normalizer: URLNormalizer(dropsTracking: true))
  }

  @Test func sitemapsAndIndexes() throws {
    let pages = try read(
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
        <url><loc> https://A.example:443/one?utm_source=x&amp;id=1 </loc><lastmod>2026-11-21</lastmod>
          <image:image><image:loc>https://a.example/picture.png</image:loc><image:title>no</image:title></image:image></url>
        <url><loc><![CDATA[https://a.example/two#x]]></loc></url>
        <url><loc>mailto:a@b</loc></url><url/>
      </urlset>
      """)
    #expect(pages.kind == .pages)
    #expect(pages.entries.map(\.url) == ["https://a.example/one?id=1", "https://a.example/two"])
    #expect(pages.entries.map(\.lastmod) == ["2026-11-21", nil])
    #expect(pages.entries[0].title == nil && pages.badCount == 2)
    let index = try read("<sitemapindex><sitemap><loc>/b.xml</loc><lastmod>2026</lastmod></sitemap></sitemapindex>")
    #expect(index.kind == .index && index.entries == [.init(url: "https://a.example/b.xml", lastmod: "2026")])
    #expect(try read("<urlset/>").entries.isEmpty)
    #expect(try read("https://a.example/1\n\nhttps://a.example/2\r\n").entries.count == 2)
    #expect(
      try read("User-agent: *\nSitemap: https://a.example/s.xml", at: "https://a.example/robots.txt").kind == .index)
  }

  @Test func feeds() throws {
    let atom = try read(
      """
      <feed xmlns="http://www.w3.org/2005/Atom"><title>F</title><link href="https://a.example/"/>
      <entry><title type="html">A &lt;b&gt;title&lt;/b&gt;</title><link rel="enclosure" href="/sound.mp3"/>
        <link rel="alternate" href="one"/><updated>2026-11-21T10:00:00Z</updated><published>2026-01-01T00:00:00Z</published>
        <author><name>Ann</name></author><source><title>other</title><link href="no"/></source></entry></feed>
      """)
    #expect(
      atom.entries == [
        .init(
          url: "https://a.example/feeds/one", lastmod: "2026-11-21T10:00:00Z", title: "A title",
          published: "2026-01-01T00:00:00Z", author: "Ann")
      ])
    let rss = try read(
      """
      <rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>F</title><link>https://a.example</link>
      <item><title>One</title><link>https://a.example/1</link><guid>https://a.example/guid</guid><dc:creator>Bo</dc:creator></item>
      <item><title>Two</title><guid>https://a.example/2</guid></item>
      <item><title>Three</title><guid isPermaLink="false">https://a.example/3</guid></item></channel></rss>
      """)
    #expect(rss.entries.map(\.url) == ["https://a.example/1", "https://a.example/2"])
    #expect(rss.entries[0].author == "Bo" && rss.badCount == 1)
    let rdf = try read(
      "<rdf:RDF xmlns:rdf=\"r\" xmlns=\"s\"><channel><link>x</link></channel><item><title>T</title><link>https://a.example/9</link></item></rdf:RDF>"
    )
    #expect(rdf.entries == [.init(url: "https://a.example/9", title: "T")])
  }

  private static let declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"

  /// One flaw does not cost a feed, and is told.
  @Test(arguments: [
    ("\n" + declaration, "", "A"), ("  \r\n\u{FEFF}" + declaration, "", "A"), ("", "", "A&nbsp;B"), ("", "", "D&D"),
    ("", "", "caf&eacute; &hellip;"), ("", "", "a < b"), ("", "", "form\u{C}feed\u{1}"), ("", "", "&#1;nul&#0;"),
    ("<?xml version=\"1.0\" encoding=\"utf-16\"?>", "", "A"),
    ("<?xml version=\"1.0\" encoding=\"x-nobody\"?>", "", "A"),
    ("", "<script>x()</script>", "A"), ("", "</rss>", "A"), ("", "", "A</title><itunes:title>B</itunes:title><title>A"),
    ("Warning: no such file\n" + declaration, "", "A"),
  ]) func oneFlawDoesNotCostTheFeed(_ before: String, _ behind: String, _ title: String) throws {
    let listing = try read(
      "\(before)<rss><channel><item><title>\(title)</title><link>https://a.example/1?a=1&b=2</link></item>"
        + "<item><title>C</title><link>https://a.example/2</link></item></channel></rss>\(behind)")
    #expect(listing.entries.map(\.url) == ["https://a.example/1?a=1&b=2", "https://a.example/2"])
    #expect(listing.entries[1].title == "C" && listing.flaw != nil)
    if title == "caf&eacute; &hellip;" { #expect(listing.entries[0].title == "café …") }
    if title == "a < b" || title == "D&D" { #expect(listing.entries[0].title == title) }
  }

  @Test func otherEncodings() throws {
    let base = try #require(HTTPURL("https://a.example/s.xml"))
    func read(_ bytes: [UInt8], charset: String? = nil) throws -> WebListing {
      try WebListing(reading: bytes, base: base, normalizer: URLNormalizer(), charset: charset)
    }
    let latin =
      Array("\(Self.declaration)<urlset><url><loc>https://a.example/caf".utf8) + [0xE9]
      + Array("</loc></url><url><loc>https://a.example/c</loc></url></urlset>".utf8)
    #expect(try read(latin).entries.map(\.url) == ["https://a.example/caf%C3%A9", "https://a.example/c"])
    let cyrillic =
      Array("<rss><channel><item><title>".utf8) + [0xCC, 0xE8, 0xF0]
      + Array("</title><link>https://a.example/1</link></item></channel></rss>".utf8)
    #expect(try read(cyrillic, charset: "windows-1251").entries[0].title == "Мир")
    let wide: [UInt8] = [0xFF, 0xFE] + Array("https://a.example/1\n".utf8).flatMap { [$0, 0] }
    #expect(try read(wide).entries.map(\.url) == ["https://a.example/1"])
    let dtd =
      "<!DOCTYPE rss PUBLIC \"-//N//DTD RSS 0.91//EN\" \"http://x/rss-0.91.dtd\"><rss><channel><item><title>caf&eacute;</title><link>https://a.example/1</link></item></channel></rss>"
    #expect(try read(Array(dtd.utf8)).entries[0].title == "café")
  }

  @Test func textsHaveRemarksAndColumns() throws {
    let text =
      "\u{FEFF}# our pages\nhttps://a.example/1\n  https://a.example/2  # the second\nhttps://a.example/3\t2026-01-01\n\n"
      + "https://a.example/a b\nhttps://a.example/4 https://a.example/5\nnothing\n/6\n"
    let listing = try read(text, at: "https://a.example/list.txt")
    #expect(
      listing.entries.map { $0.url.dropFirst("https://a.example".utf8.count) } == [
        "/1", "/2", "/3", "/a%20b", "/4", "/5", "/6",
      ])
    #expect(listing.badCount == 1 && listing.flaw == nil)
  }

  /// Names are told apart by their namespaces, whatever letters a document gives them.
  @Test func namesOfOthersAreNotOurs() throws {
    let feed = try read(
      """
      <a:feed xmlns:a="http://www.w3.org/2005/Atom" xmlns:m="http://search.yahoo.com/mrss/" xml:base="/blog/">
      <a:entry><a:source><a:title>Elsewhere</a:title><a:link href="else"/></a:source><m:title>photo.jpg</m:title>
        <a:title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Less <em>is</em> more</div></a:title>
        <a:link rel="alternate" type="application/pdf" href="one.pdf"/><a:link rel="alternate" type="text/html" href="one"/></a:entry>
      <a:entry xml:base="2026/"><a:title>Two</a:title><a:link xml:base="05/" href="two"/></a:entry>
      <a:entry><a:title>Three</a:title><a:id>https://a.example/three</a:id></a:entry></a:feed>
      """)
    #expect(
      feed.entries.map(\.url) == [
        "https://a.example/blog/one", "https://a.example/blog/2026/05/two", "https://a.example/three",
      ])
    #expect(feed.entries.map(\.title) == ["Less is more", "Two", "Three"] && feed.badCount == 0)
    let rss = try read(
      """
      <rss xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:itunes="http://www.itunes.com/dtds/podcast-1.0.dtd" xmlns:atom="http://www.w3.org/2005/Atom">
      <channel xml:base="http://b.example/news/"><atom:link rel="self" href="feed"/>
      <item><itunes:title>No. 1</itunes:title><title>First</title><dc:title>Catalogue</dc:title><link>1</link></item>
      <item><dc:title>Only this</dc:title><atom:link href="2"/></item>
      <item><title>AT&amp;amp;T &lt;b&gt;bold&lt;/b&gt;</title><link>3</link></item><item><title>None</title></item></channel></rss>
      """)
    #expect(
      rss.entries.map(\.url) == ["http://b.example/news/1", "http://b.example/news/2", "http://b.example/news/3"])
    #expect(rss.entries.map(\.title) == ["First", "Only this", "AT&T bold"] && rss.badCount == 1)
  }

  @Test func linksOfPagesInOtherEncodings() throws {
    let base = try #require(HTTPURL("http://a.example/d/"))
    func links(_ text: String, _ charset: String?) throws -> PageLinks {
      try PageLinks(
        reading: text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }, base: base,
        normalizer: URLNormalizer(),
        charset: charset)
    }
    let page = try links("<a href='b\u{FC}cher.html?q=\u{FC}'>x</a>", "iso-8859-1")
    #expect(page.urls == ["http://a.example/d/b%C3%BCcher.html?q=%FC"])
    #expect(try links("<meta charset=latin1><a href='\u{E9}'>x</a>", nil).urls == ["http://a.example/d/%C3%A9"])
    #expect(try links("<a href=x>x</a><base href='/one/'><base href='/two/'>", nil).urls == ["http://a.example/one/x"])
    #expect(PageLinks.forbidsFollowing("index, NoFollow") && PageLinks.forbidsFollowing("none"))
    #expect(!PageLinks.forbidsFollowing("index, follow, max-image-preview:none, max-snippet:-1"))
    #expect(!PageLinks.forbidsFollowing(HTTPHeaders([("X-Robots-Tag", "otherbot: nofollow")])))
    #expect(PageLinks.forbidsFollowing(HTTPHeaders([("X-Robots-Tag", "noindex, nofollow")])))
    #expect(PageLinks.forbidsFollowing(HTTPHeaders([("X-Robots-Tag", "sluice: none")])))
  }

  /// Half a listing must not pass for one, and a bomb not for a text.
  @Test func whatIsBrokenIsAnError() throws {
    let bomb =
      "<!DOCTYPE urlset [<!ENTITY a \"aaaaaaaaaa\">"
      + (1..<10).map { "<!ENTITY a\($0) \"\(String(repeating: $0 == 1 ? "&a;" : "&a\($0 - 1);", count: 10))\">" }
      .joined()
      + "]><urlset><url><loc>http://a.example/&a9;</loc></url></urlset>"
    for text in [
      "<urlset><url><loc>https://a.example/1</loc></url>", "<html><body>no</body></html>", "just some text", bomb,
      "<urlset><url><loc>https://a.example/?a&b</loc></url>", "<rss><channel><item><title>A&nbsp;B</title></item>",
      String(repeating: "<a>", count: 5000),
    ] {
      do {
        let listing = try read(text)
        // An entity that is not replaced leaves the URL without it, never a grown text.
        #expect(listing.entries.allSatisfy { $0.url.utf8.count < 1000 } && text == bomb, "\(text.prefix(60))")
      } catch {}
    }
    let file =
      "<!DOCTYPE urlset [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><urlset><url><loc>http://a.example/&x;</loc></url></urlset>"
    #expect((try? read(file))?.entries.contains { $0.url.contains("root") } != true)
  }

  @Test(arguments: [
    ("2026-11-21", 1_795_219_200.0, 1_795_305_599.0), ("2026-11", 1_793_491_200, 1_796_083_199),
    ("2026-11-21T10:00:00Z", 1_795_255_200, 1_795_255_200), ("2026-11-21T10:00:00+02:00", 1_795_248_000, 1_795_248_000),
    ("2026-11-21T10:00:00.5-0130", 1_795_260_600, 1_795_260_600),
    ("Sat, 21 Nov 2026 10:00:00 GMT", 1_795_255_200, 1_795_255_200),
  ]) func dates(_ text: String, _ earliest: Double, _ latest: Double) throws {
    let time = try #require(CalendarTime(text))
    #expect(time.earliest == earliest && time.latest == latest)
  }

  @Test func aPageThatCannotBeReadHasNotNoLinks() throws {
    let base = try #require(HTTPURL("http://example.org/"))
    let deep = Array(String(repeating: "<div>", count: 20_000).utf8) + Array("<a href=/x>x</a>".utf8)
    #expect {
      try PageLinks(reading: deep, base: base, normalizer: URLNormalizer())
    } throws: {
      ($0 as? ItemProblem)?.message == "the page is nested too deeply"
    }
    let links = try PageLinks(reading: Array("<a href=/x>x</a>".utf8), base: base, normalizer: URLNormalizer())
    #expect(links.urls == ["http://example.org/x"])
    #expect(try JSONObject(encoding: links).decoded() == links)
  }
}
