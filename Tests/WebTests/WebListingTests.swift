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
          url: "https://a.example/feeds/one", lastmod: "2026-11-21T10:00:00Z", title: "A <b>title</b>",
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

  /// Half a listing must not pass for one, and a bomb not for a text.
  @Test func whatIsBrokenIsAnError() throws {
    let bomb =
      "<!DOCTYPE urlset [<!ENTITY a \"aaaaaaaaaa\">"
      + (1..<10).map { "<!ENTITY a\($0) \"\(String(repeating: $0 == 1 ? "&a;" : "&a\($0 - 1);", count: 10))\">" }
      .joined()
      + "]><urlset><url><loc>http://a.example/&a9;</loc></url></urlset>"
    for text in [
      "<urlset><url><loc>https://a.example/1</loc></url>", "<html><body>no</body></html>", "just some text", bomb,
      "<urlset><url><loc>https://a.example/?a&b</loc></url></urlset>",
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
