import HTTPClient
import Testing

@testable import Web

@Suite struct URLNormalizerTests {
  @Test(arguments: [
    ("HTTP://Example.COM:80/a/./b/../c?x=1#frag", "http://example.com/a/c?x=1"),
    ("https://example.com:443", "https://example.com/"), ("https://example.com:8443/", "https://example.com:8443/"),
    ("http://example.com/%7euser/%e3%83%84", "http://example.com/~user/%E3%83%84"),
    ("http://example.com/ツ?q=ü", "http://example.com/%E3%83%84?q=%C3%BC"),
    ("http://user:pw@example.com/a", "http://example.com/a"), ("http://[::1]:80/a", "http://[::1]/a"),
    ("http://example.com/a%2Fb", "http://example.com/a%2Fb"), ("http://example.com/a/..", "http://example.com/"),
    ("http://example.com/../../a/.", "http://example.com/a/"), ("http://example.com?x", "http://example.com/?x"),
    ("http://example.com/a b|c", "http://example.com/a%20b%7Cc"),
    ("http://example.com/%2e%2E/a", "http://example.com/a"),
  ]) func oneForm(_ given: String, _ normal: String) {
    #expect(URLNormalizer().normalized(given) == normal)
    #expect(URLNormalizer().normalized(normal) == normal, "the normal form is its own")
  }

  @Test func trackingParameters() {
    let normalizer = URLNormalizer(dropsTracking: true)
    #expect(normalizer.normalized("http://a.example/b?utm_source=x&id=1&fbclid=2") == "http://a.example/b?id=1")
    #expect(normalizer.normalized("http://a.example/b?utm_source=x") == "http://a.example/b")
    #expect(URLNormalizer().normalized("http://a.example/b?utm_source=x") == "http://a.example/b?utm_source=x")
  }

  /// RFC 3986, 5.4, as far as it concerns http(s) and keeps no fragment.
  @Test(arguments: [
    ("g", "/b/c/g"), ("./g", "/b/c/g"), ("g/", "/b/c/g/"), ("/g", "/g"), ("?y", "/b/c/d;p?y"), ("g?y", "/b/c/g?y"),
    ("#s", "/b/c/d;p?q"), ("", "/b/c/d;p?q"), (".", "/b/c/"), ("..", "/b/"), ("../g", "/b/g"), ("../..", "/"),
    ("../../../g", "/g"), ("g;x=1/../y", "/b/c/y"), ("g?y/../x", "/b/c/g?y/../x"),
  ]) func references(_ reference: String, _ path: String) throws {
    let base = try #require(HTTPURL("http://a/b/c/d;p?q"))
    #expect(URLNormalizer().resolve(reference, against: base) == "http://a" + path)
  }

  @Test func referencesElsewhere() throws {
    let base = try #require(HTTPURL("https://a.example/b/c"))
    #expect(URLNormalizer().resolve("//c.example/x", against: base) == "https://c.example/x")
    #expect(URLNormalizer().resolve("http://c.example", against: base) == "http://c.example/")
    #expect(URLNormalizer().resolve(" \n/x ", against: base) == "https://a.example/x")
    for other in ["mailto:a@b", "javascript:alert(1)", "data:,x", "tel:1", "ftp://a/b"] {
      #expect(URLNormalizer().resolve(other, against: base) == nil, "\(other)")
    }
  }
}
