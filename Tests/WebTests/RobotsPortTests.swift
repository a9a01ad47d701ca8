import Foundations
import Testing

@testable import Web

/// What RFC 9309 demands of the cases of Google's robotstxt library (its tests whose names begin with `ID_`, and the
/// matching that its documentation shows), in other words: a file, and for each crawler what it may have.
@Suite struct RobotsPortTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String
    let allowed: [String]
    let forbidden: [String]
    var agent = "FooBot"
    var testDescription: String { "\(name) as \(agent)" }
  }

  private static let groups = """
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

  private static let cases: [Case] = [
    Case(name: "rules", text: "user-agent: FooBot\ndisallow: /\n", allowed: [], forbidden: ["/x/y"]),
    Case(name: "unknown lines", text: "foo: FooBot\nbar: /\n", allowed: ["/x/y"], forbidden: []),
    Case(name: "lines without colons", text: "user-agent FooBot\ndisallow /\n", allowed: [], forbidden: ["/x/y"]),
    Case(name: "groups", text: groups, allowed: ["/x/b", "/z/d"], forbidden: ["/y/c", "/foo/bar/"]),
    Case(name: "groups", text: groups, allowed: ["/y/c", "/w/a"], forbidden: ["/z/d", "/foo/bar/"], agent: "BarBot"),
    Case(name: "groups", text: groups, allowed: ["/z/d"], forbidden: ["/foo/bar/"], agent: "BazBot"),
    Case(
      name: "other lines end no group",
      text: "User-agent: BarBot\nSitemap: https://f.example/s\nUser-agent: *\nDisallow: /",
      allowed: [], forbidden: ["/x"]),
    Case(
      name: "other lines end no group",
      text: "User-agent: BarBot\nSitemap: https://f.example/s\nUser-agent: *\nDisallow: /",
      allowed: [], forbidden: ["/x"], agent: "BarBot"),
    Case(
      name: "unknown lines end no group", text: "User-agent: FooBot\nInvalid-Line: x\nUser-agent: *\nDisallow: /",
      allowed: [], forbidden: ["/x"]),
    Case(
      name: "a delay ends no group", text: "User-agent: FooBot\nCrawl-delay: 1\nUser-agent: *\nDisallow: /",
      allowed: [],
      forbidden: ["/x"]),
    Case(
      name: "a delay and a blank line do", text: "User-agent: FooBot\nCrawl-delay: 1\n\nUser-agent: *\nDisallow: /",
      allowed: ["/x"], forbidden: []),
    Case(
      name: "names in capitals", text: "USER-AGENT: FooBot\nALLOW: /x/\nDISALLOW: /", allowed: ["/x/y"],
      forbidden: ["/a/b"]),
    Case(
      name: "names mixed", text: "uSeR-aGeNt: FooBot\nAlLoW: /x/\ndIsAlLoW: /", allowed: ["/x/y"], forbidden: ["/a/b"]),
    Case(
      name: "agents in any case", text: "User-Agent: FOOBOT x\nAllow: /x/\nDisallow: /", allowed: ["/x/y"],
      forbidden: ["/a/b"]),
    Case(
      name: "the general group second", text: "user-agent: *\nallow: /\nuser-agent: FooBot\ndisallow: /", allowed: [],
      forbidden: ["/x"]),
    Case(
      name: "the general group second", text: "user-agent: *\nallow: /\nuser-agent: FooBot\ndisallow: /",
      allowed: ["/x"], forbidden: [], agent: "BarBot"),
    Case(
      name: "nobody's group", text: "user-agent: FooBot\nallow: /\nuser-agent: BarBot\ndisallow: /", allowed: ["/x"],
      forbidden: [], agent: "QuxBot"),
    Case(
      name: "paths keep their case", text: "user-agent: FooBot\ndisallow: /X/", allowed: ["/x/y"], forbidden: ["/X/y"]),
    Case(
      name: "the longest", text: "user-agent: FooBot\ndisallow: /x/page.html\nallow: /x/", allowed: ["/x/"],
      forbidden: ["/x/page.html"]),
    Case(
      name: "the longest", text: "user-agent: FooBot\nallow: /x/page.html\ndisallow: /x/", allowed: ["/x/page.html"],
      forbidden: ["/x/"]),
    Case(
      name: "empty values", text: "user-agent: FooBot\ndisallow: \nallow: ", allowed: ["/x/page.html"], forbidden: []),
    Case(
      name: "of equals, allow", text: "user-agent: FooBot\ndisallow: /\nallow: /", allowed: ["/x/page.html"],
      forbidden: []),
    Case(
      name: "a slash more", text: "user-agent: FooBot\ndisallow: /x\nallow: /x/", allowed: ["/x/"], forbidden: ["/x"]),
    Case(
      name: "stars count", text: "user-agent: FooBot\nallow: /page\ndisallow: /*.html", allowed: ["/page"],
      forbidden: ["/page.html"]),
    Case(
      name: "stars count", text: "user-agent: FooBot\nallow: /x/page.\ndisallow: /*.html", allowed: ["/x/page.html"],
      forbidden: ["/x/y.html"]),
    Case(
      name: "one's own group alone", text: "User-agent: *\nDisallow: /x/\nUser-agent: FooBot\nDisallow: /y/",
      allowed: ["/x/page"], forbidden: ["/y/page"]),
    Case(
      name: "queries", text: "User-agent: FooBot\nDisallow: /\nAllow: /foo/bar?qux=taz&baz=http://foo.bar?tar&par",
      allowed: ["/foo/bar?qux=taz&baz=http://foo.bar?tar&par"], forbidden: ["/foo/bar"]),
    Case(
      name: "letters beyond ASCII", text: "User-agent: FooBot\nDisallow: /\nAllow: /foo/bar/ツ",
      allowed: ["/foo/bar/%E3%83%84", "/foo/bar/%e3%83%84"], forbidden: ["/foo/bar/%E3%83%85"]),
    Case(
      name: "encoded letters", text: "User-agent: FooBot\nDisallow: /\nAllow: /foo/bar/%E3%83%84",
      allowed: ["/foo/bar/%E3%83%84"], forbidden: ["/foo/bar/"]),
    // RFC 9309, 2.2.2, where the library differs: unreserved octets are compared decoded.
    Case(
      name: "encoded ASCII", text: "User-agent: FooBot\nDisallow: /\nAllow: /foo/bar/%62%61%7A",
      allowed: ["/foo/bar/baz", "/foo/bar/%62%61%7A"], forbidden: ["/foo/bar/qux"]),
    Case(
      name: "stars", text: "User-agent: FooBot\nDisallow: /foo/bar/quz\nAllow: /foo/*/qux",
      allowed: ["/foo/quz", "/foo//quz", "/foo/bax/quz"], forbidden: ["/foo/bar/quz"]),
    Case(
      name: "ends", text: "User-agent: FooBot\nDisallow: /foo/bar$\nAllow: /foo/bar/qux",
      allowed: ["/foo/bar/qux", "/foo/bar/", "/foo/bar/baz"], forbidden: ["/foo/bar"]),
    Case(
      name: "remarks", text: "User-agent: FooBot\n# Disallow: /\nDisallow: /foo/quz#qux\nAllow: /",
      allowed: ["/foo/bar"], forbidden: ["/foo/quz"]),
    Case(
      name: "/fish", text: "user-agent: FooBot\ndisallow: /\nallow: /fish",
      allowed: ["/fish", "/fish.html", "/fish/salmon.html", "/fishheads", "/fishheads/yummy.html", "/fish.html?id=a"],
      forbidden: ["/bar", "/Fish.asp", "/catfish", "/?id=fish"]),
    Case(
      name: "/fish*", text: "user-agent: FooBot\ndisallow: /\nallow: /fish*",
      allowed: ["/fish", "/fish.html", "/fish/salmon.html", "/fishheads"],
      forbidden: ["/bar", "/Fish.bar", "/catfish", "/?id=fish"]),
    Case(
      name: "/fish/", text: "user-agent: FooBot\ndisallow: /\nallow: /fish/",
      allowed: ["/fish/", "/fish/salmon", "/fish/?salmon"], forbidden: ["/bar", "/fish", "/fish.html", "/Fish/Salmon"]),
    Case(
      name: "/*.php", text: "user-agent: FooBot\ndisallow: /\nallow: /*.php",
      allowed: [
        "/filename.php", "/folder/filename.php?p", "//folder/any.php.file.html", "/filename.php/",
        "/index?f=filename.php/",
      ],
      forbidden: ["/bar", "/php/", "/index?php", "/windows.PHP"]),
    Case(
      name: "/*.php$", text: "user-agent: FooBot\ndisallow: /\nallow: /*.php$",
      allowed: ["/filename.php", "/folder/filename.php"],
      forbidden: [
        "/filename.php?p", "/filename.php/", "/filename.php5", "/php/", "/filename?php", "/aaaphpaaa", "//windows.PHP",
      ]),
    Case(
      name: "/fish*.php", text: "user-agent: FooBot\ndisallow: /\nallow: /fish*.php",
      allowed: ["/fish.php", "/fishheads/catfish.php?p"], forbidden: ["/bar", "/Fish.PHP"]),
    Case(
      name: "order", text: "user-agent: FooBot\nallow: /folder\ndisallow: /folder", allowed: ["/folder/page"],
      forbidden: []),
    Case(
      name: "order", text: "user-agent: FooBot\nallow: /page\ndisallow: /*.htm", allowed: [], forbidden: ["/page.htm"]),
    Case(
      name: "the root alone", text: "user-agent: FooBot\nallow: /$\ndisallow: /", allowed: ["/"],
      forbidden: ["/page.html"]),
    Case(
      name: "Windows lines", text: "User-Agent: foobot\r\nAllow: /a\r\n\r\n\r\nDisallow: /\r\n", allowed: ["/a"],
      forbidden: ["/b"]),
    Case(name: "Mac lines", text: "User-Agent: foobot\rAllow: /a\r\rDisallow: /\r", allowed: ["/a"], forbidden: ["/b"]),
    Case(
      name: "no last line end", text: "User-Agent: foobot\nAllow: /a\nDisallow: /", allowed: ["/a"], forbidden: ["/b"]),
    Case(name: "byte order mark", text: "\u{FEFF}User-Agent: foobot\nDisallow: /b", allowed: ["/a"], forbidden: ["/b"]),
  ]

  @Test(arguments: cases) func isAllowed(_ known: Case) {
    let rules = RobotsRules(reading: Array(known.text.utf8), product: known.agent)
    for path in known.allowed { #expect(rules.allows(path), "\(path) is allowed") }
    for path in known.forbidden { #expect(!rules.allows(path), "\(path) is forbidden") }
  }

  @Test func theFirst500KiBAreReadAndNoHalfRule() {
    let padding = String(repeating: "# padding\n", count: 51_190)
    #expect(padding.utf8.count > 511_000)
    let late = RobotsRules(reading: Array("user-agent: *\n\(padding)disallow: /late\n".utf8), product: "FooBot")
    #expect(!late.allows("/late/x") && late.allows("/early"))
    // A rule that is cut in the middle would forbid more than it says.
    let head = "user-agent: *\n#"
    let rule = "\ndisallow: /private"
    let filling = String(repeating: "x", count: RobotsRules.maxBytes - head.utf8.count - rule.utf8.count + 7)
    let cut = RobotsRules(reading: Array("\(head)\(filling)\(rule)\n".utf8), product: "FooBot")
    #expect(cut.allows("/p") && cut.allows("/private"))
  }
}
