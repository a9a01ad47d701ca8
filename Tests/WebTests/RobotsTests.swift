import Foundations
import Testing

@testable import Web

/// RFC 9309 and the cases of Google's robotstxt library that follow from it.
@Suite struct RobotsTests {
  private func allows(_ text: String, _ path: String, as product: String = "FooBot") -> Bool {
    RobotsRules(reading: Array(text.utf8), product: product).allows(path)
  }

  @Test func theExamplesOfTheRFC() {
    // RFC 9309, 5.1.
    let simple = """
      User-Agent: *
      Disallow: *.gif$
      Disallow: /example/
      Allow: /publications/

      User-Agent: foobot
      Disallow:/
      Allow:/example/page.html
      Allow:/example/allowed.gif

      User-Agent: barbot
      User-Agent: bazbot
      Disallow: /example/page.html

      User-Agent: quxbot

      EOF
      """
    #expect(allows(simple, "/publications/a", as: "other"))
    #expect(!allows(simple, "/a.gif", as: "other"))
    #expect(allows(simple, "/a.gif?b", as: "other"))
    #expect(!allows(simple, "/example/a", as: "other"))
    #expect(allows(simple, "/example/page.html", as: "foobot"))
    #expect(allows(simple, "/example/allowed.gif", as: "foobot"))
    #expect(!allows(simple, "/anything", as: "foobot"))
    for bot in ["barbot", "bazbot"] {
      #expect(!allows(simple, "/example/page.html", as: bot))
      #expect(allows(simple, "/example/a.gif", as: bot))
    }
    #expect(allows(simple, "/example/page.html", as: "quxbot"))
    // RFC 9309, 5.2: the longest match decides.
    let longest = """
      User-Agent: foobot
      Allow: /example/page/
      Disallow: /example/page/disallowed.gif
      """
    #expect(allows(longest, "/example/page/", as: "foobot"))
    #expect(!allows(longest, "/example/page/disallowed.gif", as: "foobot"))
  }

  @Test func groupsOfLinesAndAgents() {
    #expect(!allows("foo: FooBot\nuser-agent: FooBot\ndisallow: /x/\n", "/x/y"))
    #expect(allows("foo: FooBot\nbar: x\n", "/x/y"))
    let groups = """
      allow: /foo/bar/

      user-agent: FooBot
      disallow: /
      allow: /x/
      user-agent: BarBot
      disallow: /
      allow: /y/


      allow: /w/
      user-agent: BazBot

      user-agent: FooBot
      allow: /z/
      disallow: /
      """
    #expect(allows(groups, "/x/b") && allows(groups, "/z/d") && !allows(groups, "/y/c"))
    #expect(allows(groups, "/y/c", as: "BarBot") && allows(groups, "/w/a", as: "BarBot"))
    #expect(!allows(groups, "/z/d", as: "BarBot"))
    #expect(allows(groups, "/z/d", as: "BazBot"))
    // A crawl delay or a sitemap between the lines is no new group, an unknown line ends none.
    #expect(!allows("user-agent: a\nsitemap: x\nuser-agent: FooBot\ndisallow: /", "/"))
    #expect(allows("user-agent: *\ndisallow: /\nuser-agent: FooBot\nallow: /", "/a"))
    #expect(allows("user-agent: FooBot\ndisallow:\nuser-agent: *\ndisallow: /", "/a"))
  }

  @Test(arguments: [
    "USER-AGENT: FooBot\nALLOW: /x/\nDISALLOW: /", "user-agent: foobot\r\nallow: /x/\r\ndisallow: /",
    "User-agent:   FOOBOT  # ours\nAllow:/x/\nDisallow:/", "\u{FEFF}User-Agent: FooBot\nAllow: /x/\nDisallow: /\n",
    "user-agent: FooBot/1.2\rallow: /x/\rdisallow: /",
  ])
  func namesAndEndsOfLines(_ text: String) {
    #expect(allows(text, "/x/y"))
    #expect(!allows(text, "/a/b"))
    #expect(allows(text, "/a/b", as: "Foo"), "another product")
  }

  @Test func pathsAreComparedByCase() {
    #expect(!allows("user-agent: FooBot\ndisallow: /x/", "/x/y"))
    #expect(allows("user-agent: FooBot\ndisallow: /X/", "/x/y"))
  }

