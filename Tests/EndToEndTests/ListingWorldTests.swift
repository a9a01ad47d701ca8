import Foundations
import Glibc
import TestSupport
import Testing

/// Sitemaps, feeds and crawls of real and of broken servers, through the built program.
@Suite struct ListingWorldTests {
  private static let access = "allow_private: true, backoff: 20ms, max_attempts: 2"

  private func world(_ source: String, rules: String = "") throws -> World {
    try World([
      "pipelines/w.yaml": """
      pipeline: w
      stages:
        list:  {\(source)}
        fetch: {uses: fetch, needs: list, with: {refresh: 1h, \(Self.access)}}
      \(rules)
      """
    ])
  }

  private func sitemap(_ urls: [String], lastmod: String = "") -> [UInt8] {
    let entries = urls.map { "<url><loc>\($0)</loc>\(lastmod.isEmpty ? "" : "<lastmod>\(lastmod)</lastmod>")</url>" }
    return Array(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\(entries.joined())</urlset>"
        .utf8)
  }

  @Test func aSitemapThatBreaksOrEmptiesDeletesNothing() throws {
    let server = try NginxServer(files: [
      "a.html": Array(FetchWorldTests.page("a").utf8), "b.html": Array(FetchWorldTests.page("b").utf8),
      "c.html": Array(FetchWorldTests.page("c").utf8),
    ])
    func urls(_ names: String...) -> [String] { names.map { "\(server.url)/\($0).html" } }
    try server.write("sitemap.xml", sitemap(urls("a", "b") + ["\(server.url)/a.html#part"]))
    let world = try world(
      "uses: sitemap, with: {url: \"\(server.url)/sitemap.xml\", refresh: 0s, \(Self.access)}",
      rules: "guard: {max_vanish: 20%}")
    let first = try world.run()
    #expect(first.exitCode == 0, "\(first.errors) \(first.result)")
    #expect(first.done("list") == 2 && first.done("fetch") == 2, "\(first.result)")
    #expect(server.accesses.contains { $0.contains("/robots.txt") })
    // Nothing changed: one conditional question.
    let again = try world.run()
    #expect(again.exitCode == 0 && again.didNoWork, "\(again.result)")
    #expect(server.lastAccess(contains: "sitemap.xml HTTP/1.1\" 304"))
    // One more page.
    usleep(1_100_000)
    try server.write("sitemap.xml", sitemap(urls("a", "b", "c")))
    let more = try world.run()
    #expect(more.worked["fetch"] == ["\(urls("c")[0]): new"], "\(more.worked)")
    let published = try world.published("w")
    // Empty, cut off, gone: nothing leaves, and everybody is told.
    for (bytes, kind) in [
      (sitemap([]), "empty_listing"), (Array(sitemap(urls("a")).dropLast(20)), "bad_listing"), ([], ""),
    ] {
      if kind.isEmpty {
        try FileSystem.remove(server.directory + "/www/sitemap.xml")
      } else {
        try server.write("sitemap.xml", bytes)
      }
      let broken = try world.run()
      #expect(broken.exitCode == 3, "\(kind) \(broken.result)")
      #expect(broken.stage("list")["stale"]?.int == 1, "\(kind) \(broken.result)")
      let status = try world.sluice("status", "--json").json?["quarantine"]?.array?.first
      #expect(status?["kind"]?.string == (kind.isEmpty ? "http_404" : kind), "\(status ?? .null)")
      #expect(try world.published("w") == published)
    }
    // Fewer pages, and more than the guard allows.
    try server.write("sitemap.xml", sitemap(urls("a")))
    #expect(try world.run().exitCode == 7)
    #expect(try world.published("w") == published)
    let meant = try world.run("--allow-vanish")
    #expect(meant.exitCode == 0 && meant.stage("fetch")["removed"]?.int == 2, "\(meant.result)")
  }

  @Test func indexesGzipAndLastmod() throws {
    let server = try NginxServer(files: [
      "a.html": Array(FetchWorldTests.page("a").utf8), "b.html": Array(FetchWorldTests.page("b").utf8),
    ])
    let scratch = try Scratch()
    func packed(_ bytes: [UInt8]) throws -> [UInt8] {
      try FileSystem.writeAtomically(bytes, to: scratch.path("x"))
      _ = try ProgramRun.run(["gzip", "-kf", "x"], in: scratch.directory)
      return try FileSystem.read(scratch.path("x.gz"))
    }
    func index(_ date: String) -> [UInt8] {
      Array(
        "<sitemapindex xmlns=\"x\"><sitemap><loc>\(server.url)/one.xml.gz</loc><lastmod>2001-01-01</lastmod></sitemap><sitemap><loc>/two.txt</loc><lastmod>\(date)</lastmod></sitemap></sitemapindex>"
          .utf8)
    }
    try server.write("index.xml", index("2001-01-01"))
    try server.write("one.xml.gz", packed(sitemap(["\(server.url)/a.html"], lastmod: "2001-01-01")))
    try server.write("two.txt", Array("\(server.url)/b.html?utm_source=x\n".utf8))
    let world = try world("uses: sitemap, with: {url: \"\(server.url)/index.xml\", refresh: 0s, \(Self.access)}")
    #expect(try world.run().done("fetch") == 2)
    let asked = server.accesses.count
    // What the index says is old is not even asked for.
    #expect(try world.run().didNoWork)
    #expect(server.accesses.count == asked + 1)
    // A page that was modified since it was fetched is asked for again before its time, conditionally.
    usleep(1_100_000)
    try server.write("index.xml", index("2099-01-01"))
    try server.write("one.xml.gz", packed(sitemap(["\(server.url)/a.html"], lastmod: "2001-01-01")))
    let later = try world.run()
    #expect(later.didNoWork, "\(later.worked)")
    #expect(server.accesses.count { $0.contains("/two.txt") } == 2)
    #expect(server.accesses.count { $0.contains("/one.xml.gz") } == 1)
  }

