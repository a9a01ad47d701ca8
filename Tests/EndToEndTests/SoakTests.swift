import Foundations
import Glibc
import TestSupport
import Testing

/// A server on a bad day, and a real browser.
@Suite struct SoakTests {
  private static let good = FetchWorldTests.page("good")

  /// 2,000 requests to a server that mixes everything that goes wrong: all ends, and nothing wrong is stored.
  @Test func everythingEndsAndNothingWrongIsStored() throws {
    let scratch = try Scratch()
    _ = try ProgramRun.run(
      ["sh", "-c", "head -c 30000000 /dev/zero | gzip -9 > bomb; echo '<p>whole</p>' | gzip > whole"],
      in: scratch.directory)
    let bomb = try FileSystem.read(scratch.path("bomb"))
    let cut = Array(try FileSystem.read(scratch.path("whole")).dropLast(6))
    let seen = Counter()
    let server = try BrokenServer { exchange in
      let html = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n"
      let number = Int(exchange.path.dropFirst().prefix { $0.isNumber }) ?? 0
      let visit = seen.next(exchange.path)
      // Some get well, some never.
      let isWell = visit > 1 && number % 3 != 0
      func whole() { exchange.answer("200 OK", ["Content-Type: text/html"], Self.good) }
      switch number % 40 {
      case _ where isWell: whole()
      case 1 where number % 500 == 1: exchange.answer("429 Too Many Requests", ["Retry-After: 0"])
      case 2 where number % 500 == 2:
        exchange.answer("503 Service Unavailable", ["Retry-After: Wed, 21 Oct 2015 07:28:00 GMT"])
      case 3: exchange.answer("500 Internal Server Error", [], "<p>wrong")
      case 4: exchange.reset()
      case 5: exchange.send(html + "Content-Length: 900\r\n\r\n<p>wrong")
      case 6: exchange.send(html + "Transfer-Encoding: chunked\r\n\r\n8\r\n<p>wrong\r\n")
      case 7: exchange.answer("302 Found", ["Location: \(exchange.path)"])
      case 8:
        exchange.send(
          html + (0..<9000).map { "X-\($0): \(String(repeating: "y", count: 60))\r\n" }.joined() + "\r\n<p>wrong")
      case 9 where number % 200 == 9:
        exchange.send(html + "Content-Encoding: gzip\r\nContent-Length: \(bomb.count)\r\n\r\n")
        exchange.send(bomb)
      case 10:
        exchange.send(html + "Content-Encoding: gzip\r\n\r\n")
        exchange.send(cut)
      case 11 where number % 400 == 11:
        exchange.send(html + "Content-Length: 900\r\n\r\n<p>wrong")
        exchange.stall()
      case 12: exchange.send("not http at all: wrong\r\n\r\n")
      case 13: exchange.answer("200 OK", ["Content-Type: text/html", "Content-Encoding: br"], "wrong: not brotli")
      case 14: exchange.send(html + "Content-Length: -5\r\n\r\n<p>wrong")
      case 15: exchange.answer("302 Found", ["Location: file:///etc/passwd"])
      default: whole()
      }
    }
    let count = 2000
    let world = try World([
      "pages.csv": "url\n" + (0..<count).map { "\(server.url)/\($0)\n" }.joined(),
      "pipelines/w.yaml": """
      pipeline: w
      stages:
        list:  {uses: import, with: {path: pages.csv}}
        fetch: {uses: fetch, needs: list, with: {allow_private: true, robots: false, per_host: 16, max_attempts: 3, backoff: 5ms, max_backoff: 200ms, timeout: 5s, stall_timeout: 500ms, max_bytes: 1MB}}
        parse: {uses: parse, needs: fetch}
      tolerate: 60%
      """,
    ])
    let start = MonotonicClock.now
    let run = try world.run()
    print("soak: \(count) pages in \(MonotonicClock.seconds(since: start)) s, \(server.requested.count) requests")
    #expect(run.exitCode == 3, "\(run.errors)")
    let failed = run.stage("fetch")["failed"]?.int ?? 0
    #expect(run.done("fetch") + failed == count, "\(run.result)")
    #expect(failed > 100 && run.done("fetch") > 1200, "\(run.result)")
    // All that was stored is one and the same whole page.
    #expect(run.done("parse") == run.done("fetch"))
    let bodies = try ProgramRun.run(
      ["sh", "-c", "strings -a artifacts/objects/packs/*.pack | grep -c wrong || true"], in: world.directory
    ).output
    #expect(bodies.split(separator: "\n").first == "0", "\(bodies)")
    #expect(server.requested.count < 3 * count)
    #expect(MonotonicClock.seconds(since: start) < 90)
  }

