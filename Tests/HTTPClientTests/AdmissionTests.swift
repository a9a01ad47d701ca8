import Foundations
import TestSupport
import Testing

@testable import HTTPClient

@Suite struct AdmissionTests {
  @Test(arguments: [
    "127.0.0.1", "127.9.9.9", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1",
    "100.127.255.254", "0.0.0.0", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "168.63.129.16",
    "2130706433", "0x7f.1", "017700000001", "127.1", "::1", "[::1]", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
    "fd00:ec2::254", "ff02::1", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe", "64:ff9b::7f00:1", "64:ff9b::10.0.0.1",
    "64:ff9b:1::1", "2002:7f00:1::", "2001::1", "2001:db8::1", "::7f00:1",
  ]) func privateAddresses(_ text: String) throws {
    #expect(try #require(IPAddress(text)).isPublic == false)
  }

  @Test(arguments: [
    "1.1.1.1", "8.8.8.8", "172.15.0.1", "172.32.0.1", "100.63.0.1", "100.128.0.1", "169.253.1.1", "192.167.1.1",
    "2606:4700::1", "2a00:1450::1", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::",
  ]) func publicAddresses(_ text: String) throws {
    #expect(try #require(IPAddress(text)).isPublic)
  }

  @Test func names() {
    for name in ["example.org", "", "abc", "1.2.3.4.5", "999.1.1.1"] { #expect(IPAddress(name) == nil, "\(name)") }
    for name in ["localhost", "a.localhost", "metadata.google.internal", "printer.local", "intranet", "localhost."] {
      #expect(IPAddress.isLocalName(name), "\(name)")
    }
    #expect(!IPAddress.isLocalName("example.org"))
  }

  private func failure(_ url: String, _ change: (inout HTTPRequest) -> Void = { _ in }) throws -> HTTPFailure? {
    var request = HTTPRequest("GET", url)
    request.allowsPrivateAddresses = false
    request.timeout = 5
    change(&request)
    let transfers = try HTTPTransfers.shared()
    do throws(HTTPFailure) {
      _ = try transfers.send(request)
      return nil
    } catch {
      return error
    }
  }

  /// By address, by a name that resolves to one, after a redirect, and over a connection that somebody else opened.
  @Test func connectionsToPrivateAddressesAreRefused() throws {
    let server = try BrokenServer { exchange in exchange.answer("200 OK", [], "x") }
    for host in ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]", "127.1", "0"] {
      let failure = try #require(try failure("http://\(host):\(server.port)/"), "\(host)")
      #expect(failure.kind == .privateAddress, "\(host): \(failure)")
      #expect(failure.message.contains("allow_private"), "\(failure)")
      #expect(!failure.isTransient)
    }
    #expect(server.requested.isEmpty)
    let nginx = try NginxServer(files: ["a": Array("a".utf8)])
    _ = try HTTPTransfers.shared().send(HTTPRequest("GET", nginx.url + "/a"))
    #expect(
      try failure(nginx.url + "/a")?.kind == .privateAddress, "a connection that is kept alive is none for everybody")
    #expect(nginx.accesses.count <= 1)
  }

  @Test func proxiesOfTheEnvironment() throws {
    let variables = [
      "http_proxy": "http://proxy:3128", "HTTPS_PROXY": "http://secure:1",
      "no_proxy": "a.example, .b.example,10.0.0.0/8,[::1]",
    ]
    func proxy(_ url: String) throws -> String? {
      ProxySettings.proxy(for: try #require(HTTPURL(url))) { variables[$0] }
    }
    #expect(try proxy("http://x.example/") == "http://proxy:3128")
    #expect(try proxy("https://x.example/") == "http://secure:1")
    for url in [
      "http://a.example/", "http://www.a.example/", "http://b.example/", "http://c.b.example", "http://10.2.3.4/",
    ] {
      #expect(try proxy(url) == nil, "\(url)")
    }
    #expect(try proxy("http://nota.example/") != nil && proxy("http://11.2.3.4/") != nil)
    #expect(
      ProxySettings.proxy(for: try #require(HTTPURL("http://x.example"))) { ["http_proxy": "p", "no_proxy": "*"][$0] }
        == nil)
    #expect(ProxySettings.proxy(for: try #require(HTTPURL("http://x.example"))) { ["HTTP_PROXY": "evil"][$0] } == nil)
  }
}
