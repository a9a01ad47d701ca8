import CCurl
import Foundations
import Testing

@testable import HTTPClient

/// A host is judged in the form in which it is asked for, also by a proxy.
struct HostNameTests {
  @Test(arguments: [
    ("http://169.254.169.25%34/x", "169.254.169.254"), ("http://127.0%2e0.1/", "127.0.0.1"),
    ("http://127.0.0.1./", "127.0.0.1"), ("http://127.0.0.1.../", "127.0.0.1"), ("http://0x7f.1/", "127.0.0.1"),
    ("http://2130706433/", "127.0.0.1"), ("http://017700000001/", "127.0.0.1"), ("http://0x7f000001/", "127.0.0.1"),
    ("http://\u{FF11}\u{FF12}\u{FF17}\u{3002}0\u{FF0E}0.1/", "127.0.0.1"), ("http://\u{2460}27.0.0.1/", "127.0.0.1"),
    ("http://loc%61lhost/", "localhost"), ("http://LOCALHOST./", "localhost"),
    ("http://a%E3%80%82localhost/", "a.localhost"),
  ])
  func odderFormsAreTheUsualOne(_ text: String, _ host: String) throws {
    let url = try #require(HTTPURL(text))
    #expect(url.host == host)
    #expect(url.text.utf8.starts(with: "http://\(host)/".utf8))
    #expect(IPAddress(url.host)?.isPublic != true)
    #expect(IPAddress(url.host) != nil || IPAddress.isLocalName(url.host))
  }

  @Test(arguments: [
    "http://a%2fb/", "http://a%40b/", "http://a%00b/", "http://a%25b/", "http://good\\@evil/", "http://256.1.1.1/",
    "http://1.2.3.4.5/", "http://a%zz/", "http://./", "http://[::1%25eth0]/", "http://[127.0.0.1]/", "http://a b/",
  ])
  func namesOfNothingAreNone(_ text: String) { #expect(HTTPURL(text) == nil) }

  @Test func credentialsLeaveAtTheDoor() throws {
    let url = try #require(HTTPURL("https://user:hunter22@example.org:8443/a?b@c"))
    #expect(url.text == "https://example.org:8443/a?b@c" && url.hadCredentials)
    let plain = try #require(HTTPURL("https://example.org/a@b"))
    #expect(plain.text == "https://example.org/a@b" && !plain.hadCredentials)
  }

  @Test func anOptionThatLibcurlRefusesEndsTheRequest() throws {
    #expect(ccurl_load() == nil)
    let easy = try #require(ccurl_easy_init())
    defer { ccurl_easy_cleanup(easy) }
    let code = ccurl_set_long(easy, CURLoption(rawValue: 39_999), 1)
    #expect(throws: HTTPFailure.self) { try Transfer.check(code) }
    #expect(throws: Never.self) { try Transfer.check(ccurl_set_long(easy, CURLOPT_NOSIGNAL, 1)) }
    // Not one answer is thrown away.
    let source = try String(
      decoding: FileSystem.read(
        Path.parent(Path.parent(Path.parent(#filePath))) + "/Sources/HTTPClient/Transfer.swift"),
      as: UTF8.self)
    #expect(
      source.split(separator: "_ = ccurl_set_", omittingEmptySubsequences: false).count == 2,
      "only taking callbacks off may fail")
    #expect(source.contains("_ = ccurl_set_admission(easy, nil, nil, nil)"))
  }

  @Test func answersGoOnWithoutSecrets() {
    Secrets.register("s3cret/token+1")
    let fields = HTTPHeaders([("X-Echo", "Bearer s3cret/token+1")])
    #expect(fields.redacted["x-echo"] == "Bearer •••")
    #expect(Secrets.redacted("a s3cret%2Ftoken%2B1 b") == "a ••• b")
    #expect(Secrets.redacted("{\"k\":\"s3cret/token+1\"}") == "{\"k\":\"•••\"}")
    #expect(Secrets.redacted(Base64.encode(Array("s3cret/token+1".utf8))) == "•••")
  }
}