  @Test func feedsKeepWhatHasLeftThem() throws {
    let server = try NginxServer(files: ["1.html": Array("<p>1".utf8), "2.html": Array("<p>2".utf8)])
    func rss(_ names: String...) -> [UInt8] {
      let items = names.map {
        "<item><title>News \($0) &amp; more</title><link>\(server.url)/\($0).html</link><pubDate>Mon, 02 Jan 2006 15:04:05 GMT</pubDate></item>"
      }
      return Array(
        "<rss version=\"2.0\"><channel><title>t</title><link>\(server.url)/</link>\(items.joined())</channel></rss>"
          .utf8)
    }
    try server.write("rss.xml", rss("1"))
    try server.write(
      "atom.xml",
      Array(
        "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>t</title><entry><title>Two</title><link rel=\"self\" href=\"x\"/><link href=\"2.html\"/><updated>2006-01-02T15:04:05Z</updated><author><name>Ann</name></author></entry></feed>"
          .utf8))
    let world = try world(
      "uses: feed, with: {url: [\"\(server.url)/rss.xml\", \"\(server.url)/atom.xml\"], refresh: 0s, \(Self.access)}")
    #expect(try world.run().done("fetch") == 2)
    usleep(1_100_000)
    try server.write("rss.xml", rss("2"))
    let run = try world.run()
    #expect(run.exitCode == 0 && run.stage("list")["removed"]?.int == 0, "\(run.result)")
    #expect(run.stage("fetch")["outputs"]?.int == 2)
  }

  @Test func aCrawlStaysWithinItsBoundsAndAsksConditionally() throws {
    func page(_ links: String...) -> [UInt8] {
      Array("<html><body><p>page</p>\(links.map { "<a href='\($0)'>x</a>" }.joined())</body></html>".utf8)
    }
    let server = try NginxServer(
      files: [
        "docs/index.html": page("a.html", "b/c.html", "/other.html", "a.html#x", "private/x.html", "moved"),
        "docs/a.html": page("index.html", "deep.html"), "docs/b/c.html": page("../a.html", "missing.html"),
        "docs/deep.html": page("deeper.html"), "docs/deeper.html": page(), "other.html": page(),
        "docs/private/x.html": page(), "robots.txt": Array("User-agent: *\nDisallow: /docs/private/\n".utf8),
      ], locations: "location = /docs/moved { return 301 /docs/a.html; }")
    let world = try World([
      "pipelines/w.yaml": """
      pipeline: w
      stages:
        crawl: {uses: crawl, with: {url: "\(server.url)/docs/index.html", max_depth: 2, refresh: 0s, \(Self.access)}}
      """
    ])
    let first = try world.run()
    #expect(first.exitCode == 0, "\(first.errors) \(first.result)")
    let pages = ["a.html", "b/c.html", "deep.html", "index.html"].map { "\(server.url)/docs/\($0)" }
    #expect(first.worked["crawl"] == pages.map { "\($0): new" }, "\(first.worked)")
    #expect(first.stage("crawl")["outputs"]?.int == pages.count)
    #expect(server.accesses.count { $0.contains("GET /docs/a.html") } == 1, "redirects and links to it are one page")
    #expect(!server.accesses.contains { $0.contains("private") || $0.contains("other") || $0.contains("deeper") })
    let again = try world.run()
    #expect(again.exitCode == 0 && again.didNoWork, "\(again.result)")
    #expect(server.accesses.count { $0.contains("\" 304 ") } == pages.count)
    // Planning asks nobody.
    let asked = server.accesses.count
    #expect(try world.sluice("plan").exitCode == 0)
    #expect(server.accesses.count == asked)
    // A site that is down is not a site without pages.
    server.stop()
    let dead = try world.run()
    #expect(dead.stage("crawl")["outputs"]?.int == pages.count, "\(dead.result)")
    #expect(dead.exitCode == 3, "\(dead.result)")
  }

