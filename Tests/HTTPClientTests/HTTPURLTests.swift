import Foundations
import Testing

@testable import HTTPClient

@Suite struct HTTPURLTests {
  @Test(arguments: [
    ("http://example.org", "example.org", 80, "/"),
    (" HTTPS://Example.ORG:8443/a%20b?c#d ", "example.org", 8443, "/a%20b?c"),
    ("http://user:pw@host/x", "host", 80, "/x"),
    ("http://[2001:DB8::1]:81?q", "2001:db8::1", 81, "/?q"),
  ])
  func parts(_ text: String, _ host: String, _ port: Int, _ target: String) throws {
    let url = try #require(HTTPURL(text))
    #expect(url.host == host)
    #expect(url.port == port)
    #expect(url.target == target)
  }

  @Test(arguments: [
    "", "ftp://a/b", "http:///x", "http://", "/path", "http://a:99999/", "http://a\u{7}b/",
    "mailto:a@b",
  ])
  func refused(_ text: String) { #expect(HTTPURL(text) == nil) }

  @Test(arguments: [
    ("text/html; charset=UTF-8", "text/html", "utf-8"),
    ("TEXT/Plain;charset=\"latin1\"", "text/plain", "latin1"),
    ("application/pdf", "application/pdf", nil), ("nonsense", "", nil),
  ])
  func contentTypes(_ field: String, _ type: String, _ charset: String?) {
    let parsed = ContentTypeField.parse(field)
    #expect(parsed.type == type)
    #expect(parsed.charset == charset)
  }

  @Test func retryAfter() {
    let now = Timestamp(seconds: 784_111_777)
    #expect(RetryAfter.seconds(" 120", now: now) == 120)
    #expect(RetryAfter.seconds("Sun, 06 Nov 1994 08:49:47 GMT", now: now) == 10)
    #expect(RetryAfter.seconds("Sunday, 06-Nov-94 08:49:37 GMT", now: now) == 0)
    #expect(RetryAfter.seconds("Sun Nov  6 08:50:37 1994", now: now) == 60)
    #expect(RetryAfter.seconds("-5", now: now) == 0)
    #expect(RetryAfter.seconds("soon", now: now) == nil)
    // The time itself, in seconds and milliseconds since 1970.
    let later = Timestamp(seconds: 1_800_000_000)
    #expect(RetryAfter.reading("1800000030", now: later) == .init(seconds: 30))
    #expect(RetryAfter.reading("1800000030000", now: later) == .init(seconds: 30))
    #expect(RetryAfter.reading("1799999999", now: later) == .init(seconds: 0))
    // What is longer than a day is a mistake.
    #expect(RetryAfter.reading("86400", now: later) == .init(seconds: 86_400))
    #expect(RetryAfter.reading("31536000", now: later) == .init(seconds: 86_400, distrusted: 31_536_000))
    #expect(RetryAfter.reading("Fri, 01 Jan 2100 00:00:00 GMT", now: later)?.seconds == 86_400)
  }
}
