import Foundations
import Glibc
import StageKit
import Synchronization
import TestSupport
import Testing

@testable import Stages

@Suite struct FetchStageTests {
  private static let defaults: JSONObject = [
    "allow_private": true, "backoff": 0.05, "connect_timeout": 5.0, "max_attempts": 3, "max_backoff": 2.0,
    "max_bytes": 1_000_000, "max_redirects": 5,
    "per_host": 4, "refresh": 60.0, "robots": false, "stall_timeout": 1.0, "timeout": 10.0,
  ]

  private func worker(
    _ harness: StageHarness, frozen: Bool = false, _ change: (inout JSONObject) -> Void = { _ in }
  ) throws -> any ItemWorker {
    var parameters = Self.defaults
    change(&parameters)
    return try FetchStage(StageHarness.configuration("fetch", parameters)).makeWorker(
      harness.context(isFrozen: frozen))
  }

  private func item(
    _ url: String, _ token: Int = 0, attempt: Int = 1, previous: WorkItem.Previous? = nil
  ) -> WorkItem {
    WorkItem(
      token: token, item: Item(id: url, record: Record(["url": .string(url)])), attempt: attempt,
      previous: previous)
  }

  private func fetch(
    _ url: String, attempt: Int = 1, previous: WorkItem.Previous? = nil, allowing folder: String? = nil
  ) throws -> ItemOutcome {
    let harness = StageHarness()
    let worker = try worker(harness) { if let folder { $0["allow_files"] = [.string(folder)] } }
    return try #require(
      try harness.run(worker, [item(url, attempt: attempt, previous: previous)])[url])
  }

  @Test func pagesFromNginx() throws {
    let server = try NginxServer(
      files: ["a.html": Array("<p>a".utf8), "b.txt": Array("b".utf8)], locations: "charset utf-8;")
    let harness = StageHarness()
    let items = ["a.html", "b.txt", "none"].enumerated().map { item("\(server.url)/\($1)", $0) }
    let outcomes = try harness.run(try worker(harness), items)
    let page = try #require(outcomes["\(server.url)/a.html"]?.members)
    #expect(page["content_type"]?.string == "text/html")
    #expect(page["charset"]?.string == "utf-8")
    #expect(page["status"]?.int == 200)
    let digest = try #require(Digest(reference: page["body"]?.string ?? ""))
    #expect(try harness.objects.get(digest) == Array("<p>a".utf8))
    #expect(outcomes["\(server.url)/none"]?.failure?.kind == "http_404")
    #expect(outcomes["\(server.url)/none"]?.failure?.isTransient == false)
  }

  @Test func asksAgainConditionally() throws {
    let server = try NginxServer(files: ["a.html": Array("<p>a".utf8)])
    let url = server.url + "/a.html"
    let first = try fetch(url)
    let previous = try #require(first.asPrevious(of: url))
    #expect(previous.validators["etag"] != nil)
    #expect(try fetch(url, previous: previous).isUnchanged)
    #expect(server.lastAccess(contains: " 304 "))
    // Another date and ETag, the same bytes: the same record.
    try server.write("a.html", Array("<p>a".utf8))
    utimes(
      server.directory + "/www/a.html",
      [timeval(tv_sec: 1000, tv_usec: 0), timeval(tv_sec: 1000, tv_usec: 0)])
    let touched = try fetch(url, previous: previous)
    #expect(touched.isUnchanged)
    #expect(touched.validators?["etag"] != previous.validators["etag"])
    try server.write("a.html", Array("<p>b".utf8))
    #expect(try fetch(url, previous: previous).members?["body"] != first.members?["body"])
    try FileSystem.remove(server.directory + "/www/a.html")
    #expect(try fetch(url, previous: previous).isGone)
  }

  @Test func keepsWhatItHadWhenTheHostIsDown() throws {
    let server = try NginxServer(files: ["a.html": Array("<p>a".utf8)])
    let url = server.url + "/a.html"
    let previous = try #require(try fetch(url).asPrevious(of: url))
    server.stop()
    let early = try fetch(url, attempt: 1, previous: previous)
    #expect(early.failure?.kind == "connect")
    #expect(early.failure?.isTransient == true)
    #expect(try fetch(url, attempt: 3, previous: previous).staleFailure?.kind == "connect")
    let harness = StageHarness()
    let frozen = try harness.run(try worker(harness, frozen: true), [item(url, previous: previous)])
    #expect(frozen[url]?.isUnchanged == true, "what is kept is no miss")
    let cold = try harness.run(try worker(harness, frozen: true), [item(url)])
    #expect(cold[url]?.failure?.kind == "frozen")
  }

  @Test func serversThatAskForPatience() throws {
    let server = try NginxServer(
      locations: """
        location /later { add_header Retry-After 1 always; return 429; }
        location /sometime { return 429; }
        location /much-later { add_header Retry-After 3600 always; return 503; }
        location /broken { return 500; }
        location /forbidden { return 403; }
        """)
    let later = try #require(try fetch(server.url + "/later").failure)
    #expect(
      later
        == ItemFailure(kind: "http_429", message: later.message, isTransient: true, retryAfter: 1))
    #expect(later.message.contains("asks to wait 1.0 s"))
    let sometime = try #require(try fetch(server.url + "/sometime").failure)
    #expect(sometime.isTransient && sometime.retryAfter == nil)
    let muchLater = try #require(try fetch(server.url + "/much-later").failure)
    #expect(!muchLater.isTransient && muchLater.retryAfter == 3600)
    #expect(try fetch(server.url + "/broken").failure?.isTransient == true)
    #expect(try fetch(server.url + "/forbidden").failure?.isTransient == false)
  }

  @Test func holdsTheWholeHostBack() throws {
    let times = Mutex<[UInt64]>([])
    let server = try BrokenServer { exchange in
      let number = times.withLock { times in
        times.append(MonotonicClock.now)
        return times.count
      }
      if number == 1 {
        exchange.answer("429 Too Many Requests", ["Retry-After: 1"])
      } else {
        exchange.answer("200 OK", [], "x")
      }
    }
    let harness = StageHarness()
    let items = (0..<5).map { item("\(server.url)/\($0)", $0) }
    let outcomes = try harness.run(try worker(harness) { $0["per_host"] = 1 }, items)
    #expect(outcomes.values.count { $0.failure?.kind == "http_429" } == 1)
    #expect(outcomes.values.count { $0.members != nil } == 4)
    let seen = times.withLock { $0 }
    #expect(seen[1] - seen[0] > 900_000_000)
  }

  @Test func hopelessHostsAreLeftAlone() throws {
    let server = try BrokenServer { $0.answer("503 Service Unavailable", ["Retry-After: 7200"]) }
    let harness = StageHarness()
    let items = (0..<50).map { item("\(server.url)/\($0)", $0) }
    let outcomes = try harness.run(try worker(harness) { $0["per_host"] = 1 }, items)
    #expect(server.requested.count == 1)
    #expect(outcomes.count == 50)
    #expect(outcomes.values.count { $0.failure?.kind == "host_resting" } == 49)
  }

  @Test func concurrencyAndRate() throws {
    let state = Mutex((now: 0, most: 0))
    let server = try BrokenServer { exchange in
      state.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
      usleep(30_000)
      state.withLock { $0.now -= 1 }
      exchange.answer("200 OK", [], exchange.path)
    }
    let harness = StageHarness()
    let items = (0..<30).map { item("\(server.url)/\($0)", $0) }
    #expect(
      try harness.run(try worker(harness) { $0["per_host"] = 3 }, items).values.allSatisfy {
        $0.members != nil
      })
    #expect(state.withLock { $0.most } <= 3)
    let start = MonotonicClock.now
    _ = try harness.run(try worker(harness) { $0["rate"] = 20.0 }, Array(items.prefix(10)))
    #expect(MonotonicClock.seconds(since: start) > 0.4)
  }

  @Test func brokenAnswersAreNeverDocuments() throws {
    let server = try BrokenServer { exchange in
      switch exchange.path {
      case "/short": exchange.sendPart()
      case "/reset":
        exchange.sendPart()
        exchange.reset()
      case "/stall":
        exchange.sendPart()
        exchange.stall()
      default: exchange.answer("302 Found", ["Location: /loop"])
      }
    }
    let short = try fetch(server.url + "/short").failure
    #expect(short?.kind == "truncated" && short?.isTransient == true)
    #expect(["reset", "truncated"].contains(try fetch(server.url + "/reset").failure?.kind))
    #expect(try fetch(server.url + "/stall").failure?.kind == "stalled")
    let loop = try fetch(server.url + "/loop").failure
    #expect(loop?.kind == "too_many_redirects" && loop?.isTransient == false)
  }

  @Test func gzipBombs() throws {
    let server = try NginxServer(
      files: ["zeros.txt": Array(repeating: 0, count: 30_000_000)],
      locations: "gzip on; gzip_types text/plain;")
    let failure = try fetch(server.url + "/zeros.txt").failure
    #expect(failure?.kind == "too_large")
    #expect(failure?.isTransient == false)
  }

  @Test func files() throws {
    let server = try NginxServer(files: ["a b.txt": Array("text".utf8)])
    let path = server.directory + "/www/a b.txt"
    // Out of the project only where the stage is told that it may.
    #expect(try self.fetch(path).failure?.kind == "file_not_allowed")
    func fetch(_ url: String, previous: WorkItem.Previous? = nil) throws -> ItemOutcome {
      try self.fetch(url, previous: previous, allowing: server.directory)
    }
    let first = try fetch("file://" + path.split(separator: " ").joined(separator: "%20"))
    #expect(first.members?["bytes"]?.int == 4)
    let previous = try #require(first.asPrevious(of: path))
    #expect(try fetch(path, previous: previous).isUnchanged)
    try FileSystem.writeAtomically("text", to: path)
    #expect(try fetch(path, previous: previous).isUnchanged)
    try FileSystem.writeAtomically("other", to: path)
    #expect(try fetch(path, previous: previous).members?["bytes"]?.int == 5)
    #expect(try fetch(server.directory).failure?.kind == "not_a_file")
    #expect(try fetch(server.directory + "/nothing").failure?.kind == "no_such_file")
    try FileSystem.remove(path)
    #expect(try fetch(path, previous: previous).isGone)
    for (url, kind) in [
      ("ftp://a/b", "unsupported_scheme"), ("http://", "bad_url"), ("file://other/x", "bad_url"),
    ] {
      #expect(try fetch(url).failure?.kind == kind)
    }
  }

  @Test func thousandPages() throws {
    let server = try NginxServer(
      files: ["a.html": Array("<p>a".utf8)], locations: "location / { try_files /a.html =404; }")
    let harness = StageHarness()
    let items = (0..<1000).map { item("\(server.url)/\($0)", $0) }
    let start = MonotonicClock.now
    let outcomes = try harness.run(try worker(harness) { $0["per_host"] = 32 }, items)
    #expect(outcomes.values.count { $0.members != nil } == 1000)
    print("fetch: \(Int(clamping: 1000 / MonotonicClock.seconds(since: start))) pages/s")
  }
}
