import Foundations
import Glibc
import HTTPClient
import Synchronization
import TestSupport
import Testing

@Suite struct HTTPTransfersTests {
  private func failure(
    _ server: BrokenServer, _ path: String = "/", _ change: (inout HTTPRequest) -> Void = { _ in }
  )
    throws -> HTTPFailure
  {
    var request = HTTPRequest("GET", server.url + path)
    request.timeout = 20
    change(&request)
    do {
      let response = try HTTPTransfers.shared().send(request)
      throw SluiceError(
        .system, "an answer was not expected: \(response.status) \(response.body.count) bytes")
    } catch let failure as HTTPFailure { return failure }
  }

  @Test func wholeAnswers() throws {
    let server = try NginxServer(
      files: ["a.html": Array("<p>hello".utf8), "big.txt": Array(repeating: 65, count: 300_000)],
      locations: "gzip on; gzip_types text/plain; gzip_min_length 1;")
    let transfers = try HTTPTransfers.shared()
    let page = try transfers.send(HTTPRequest("GET", server.url + "/a.html"))
    #expect(page.status == 200)
    #expect(page.body == Array("<p>hello".utf8))
    #expect(page.contentType == "text/html")
    #expect(page.headers["ETAG"] != nil)
    let big = try transfers.send(HTTPRequest("GET", server.url + "/big.txt"))
    #expect(big.body.count == 300_000)
    #expect(big.wireBytes < 10_000)
    #expect(try transfers.send(HTTPRequest("GET", server.url + "/nothing")).status == 404)
    #expect(server.accesses.first?.contains("Sluice/") == true)
  }

  @Test func posts() throws {
    let server = try BrokenServer { exchange in
      exchange.answer(
        "200 OK", ["X-Kind: \(exchange.header("content-type") ?? "")"], exchange.method)
    }
    let request = HTTPRequest(
      "POST", server.url + "/v1", headers: ["Content-Type": "application/json"],
      body: Array("{}".utf8))
    let response = try HTTPTransfers.shared().send(request)
    #expect(response.body == Array("POST".utf8))
    #expect(response.headers["x-kind"] == "application/json")
  }

  @Test func manyAtOnce() throws {
    let server = try NginxServer(files: ["a.txt": Array("x".utf8)])
    let transfers = try HTTPTransfers()
    let count = Monitor((good: 0, all: 0))
    for _ in 0..<500 {
      transfers.submit(HTTPRequest("GET", server.url + "/a.txt")) { result in
        let good = (try? result.get())?.body == [120]
        count.update { $0 = ($0.good + (good ? 1 : 0), $0.all + 1) }
      }
    }
    let good = count.wait { $0.all == 500 ? $0.good : nil }
    #expect(good == 500)
  }

  @Test func redirects() throws {
    let other = try BrokenServer { exchange in
      exchange.answer("200 OK", [], exchange.header("x-key") ?? "none")
    }
    let server = try BrokenServer { exchange in
      switch exchange.path {
      case "/loop": exchange.answer("302 Found", ["Location: /loop"])
      case "/file": exchange.answer("302 Found", ["Location: file:///etc/passwd"])
      case "/away": exchange.answer("307 Temporary Redirect", ["Location: \(other.url)/there"])
      case "/see": exchange.answer("303 See Other", ["Location: end"])
      default: exchange.answer("200 OK", [], exchange.method + exchange.path)
      }
    }
    #expect(try failure(server, "/loop").kind == .redirects)
    #expect(server.requested.count == 11)
    #expect(try failure(server, "/file").kind == .unsupportedScheme)
    let transfers = try HTTPTransfers.shared()
    let away = try transfers.send(
      HTTPRequest("GET", server.url + "/away", headers: ["X-Key": "secret"]))
    #expect(away.finalURL == other.url + "/there")
    #expect(away.body == Array("none".utf8))
    let see = try transfers.send(HTTPRequest("POST", server.url + "/see", body: [1]))
    #expect(see.body == Array("GET/end".utf8))
  }

  @Test func brokenBodies() throws {
    let server = try BrokenServer { exchange in
      switch exchange.path {
      case "/short": exchange.sendPart()
      case "/chunked":
        exchange.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n")
      case "/reset":
        exchange.sendPart()
        exchange.reset()
      case "/nothing": break
      case "/notzip": exchange.answer("200 OK", ["Content-Encoding: gzip"], "this is not gzip")
      case "/headers":
        exchange.send(
          "HTTP/1.1 200 OK\r\n" + String(repeating: "X-A: bbbbbbbbbbbbbbbb\r\n", count: 20_000))
      default: exchange.send("SSH-2.0-OpenSSH\r\n")
      }
    }
    #expect(try failure(server, "/short").kind == .truncated)
    #expect(try failure(server, "/chunked").kind == .truncated)
    #expect([.reset, .truncated].contains(try failure(server, "/reset").kind))
    #expect(try failure(server, "/nothing").kind == .reset)
    #expect(try failure(server, "/notzip").kind == .badEncoding)
    #expect(try failure(server, "/headers").kind == .headersTooLarge)
    let other = try failure(server, "/other")
    #expect(other.kind == .protocol)
    #expect(!other.isTransient)
  }