  @Test func robotsAreObeyedAndRemembered() throws {
    let server = try NginxServer(files: [
      "open.html": Array("<p>open".utf8), "closed.html": Array("<p>closed".utf8),
      "robots.txt": Array("User-agent: sluice\nDisallow: /closed\n".utf8),
    ])
    let world = try World([
      "pages.csv": "url\n\(server.url)/open.html\n\(server.url)/closed.html\n",
      "pipelines/w.yaml": """
      pipeline: w
      stages:
        list:  {uses: import, with: {path: pages.csv}}
        fetch: {uses: fetch, needs: list, with: {refresh: 0s, \(Self.access)}}
      tolerate: 60%
      """,
    ])
    let run = try world.run()
    #expect(run.exitCode == 3 && run.done("fetch") == 1, "\(run.result)")
    let entry = try world.sluice("status", "--json").json?["quarantine"]?.array?.first
    #expect(entry?["kind"]?.string == "robots")
    #expect(entry?["message"]?.string?.contains("robots.txt of 127.0.0.1 does not allow /closed.html") == true)
    #expect(!server.accesses.contains { $0.contains("closed.html") })
    _ = try world.run()
    #expect(server.accesses.count { $0.contains("/robots.txt") } == 1, "remembered for the next run")
  }

  @Test func cassettesReplayFromACleanClone() throws {
    let server = try NginxServer(
      files: ["a.html": Array(FetchWorldTests.page("a").utf8)],
      locations: """
        location = /old { return 301 /a.html; }
        location = /key { if ($http_x_api_key != "s3cret-value") { return 403; } add_header Set-Cookie "id=abc"; return 200 "text of the key"; }
        """)
    let pipeline = """
      pipeline: w
      stages:
        list:  {uses: sitemap, with: {url: "\(server.url)/sitemap.txt", record: cassettes/, \(Self.access)}}
        keys:  {uses: import, with: {path: keys.txt}}
        fetch: {uses: fetch, needs: [list, keys], with: {record: cassettes/, headers: {X-Api-Key: "${env.SLUICE_TEST_FETCH_KEY}"}, \(Self.access)}}
      tolerate: 60%
      """
    try server.write(
      "sitemap.txt", Array("\(server.url)/old\n\(server.url)/none\n".utf8))
    let keys = "\(server.url)/key?api_key=QUERYSECRET\n"
    let world = try World(["pipelines/w.yaml": pipeline, "keys.txt": keys])
    let key = ["SLUICE_TEST_FETCH_KEY": "s3cret-value"]
    let live = try world.run(environment: key)
    let status = try world.sluice("status").output
    #expect(live.done("fetch") == 2, "\(live.errors) \(status)")
    let published = try world.published("w")
    let all = try ProgramRun.run(["sh", "-c", "cat cassettes/*/*"], in: world.directory).output
    #expect(all.contains("text of the key"))
    for secret in ["s3cret-value", "id=abc", "QUERYSECRET"] { #expect(!all.contains(secret), "\(secret)") }
    // A clean clone, no network, no key.
    server.stop()
    let clone = try World(["pipelines/w.yaml": pipeline, "keys.txt": keys])
    _ = try ProgramRun.run(["cp", "-r", world.path("cassettes"), clone.path("cassettes")], in: world.directory)
    let frozen = try clone.run("--frozen", environment: ["SLUICE_TEST_FETCH_KEY": "another"])
    #expect(frozen.done("fetch") == 2, "\(frozen.result) \(frozen.errors)")
    #expect(try clone.published("w") == published)
    // A cassette that was changed is no answer.
    let bodies = try ProgramRun.run(
      ["sh", "-c", "for f in cassettes/*/*.body; do echo x >> $f; done"], in: clone.directory)
    #expect(bodies.exitCode == 0)
    try clone.remove("artifacts")
    #expect(try clone.sluice("run", "--frozen", environment: key).exitCode != 0)
  }

  @Test func aLoweredRefreshShortensWhatWasFetchedBefore() throws {
    let server = try NginxServer(files: ["a.html": Array("<p>a".utf8), "b.html": Array("<p>b".utf8)])
    func pipeline(_ refresh: String) -> String {
      """
      pipeline: w
      stages:
        list:  {uses: import, with: {path: pages.csv}}
        fetch: {uses: fetch, needs: list, with: {refresh: \(refresh), robots: false, \(Self.access)}}
      """
    }
    let world = try World([
      "pages.csv": "url,refresh\n\(server.url)/a.html,\n\(server.url)/b.html,30d\n",
      "pipelines/w.yaml": pipeline("30d"),
    ])
    #expect(try world.run().done("fetch") == 2)
    try world.write("pipelines/w.yaml", pipeline("100ms"))
    usleep(200_000)
    let run = try world.run()
    #expect(run.exitCode == 0 && run.didNoWork, "\(run.result)")
    #expect(server.accesses.count { $0.contains("\" 304 ") } == 1, "one has a time of its own: \(server.accesses)")
    #expect(server.accesses.count { $0.contains("/a.html") } == 2)
    try world.write("pipelines/w.yaml", pipeline("30d"))
    #expect(try world.run().didNoWork)
    #expect(try world.run().didNoWork)
    #expect(server.accesses.count == 3, "\(server.accesses)")
    // The time of one record.
    try world.write("pages.csv", "url,refresh\n\(server.url)/a.html,\n\(server.url)/b.html,0s\n")
    _ = try world.run()
    #expect(server.accesses.count { $0.contains("/b.html") } == 2, "\(server.accesses)")
  }
}
