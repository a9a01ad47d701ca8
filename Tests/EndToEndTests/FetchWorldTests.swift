import Foundations
import Glibc
import Synchronization
import TestSupport
import Testing

/// Pages of real and of broken servers, through the built program.
@Suite struct FetchWorldTests {
  /// A world that fetches pages, parses and chunks them; `fetch` are further parameters of the fetch stage.
  private func world(
    _ urls: [String], fetch: String = "", rules: String = "tolerate: 90%", maxBackoff: String = "3s"
  ) throws -> World {
    let defaults =
      (fetch.contains("backoff") ? "" : "backoff: 20ms, ")
      + "allow_private: true, robots: false, max_backoff: \(maxBackoff), timeout: 10s, stall_timeout: 700ms, max_bytes: 2MB"
    let world = try World([
      "pipelines/w.yaml": """
      pipeline: w
      stages:
        list:  {uses: import, with: {path: pages.csv}}
        fetch: {uses: fetch, needs: list, with: {\(defaults)\(fetch.isEmpty ? "" : ", " + fetch)}}
        parse: {uses: parse, needs: fetch}
        chunk: {uses: chunk, needs: parse, with: {max_tokens: 128, overlap: 0, tokenizer: "\(ProjectFiles.miniLM)"}}
      \(rules)
      """
    ])
    try list(urls, in: world)
    return world
  }

  private func list(_ urls: [String], in world: World) throws {
    try world.write("pages.csv", "url\n" + urls.map { "\($0)\n" }.joined())
  }

  static func page(_ name: String) -> String {
    "<!DOCTYPE html><html><head><meta charset=utf-8><title>\(name)</title></head><body><h1>\(name)</h1>"
      + "<p>This page tells of \(name), at some length, as pages do.</p><p>Here \(name) ends.</p></body></html>"
  }

  private func chunks(_ world: World) throws -> String { try world.read("artifacts/published/w/chunk/chunks.jsonl") }

  private func quarantine(_ world: World) throws -> [String: (kind: String, message: String)] {
    var entries: [String: (String, String)] = [:]
    for entry in try world.sluice("status", "--json").json?["quarantine"]?.array ?? [] {
      entries[entry["item"]?.string ?? ""] = (entry["kind"]?.string ?? "", entry["message"]?.string ?? "")
    }
    return entries
  }

  private func nginx(_ names: [String], locations: String = "", http: String = "") throws -> NginxServer {
    var files: [String: [UInt8]] = [:]
    for name in names { files["\(name).html"] = Array(Self.page(name).utf8) }
    return try NginxServer(files: files, locations: locations, http: http)
  }

  static let names = (10..<22).map { "page\($0)" }