  @Test func gzipThatBreaksOffWithoutALength() throws {
    let path = "/tmp/sluice-gzip-\(MonotonicClock.now)"
    try FileSystem.writeAtomically((0..<20_000).map { "line \($0)\n" }.joined(), to: path)
    defer { try? FileSystem.remove(path) }
    var gzip = ChildProcess.Command(["gzip", "-nc", path])
    let pipe = try PipeEnds()
    gzip.output = pipe.writing.raw
    var child = try ChildProcess(gzip)
    pipe.writing.close()
    let packed = try FileSystem.read(pipe.reading.raw, "gzip")
    #expect(child.wait().isSuccess)
    let broken = try BrokenServer { exchange in
      exchange.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n")
      exchange.send(exchange.path == "/half" ? Array(packed.prefix(packed.count / 2)) : packed)
    }
    #expect(try failure(broken, "/half").kind == .truncated)
    #expect(
      try HTTPTransfers.shared().send(HTTPRequest("GET", broken.url + "/whole")).body.count
        > 200_000)
  }

  @Test func slowServers() throws {
    let server = try BrokenServer { exchange in
      if exchange.path == "/drip" {
        exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        for _ in 0..<40 {
          exchange.send("x")
          usleep(100_000)
        }
      } else {
        exchange.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc")
        exchange.stall()
      }
    }
    let stalled = try failure(server, "/stall") { $0.stallTimeout = 1 }
    #expect(stalled.kind == .stalled)
    #expect(stalled.isTransient)
    #expect(try failure(server, "/drip") { $0.timeout = 0.6 }.kind == .timeout)
  }

  @Test func sizeLimits() throws {
    let server = try NginxServer(
      files: ["zeros.txt": Array(repeating: 0, count: 4_000_000)],
      locations: "gzip on; gzip_types text/plain;")
    let transfers = try HTTPTransfers.shared()
    var request = HTTPRequest("GET", server.url + "/zeros.txt")
    request.maxBodyBytes = 1_000_000
    do {
      _ = try transfers.send(request)
      Issue.record("a bomb went through")
    } catch {
      #expect(error.kind == .tooLarge)
      #expect(!error.isTransient)
    }
  }

  @Test func nobodyThere() throws {
    let transfers = try HTTPTransfers()
    #expect(throws: HTTPFailure.self) {
      try transfers.send(HTTPRequest("GET", "http://no-such-host.invalid/"))
    }
    #expect(throws: HTTPFailure.self) {
      try transfers.send(HTTPRequest("GET", "file:///etc/passwd"))
    }
    var refused = HTTPRequest("GET", "http://127.0.0.1:1/")
    refused.timeout = 5
    do { _ = try transfers.send(refused) } catch { #expect(error.kind == .connect) }
    var denied = refused
    denied.admit = { HTTPFailure(HTTPFailure.Kind("not_admitted"), "\($0.host) is not admitted") }
    do { _ = try transfers.send(denied) } catch {
      #expect(error.kind.description == "not_admitted")
    }
  }

  @Test func transfersInFlightEndWhenTheClientGoes() throws {
    let server = try BrokenServer { $0.stall() }
    let result = Monitor<Result<HTTPResponse, HTTPFailure>?>(nil)
    do {
      let transfers = try HTTPTransfers()
      transfers.submit(HTTPRequest("GET", server.url)) { value in result.update { $0 = value } }
    }
    let ended = result.wait { $0 }
    #expect(throws: HTTPFailure.self) { try ended?.get() }
  }
}

@Suite struct HTTPSTests {
  private func server() throws -> (server: NginxServer, authority: String) {
    let directory = "/tmp/sluice-tls-\(MonotonicClock.now)"
    try FileSystem.makeDirectory(directory)
    var openssl = try ChildProcess(
      ChildProcess.Command([
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
        "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout",
        directory + "/key.pem", "-out",
        directory + "/cert.pem",
      ]))
    try #require(openssl.wait().isSuccess)
    let tls = try NginxServer(
      files: ["a.txt": Array("secret".utf8)],
      http: """
        server { listen 127.0.0.1:\(try NginxServer.freePort()) ssl http2; ssl_certificate \(directory)/cert.pem;
          ssl_certificate_key \(directory)/key.pem; root www; }
        """)
    return (tls, directory + "/cert.pem")
  }

  @Test func certificatesAreVerified() throws {
    let (server, authority) = try server()
    let configuration = String(
      decoding: try FileSystem.read(server.directory + "/nginx.conf"), as: UTF8.self)
    let port = try #require(
      configuration.split(separator: "127.0.0.1:").dropFirst().first?.prefix { $0.isNumber })
    var request = HTTPRequest("GET", "https://127.0.0.1:\(port)/a.txt")
    do {
      _ = try HTTPTransfers.shared().send(request)
      Issue.record("an unknown authority was trusted")
    } catch let failure as HTTPFailure {
      #expect(failure.kind == .tls)
      #expect(!failure.isTransient)
    }
    request.authorities = authority
    let response = try HTTPTransfers.shared().send(request)
    #expect(response.body == Array("secret".utf8))
    #expect(response.majorVersion == 2)
  }
}