  @Test func theLongestMatch() {
    #expect(!allows("user-agent: FooBot\ndisallow: /x/page.html\nallow: /x/", "/x/page.html"))
    #expect(allows("user-agent: FooBot\nallow: /x/page.html\ndisallow: /x/", "/x/page.html"))
    #expect(!allows("user-agent: FooBot\nallow: /x/page.html\ndisallow: /x/", "/x/"))
    #expect(allows("user-agent: FooBot\ndisallow: \nallow: ", "/x/page.html"))
    #expect(allows("user-agent: FooBot\ndisallow: /\nallow: /", "/x/page.html"), "a tie is for allow")
    #expect(!allows("user-agent: FooBot\ndisallow: /x\nallow: /x/", "/x"))
    #expect(allows("user-agent: FooBot\ndisallow: /x\nallow: /x/", "/x/"))
    #expect(allows("user-agent: FooBot\ndisallow: /x/page.html\nallow: /x/page.html", "/x/page.html"))
    #expect(allows("user-agent: FooBot\nallow: /page\ndisallow: /*.html", "/page"))
    #expect(!allows("user-agent: FooBot\nallow: /page\ndisallow: /*.html", "/page.html"))
    #expect(allows("user-agent: FooBot\nallow: /x/page.\ndisallow: /*.html", "/x/page.html"))
    #expect(!allows("User-agent: *\nDisallow: /x/\nUser-agent: FooBot\nDisallow: /y/", "/y/page"))
    #expect(allows("User-agent: *\nDisallow: /x/\nUser-agent: FooBot\nDisallow: /y/", "/x/page"))
  }

  @Test func percentEncoding() {
    let encoded = "User-agent: FooBot\nDisallow: /\nAllow: /foo/bar?qux=taz&baz=http://foo.bar?tar&par"
    #expect(allows(encoded, "/foo/bar?qux=taz&baz=http://foo.bar?tar&par"))
    for line in ["/foo/bar/ツ", "/foo/bar/%E3%83%84", "/foo/bar/%e3%83%84"] {
      let text = "User-agent: FooBot\nDisallow: /\nAllow: \(line)"
      #expect(allows(text, "/foo/bar/%E3%83%84"))
      #expect(allows(text, "/foo/bar/ツ"))
    }
    #expect(allows("User-agent: FooBot\nDisallow: /\nAllow: /foo/bar/%62%61%7A", "/foo/bar/baz"))
    #expect(!allows("User-agent: FooBot\nAllow: /\nDisallow: /a%2Fb", "/a%2fb"))
    #expect(allows("User-agent: FooBot\nDisallow: /a%2Fb", "/a/b"), "an encoded slash is not a slash")
  }

  @Test func wildcards() {
    #expect(!allows("user-agent: FooBot\ndisallow: /foo/bar/quz*qux", "/foo/bar/quz/qux"))
    #expect(!allows("user-agent: FooBot\ndisallow: /foo/bar/quz*qux", "/foo/bar/quz__qux"))
    #expect(allows("user-agent: FooBot\ndisallow: /foo/bar/quz*qux", "/foo/bar/quz"))
    #expect(!allows("user-agent: FooBot\ndisallow: /foo/bar$", "/foo/bar"))
    for path in ["/foo/bar/qux", "/foo/bar/", "/foo/bar/baz"] {
      #expect(allows("user-agent: FooBot\ndisallow: /foo/bar$", path))
    }
    #expect(!allows("user-agent: FooBot\n# c\ndisallow: /foo/quz#qux/", "/foo/quz"))
    #expect(!allows("user-agent: FooBot\ndisallow: /*?*sort=", "/list?a=1&sort=up"))
    #expect(!allows("user-agent: FooBot\ndisallow: /a$b", "/a$b"), "a dollar inside is a dollar")
    // Many stars must not take for ever.
    let hard = "user-agent: FooBot\ndisallow: /" + String(repeating: "*a", count: 500) + "b$"
    #expect(allows(hard, "/" + String(repeating: "a", count: 5000)))
  }

  @Test func delaysSitemapsAndSizes() {
    let text = """
      Sitemap: https://a.example/one.xml
      User-agent: *
      Crawl-delay: 10
      User-agent: FooBot
      Crawl-delay: 0.5
      Disallow: /x
      sitemap: https://a.example/two.xml
      """
    let rules = RobotsRules(reading: Array(text.utf8), product: "FooBot")
    #expect(rules.crawlDelay == 0.5)
    #expect(rules.sitemaps == ["https://a.example/one.xml", "https://a.example/two.xml"])
    #expect(RobotsRules(reading: Array(text.utf8), product: "Other").crawlDelay == 10)
    #expect(RobotsRules(reading: Array("crawl-delay: inf\n".utf8), product: "a").crawlDelay == nil)
    // What stands behind the first 1 MiB is not read.
    let long =
      "user-agent: FooBot\n" + String(repeating: "# \(String(repeating: "x", count: 97))\n", count: 10_600)
      + "disallow: /"
    #expect(long.utf8.count > RobotsRules.maxBytes)
    #expect(allows(long, "/a"))
    #expect(!RobotsRules.forbidAll.allows("/a") && RobotsRules.forbidAll.allows("/robots.txt"))
    // Any bytes at all.
    var random = SystemRandomNumberGenerator()
    for _ in 0..<50 {
      let bytes = (0..<2000).map { _ in UInt8.random(in: 0...255, using: &random) }
      _ = RobotsRules(reading: bytes, product: "FooBot").allows("/a")
    }
  }
}