  @Test func aDeadHostIsGivenUpSoonAndTriedFirstAgain() throws {
    let port = try NginxServer.freePort()
    let world = try World([
      "pages.csv": "url\n" + (0..<3000).map { "http://127.0.0.1:\(port)/\($0)\n" }.joined(),
      "pipelines/w.yaml": """
      pipeline: w
      stages:
        list:  {uses: import, with: {path: pages.csv}}
        fetch: {uses: fetch, needs: list, with: {allow_private: true, max_attempts: 6, backoff: 20ms}}
      tolerate: 100%
      """,
    ])
    let start = MonotonicClock.now
    let run = try world.run()
    #expect(run.stage("fetch")["failed"]?.int == 3000, "\(run.result)")
    #expect(MonotonicClock.seconds(since: start) < 30)
    let kinds = Set(
      (try world.sluice("status", "--json").json?["quarantine"]?.array ?? []).compactMap { $0["kind"]?.string })
    #expect(kinds.isSubset(of: ["host_down", "connect"]) && kinds.contains("host_down"), "\(kinds)")
    // It is back: the next run looks with one request first, however short the time.
    let server = try BrokenServer(port: port) { $0.answer("200 OK", ["Content-Type: text/html"], Self.good) }
    let again = try world.run()
    #expect(again.done("fetch") == 3000, "\(again.result) \(server.requested.count)")
  }

  private static let hasBrowser = ["chromium", "chromium-browser", "google-chrome"].contains {
    ProjectFiles.program($0) != nil
  }

  /// A server with a page that is drawn by a script, which asks for data, and one that is not.
  private func pages() throws -> NginxServer {
    let shell = """
      <!DOCTYPE html><html><head><title>App</title></head><body><noscript>You need to enable JavaScript to run this app.</noscript>
      <div id="root"></div><script>
      fetch('/data.txt').then(r => r.text()).then(t => { document.getElementById('root').innerHTML = '<h1>Drawn</h1><p>' + t + '</p>'; });
      </script></body></html>
      """
    return try NginxServer(files: [
      "app.html": Array(shell.utf8), "data.txt": Array("the data of the script".utf8),
      "plain.html": Array(Self.good.utf8),
    ])
  }

  private func world(_ server: NginxServer, render: String) throws -> World {
    try World([
      "pages.csv": "url\n\(server.url)/app.html\n\(server.url)/plain.html\n",
      "pipelines/w.yaml": """
      pipeline: w
      stages:
        list:  {uses: import, with: {path: pages.csv}}
        fetch: {uses: fetch, needs: list, with: {allow_private: true, robots: false, render: \(render), record: cassettes/}}
        parse: {uses: parse, needs: fetch}
        chunk: {uses: chunk, needs: parse, with: {max_tokens: 128, overlap: 0, tokenizer: "\(ProjectFiles.miniLM)"}}
      """,
    ])
  }

  @Test func anEmptyShellIsNoPage() throws {
    let server = try pages()
    let never = try world(server, render: "never")
    #expect(try never.run().exitCode == 3)
    #expect(try !never.read("artifacts/published/w/chunk/chunks.jsonl").contains("data of the script"))
  }

  @Test(.enabled(if: !hasBrowser, "a browser is installed")) func withoutABrowserItIsSaidHowToGetOne() throws {
    let server = try pages()
    let none = try world(server, render: "auto").run()
    #expect(
      none.exitCode != 0 && "\(none.result)".contains("apt-get install chromium"), "\(none.result) \(none.errors)")
  }

  /// The browser gets no further than our own rules allow.
  @Test(.enabled(if: hasBrowser, "no browser is installed: apt-get install chromium"))
  func theBrowserRendersAnEmptyShell()
    throws
  {
    let server = try pages()
    let auto = try world(server, render: "auto")
    let run = try auto.run()
    let status = try auto.sluice("status").output
    #expect(run.exitCode == 0, "\(status)")
    let chunks = try auto.read("artifacts/published/w/chunk/chunks.jsonl")
    #expect(chunks.contains("the data of the script") && chunks.contains("Here good ends."), "\(chunks)")
    #expect(server.accesses.count { $0.contains("plain.html") } == 1, "only the shell was rendered")
    // What the browser made is on the cassette.
    let clone = try world(server, render: "auto")
    _ = try ProgramRun.run(["cp", "-r", auto.path("cassettes"), clone.path("cassettes")], in: auto.directory)
    #expect(try clone.run("--frozen").exitCode == 0)
    #expect(try clone.published("w") == auto.published("w"))
  }
}