  @Test(arguments: ["", "error_page 429 @wait; location @wait { add_header Retry-After 1 always; return 429; }"])
  func allPagesArriveFromAServerThatAsksForPatience(_ wait: String) throws {
    let server = try nginx(
      Self.names, locations: "\(wait) location /page { limit_req zone=z burst=6 nodelay; }",
      http: "limit_req_zone $binary_remote_addr zone=z:1m rate=5r/s; limit_req_status 429;")
    let world = try world(Self.names.map { "\(server.url)/\($0).html" }, fetch: "max_attempts: 12, backoff: 200ms")
    let run = try world.run()
    #expect(run.exitCode == 0, "\(run.errors) \(run.result)")
    #expect(server.accesses.contains { $0.contains("\" 429 ") }, "the server was never busy")
    #expect(run.done("fetch") == Self.names.count)
    let chunks = try chunks(world)
    for name in Self.names { #expect(chunks.contains("Here \(name) ends."), "\(name)") }
  }

  @Test func aSickServerGetsWell() throws {
    let server = try BrokenServer { [counter = Counter()] exchange in
      let page = Self.page(String(exchange.path.dropFirst()))
      guard counter.next(exchange.path) <= 2 else {
        return exchange.answer("200 OK", ["Content-Type: text/html"], page)
      }
      switch exchange.path {
      case "/busy": exchange.answer("503 Service Unavailable", [], "not now")
      case "/reset":
        exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<p>half of a")
        exchange.reset()
      case "/stall":
        exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1000\r\n\r\n<p>half of a")
        exchange.stall()
      default:
        exchange.send("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n<p>ha\r\n")
      }
    }
    let names = ["busy", "reset", "stall", "chunked"]
    let world = try world(names.map { "\(server.url)/\($0)" })
    let run = try world.run()
    #expect(run.exitCode == 0, "\(run.errors)")
    let chunks = try chunks(world)
    for name in names { #expect(chunks.contains("Here \(name) ends."), "\(name)") }
    #expect(!chunks.contains("half of a"))
    #expect(server.requested.count == 12)
    #expect(try quarantine(world).isEmpty)
  }

  @Test func aHostThatRefusesEverythingIsLeftToTheNextRun() throws {
    let isWell = Mutex(false)
    let server = try BrokenServer { exchange in
      let page = Self.page(String(exchange.path.dropFirst()))
      if isWell.withLock({ $0 }) { return exchange.answer("200 OK", ["Content-Type: text/html"], page) }
      exchange.answer("503 Service Unavailable", [], "never")
    }
    let names = (100..<160).map { "page\($0)" }
    let world = try world(
      names.map { "\(server.url)/\($0)" }, fetch: "max_attempts: 2, backoff: 20ms", maxBackoff: "500ms")
    _ = try world.run()
    let kinds = try quarantine(world).values.map(\.kind)
    #expect(Set(kinds).isSubset(of: ["http_503", "host_refuses"]) && kinds.count == names.count, "\(kinds)")
    #expect(kinds.contains("host_refuses"))
    #expect(server.requested.count < names.count, "\(server.requested.count) requests")
    isWell.withLock { $0 = true }
    let run = try world.run()
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(try quarantine(world).isEmpty)
  }

  @Test func whyTellsThatAPageIsGone() throws {
    let isThere = Mutex(true)
    let server = try BrokenServer { exchange in
      if !isThere.withLock({ $0 }) { return exchange.answer("404 Not Found", [], "") }
      exchange.answer("200 OK", ["Content-Type: text/html"], Self.page("one"))
    }
    let world = try world(
      ["\(server.url)/one", "\(server.url)/two"], fetch: "backoff: 20ms, refresh: 1ms",
      rules: "guard: {max_vanish: 100%}")
    #expect(try world.run().exitCode == 0)
    isThere.withLock { $0 = false }
    usleep(20_000)
    _ = try world.run("--allow-vanish")
    let why = try world.sluice("why", "fetch", "\(server.url)/one").output
    #expect(
      why.contains("because it is gone from where it was fetched") && !why.contains("came back from the memo"), "\(why)"
    )
  }

  @Test func whatIsForcedAndCannotBeHadStays() throws {
    let isUp = Mutex(true)
    let server = try BrokenServer { exchange in
      if !isUp.withLock({ $0 }) { return exchange.reset() }
      exchange.answer("200 OK", ["Content-Type: text/html"], Self.page(String(exchange.path.dropFirst())))
    }
    let names = ["one", "two", "three"]
    let world = try world(
      names.map { "\(server.url)/\($0)" }, fetch: "max_attempts: 1, backoff: 20ms", rules: "tolerate: 100%")
    #expect(try world.run().exitCode == 0)
    let asked = server.requested.count
    #expect(try world.run("--force", "fetch").exitCode == 0)
    #expect(server.requested.count == asked + 3, "forced is asked for")
    isUp.withLock { $0 = false }
    try list((names + ["none"]).map { "\(server.url)/\($0)" }, in: world)
    let run = try world.run("--force", "fetch")
    #expect(run.exitCode == 3 && run.stage("fetch")["stale"]?.int == 3, "\(run.result)")
    let all = try chunks(world)
    for name in names { #expect(all.contains("Here \(name) ends."), "\(name)") }
    let status = try world.sluice("status")
    #expect(status.output.contains("Stale: these could not be had again"), "\(status.output)")
    let entries = try world.sluice("status", "--json").json?["quarantine"]?.array ?? []
    #expect(entries.count { $0["stale"]?.bool == true } == 3 && entries.count == 4, "\(entries)")
  }

  @Test func cassettesNeedNoSecrets() throws {
    let server = try BrokenServer { $0.answer("200 OK", ["Content-Type: text/html"], Self.page("kept")) }
    let world = try world(
      ["\(server.url)/kept"],
      fetch:
        "backoff: 20ms, record: cassettes, headers: {Authorization: \"Bearer ${env.PAGES_TOKEN}\"}, query: {k: \"${env.SITE_KEY}\"}"
    )
    let first = try world.run(environment: ["PAGES_TOKEN": "t0ken-of-pages", "SITE_KEY": "s1te-key-of-it"])
    #expect(first.exitCode == 0, "\(first.errors)")
    try world.remove("artifacts")
    let frozen = try world.run("--frozen")
    #expect(frozen.exitCode == 0 && frozen.done("fetch") == 1, "\(frozen.errors) \(frozen.result)")
  }

  @Test func whatStaysBrokenIsQuarantinedWithAReason() throws {
    let scratch = try Scratch()
    let packed = try ProgramRun.run(["sh", "-c", "head -c 60000000 /dev/zero | gzip -9 > bomb"], in: scratch.directory)
    try #require(packed.exitCode == 0)
    let bomb = try FileSystem.read(scratch.path("bomb"))
    let server = try BrokenServer { exchange in
      let html = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
      switch exchange.path {
      case "/down": exchange.answer("503 Service Unavailable", [], "never")
      case "/reset": exchange.reset()
      case "/stall":
        exchange.send(html + "Content-Length: 900\r\n\r\n<p>half of a")
        exchange.stall()
      case "/short": exchange.send(html + "Content-Length: 900\r\n\r\n<p>half of a")
      case "/chunked": exchange.send(html + "Transfer-Encoding: chunked\r\n\r\na\r\n<p>half of\r\n")
      case "/loop": exchange.answer("302 Found", ["Location: /loop"])
      case "/bomb":
        exchange.send(html + "Content-Encoding: gzip\r\nContent-Length: \(bomb.count)\r\n\r\n")
        exchange.send(bomb)
      case "/forbidden": exchange.answer("403 Forbidden", [], "no")
      case "/missing": exchange.answer("404 Not Found", [], Self.page("missing"))
      case "/later": exchange.answer("429 Too Many Requests", ["Retry-After: 86400"], "tomorrow")
      default: exchange.answer("200 OK", ["Content-Type: text/html"], Self.page("good"))
      }
    }
    let kinds = [
      "down": "http_503", "reset": "reset", "stall": "stalled", "short": "truncated", "chunked": "truncated",
      "loop": "too_many_redirects", "bomb": "too_large", "forbidden": "http_403", "missing": "http_404",
    ]
    let world = try world(
      ["\(server.url)/good"] + kinds.keys.sorted().map { "\(server.url)/\($0)" }, fetch: "max_attempts: 2")
    let run = try world.run()
    #expect(run.exitCode == 3, "\(run.errors)")
    #expect(run.stage("fetch")["failed"]?.int == kinds.count)
    let chunks = try chunks(world)
    #expect(chunks.contains("Here good ends."))
    #expect(!chunks.contains("half of") && !chunks.contains("missing"))
    let entries = try quarantine(world)
    for (name, kind) in kinds {
      let entry = try #require(entries["\(server.url)/\(name)"], "\(name)")
      #expect(entry.kind == kind || (kind == "reset" && entry.kind == "truncated"), "\(name): \(entry)")
      #expect(entry.message.count > 20 && entry.message.contains("127.0.0.1"), "\(name): \(entry)")
    }
    // A host that wants to be left alone until tomorrow is left alone, and so are its other pages.
    try list(["\(server.url)/later", "\(server.url)/good"], in: world)
    let later = try world.run("--allow-vanish")
    #expect(later.exitCode == 3)
    #expect(try quarantine(world)["\(server.url)/later"]?.message.contains("asks to wait") == true)
    #expect(server.requested.count { $0 == "/later" } == 1)
  }

  @Test func charsetsThatAreNotWhatTheySay() throws {
    let latin = Self.page("Z\u{FC}rich").unicodeScalars.map { UInt8($0.value) }
    let server = try BrokenServer { exchange in
      let body = exchange.path == "/utf8" ? Array(Self.page("Zürich").utf8) : latin
      let charset = exchange.path == "/utf8" ? "iso-8859-1" : exchange.path == "/latin" ? "utf-8" : "no-such-charset"
      exchange.send(
        "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=\(charset)\r\nContent-Length: \(body.count)\r\n\r\n")
      exchange.send(body)
    }
    let world = try world(["utf8", "latin", "unknown"].map { "\(server.url)/\($0)" })
    #expect(try world.run().exitCode == 0)
    let chunks = try chunks(world)
    #expect(chunks.components("Here Zürich ends.") == 3, "\(chunks)")
  }

  /// Asked for again in each run, and after a time.
  @Test(arguments: ["0s", "200ms"]) func refreshAsksConditionallyAndOnlyWhatChangedRuns(_ refresh: String) throws {
    let names = ["north", "south", "east"]
    let server = try nginx(names)
    let urls = names.map { "\(server.url)/\($0).html" }
    let world = try world(urls, fetch: "refresh: \(refresh)")
    #expect(try world.run().exitCode == 0)
    #expect(server.accesses.count == 3)
    let published = try world.published("w")
    usleep(250_000)
    let again = try world.run()
    #expect(again.exitCode == 0)
    #expect(again.didNoWork, "\(again.worked)")
    #expect(server.accesses.count { $0.contains("\" 304 ") } == 3, "\(server.accesses)")
    #expect(["parse", "chunk"].allSatisfy { again.state($0) == "up_to_date" })
    #expect(try world.published("w") == published)
    // One page changes; another is written anew with the same content.
    try server.write("south.html", Array(Self.page("the deep south").utf8))
    usleep(1_100_000)
    try server.write("east.html", Array(Self.page("east").utf8))
    let changed = try world.run()
    #expect(changed.exitCode == 0)
    #expect(changed.worked["fetch"] == ["\(urls[1]): refresh"], "\(changed.worked)")
    #expect(changed.worked["parse"]?.count == 1 && changed.worked["chunk"]?.count == 1)
    #expect(try chunks(world).contains("Here the deep south ends."))
    #expect(try !chunks(world).contains("Here south ends."))
  }

  @Test func nobodyIsAskedBeforeItIsTime() throws {
    let server = try nginx(["a"])
    let world = try world(["\(server.url)/a.html"], fetch: "refresh: 1h")
    _ = try world.run()
    #expect(try world.run().didNoWork)
    #expect(server.accesses.count == 1)
    // Without the network: what is kept is enough, what is not is a miss.
    server.stop()
    #expect(try world.run("--frozen").exitCode == 0)
    try list(["\(server.url)/a.html", "\(server.url)/b.html"], in: world)
    let frozen = try world.run("--frozen")
    #expect(frozen.exitCode == 3)
    #expect(try quarantine(world)["\(server.url)/b.html"]?.kind == "frozen")
    #expect(try quarantine(world)["\(server.url)/b.html"]?.message.contains("--frozen") == true)
  }

  @Test func frozenTakesWhatIsKeptHoweverOld() throws {
    let server = try nginx(["a"])
    let world = try world(["\(server.url)/a.html"], fetch: "refresh: 0s")
    _ = try world.run()
    let before = try world.published("w")
    let frozen = try world.run("--frozen")
    #expect(frozen.exitCode == 0)
    #expect(frozen.didNoWork)
    #expect(server.accesses.count == 1)
    #expect(try world.published("w") == before)
    #expect(try world.run().exitCode == 0)
    #expect(server.accesses.last?.contains("\" 304 ") == true, "with the network it asks again, conditionally")
  }

  @Test func aPageThatVanishesLeavesWithLeaveOfTheGuard() throws {
    let names = ["north", "south", "east"]
    let server = try nginx(names)
    let world = try world(
      names.map { "\(server.url)/\($0).html" }, fetch: "refresh: 0s", rules: "guard: {max_vanish: 20%}")
    _ = try world.run()
    let before = try world.published("w")
    try FileSystem.remove("\(server.directory)/www/east.html")
    let stopped = try world.run()
    #expect(stopped.exitCode == 7)
    #expect(
      stopped.stage("fetch")["message"]?.string?.contains("more than guard.max_vanish allows") == true,
      "\(stopped.result)")
    #expect(try world.published("w") == before, "nothing was removed")
    let meant = try world.run("--allow-vanish")
    #expect(meant.exitCode == 0)
    #expect(meant.stage("fetch")["removed"]?.int == 1)
    #expect(meant.worked["parse"] == nil && meant.worked["chunk"] == nil)
    let after = try chunks(world)
    #expect(!after.contains("Here east ends.") && after.contains("Here north ends."))
    // It is asked for again, and that it is still gone is no news.
    let still = try world.run()
    #expect(still.exitCode == 0 && still.didNoWork, "\(still.result)")
    #expect(server.accesses.last { $0.contains("east") }?.contains("\" 404 ") == true)
    try server.write("east.html", Array(Self.page("east").utf8))
    #expect(try world.run().exitCode == 0)
    #expect(try chunks(world).contains("Here east ends."), "it is back")
  }

  /// What is known of the old address says nothing about the new one; what is known of the new one spares it the way.
  @Test func aPageThatMovesIsReadWhereItIs() throws {
    let server = try nginx(
      ["prices", "shop"],
      locations: """
        location = /prices.html { try_files $uri @moved; }
        location @moved { add_header Set-Cookie "seen=1; Path=/"; return 301 /shop.html; }
        location = /shop.html { if ($cookie_seen != 1) { return 403; } }
        """)
    let world = try world(["\(server.url)/prices.html"], fetch: "refresh: 0s")
    #expect(try world.run().exitCode == 0)
    // The file that it leads to is older than what was seen.
    var times = [timespec(tv_sec: 1_500_000_000, tv_nsec: 0), timespec(tv_sec: 1_500_000_000, tv_nsec: 0)]
    #expect(utimensat(AT_FDCWD, "\(server.directory)/www/shop.html", &times, 0) == 0)
    try FileSystem.remove("\(server.directory)/www/prices.html")
    #expect(try world.run().exitCode == 0)
    #expect(try chunks(world).contains("Here shop ends.") && !chunks(world).contains("Here prices ends."))
    #expect(try world.run().didNoWork)
    #expect(server.lastAccess(contains: "/shop.html HTTP/1.1\" 304 "), "\(server.accesses.suffix(2))")
    // It is back, and what is known of the other page is not asked of it.
    try server.write("prices.html", Array(Self.page("prices").utf8))
    #expect(try world.run().exitCode == 0)
    #expect(try chunks(world).contains("Here prices ends."))
  }

  /// One page that never comes is no reason to ask for the others slowly, in this run or the next.
  @Test func aPageThatIsAlways503IsNotItsHost() throws {
    let names = (0..<40).map { "page\($0)" }
    let server = try nginx(names, locations: "location = /sick.html { return 503; }")
    let world = try world(
      ["\(server.url)/sick.html"] + names.map { "\(server.url)/\($0).html" },
      fetch: "refresh: 0s, backoff: 20ms, max_attempts: 4")
    for _ in 0..<2 {
      #expect(try world.run().exitCode == 3)
      #expect(try quarantine(world).values.map(\.kind) == ["http_503"])
    }
    let hosts = try world.sluice("hosts", "--json").json?.array ?? []
    #expect(hosts.count == 1 && hosts[0]["rate"]?.isNull == true, "\(hosts)")
  }

  @Test func aPauseIsLiftedByHand() throws {
    let count = Mutex(0)
    let server = try BrokenServer { exchange in
      let number = count.withLock { count in
        count += 1
        return count
      }
      number == 1
        ? exchange.answer("429 Too Many Requests", ["Retry-After: 31536000"])
        : exchange.answer("200 OK", ["Content-Type: text/html"], Self.page("a"))
    }
    let world = try world(["\(server.url)/a"], fetch: "max_attempts: 1", rules: "tolerate: 100%")
    #expect(try world.run().exitCode == 3)
    let told = try quarantine(world).values.first?.message ?? "nothing"
    #expect(told.contains("is believed"), "\(told)")
    #expect(try world.run().exitCode == 3)
    #expect(try quarantine(world).values.map(\.kind) == ["host_resting"] && count.withLock { $0 } == 1)
    let unknown = try world.sluice("hosts", "forgive", "127.0.0.2")
    #expect(unknown.exitCode == 2)
    let lifted = try world.sluice("hosts", "forgive", "127.0.0.1:\(server.port)")
    #expect(lifted.exitCode == 0 && lifted.output.contains("lifted"), "\(lifted)")
    #expect(try world.run().exitCode == 0)
    #expect(try chunks(world).contains("Here a ends."))
  }

  @Test func aDeadHostKeepsTheLastGoodVersion() throws {
    let server = try nginx(["a", "b"])
    let world = try world(
      ["a", "b"].map { "\(server.url)/\($0).html" }, fetch: "refresh: 0s, max_attempts: 2", rules: "tolerate: 100%")
    _ = try world.run()
    let before = try world.published("w")
    server.stop()
    let run = try world.run()
    #expect(run.exitCode == 3, "\(run.result)")
    #expect(run.stage("fetch")["stale"]?.int == 2)
    #expect(run.stage("fetch")["failed"]?.int == 0)
    #expect(try world.published("w") == before)
    let entries = try quarantine(world)
    #expect(entries.count == 2)
    #expect(entries.values.allSatisfy { $0.kind == "connect" && $0.message.contains("127.0.0.1") }, "\(entries)")
  }
}

/// Counts by name, for servers that change their mind.
final class Counter: Sendable {
  private let counts = Monitor<[String: Int]>([:])
  func next(_ name: String) -> Int {
    var number = 0
    counts.update { counts in
      counts[name, default: 0] += 1
      number = counts[name] ?? 0
    }
    return number
  }
}

extension String {
  /// How often `part` stands in it.
  func components(_ part: String) -> Int {
    var count = 0
    var rest = Array(utf8)
    while let range = ByteSearch.range(of: Array(part.utf8), in: rest) {
      count += 1
      rest.removeFirst(range.upperBound)
    }
    return count
  }
}
