import Foundations
import HTTPClient
import Testing

@testable import Web

@Suite struct MetaRefreshTests {
  private func target(_ head: String, words: Int = 5, header: String? = nil, type: String? = "text/html") throws
    -> String?
  {
    let text = String(repeating: "word ", count: words)
    var headers = HTTPHeaders()
    if let type { headers["content-type"] = type }
    if let header { headers["refresh"] = header }
    let response = HTTPResponse(
      status: 200, headers: headers,
      body: Array("<!DOCTYPE html><html><head>\(head)</head><body><p>\(text)</body></html>".utf8),
      finalURL: "", wireBytes: 0, majorVersion: 1, redirects: 0, seconds: 0)
    return MetaRefresh.target(response, at: try #require(HTTPURL("http://a.example/docs/old.html")), URLNormalizer())?
      .text
  }

  @Test(arguments: [
    ("0; url=new.html", "http://a.example/docs/new.html"), ("0;URL='/x?a=1&amp;b=2'", "http://a.example/x?a=1&b=2"),
    ("0, http://b.example/", "http://b.example/"), ("1 ; url = //c.example", "http://c.example/"),
    ("0;new.html", "http://a.example/docs/new.html"), (" 0 ;url=\u{60}", "http://a.example/docs/%60"),
  ]) func leadsOn(_ content: String, _ right: String) throws {
    #expect(try target("<meta http-equiv=\"refresh\" content=\"\(content)\">") == right)
    #expect(try target("<meta content=\"\(content)\" HTTP-EQUIV=Refresh />", type: nil) == right)
  }

  @Test(arguments: [
    "<meta http-equiv=refresh content=300>", "<meta http-equiv=refresh content='0; url=old.html'>",
    "<meta http-equiv=refresh content='0; url=#top'>", "<!-- <meta http-equiv=refresh content='0; url=x'> -->",
    "<noscript><meta http-equiv=refresh content='0; url=x'></noscript>", "<meta name=refresh content='0; url=x'>",
    "<script>'<meta http-equiv=refresh content=\"0; url=x\">'</script>",
    "<meta http-equiv=refresh content='soon; url=x'>",
    "<meta http-equiv=refresh content='0; url=mailto:a@b'>", "<meta http-equiv=refresh content='0; url='>",
  ]) func isAPage(_ head: String) throws { #expect(try target(head) == nil) }

  @Test func timeAndWords() throws {
    let late = "<meta http-equiv=refresh content='10; url=x'>"
    #expect(try target(late) == "http://a.example/docs/x")
    // There is something to read first: a slide of a show, a page of news that moves on.
    #expect(try target(late, words: 200) == nil)
    #expect(try target("<meta http-equiv=refresh content='60; url=x'>") == nil)
    #expect(try target("<meta http-equiv=refresh content='0; url=x'>", words: 200) == "http://a.example/docs/x")
    #expect(try target("", header: "0; url=y") == "http://a.example/docs/y")
    #expect(try target("<base href='/b/'><meta http-equiv=refresh content='0; url=x'>") == "http://a.example/b/x")
    #expect(try target("<meta http-equiv=refresh content='0; url=x'>", type: "text/plain") == nil)
  }

  @Test func cookiesOfAChain() throws {
    var cookies = RedirectCookies()
    let shop = try #require(HTTPURL("https://www.shop.example/a/b"))
    cookies.take(
      HTTPHeaders([
        ("Set-Cookie", "seen=1; Path=/"), ("set-cookie", "deep=2"),
        ("Set-Cookie", "all=3; Domain=.shop.example; Secure; Path=/"),
        ("Set-Cookie", "evil=4; Domain=example"), ("Set-Cookie", "other=5; Domain=else.example"),
        ("Set-Cookie", "gone=6; Max-Age=0"), ("Set-Cookie", "noname"),
      ]), from: shop, now: 0)
    func field(_ url: String) throws -> String? { cookies.field(for: try #require(HTTPURL(url))) }
    #expect(try field("https://www.shop.example/a/c") == "deep=2; seen=1; all=3")
    #expect(try field("https://www.shop.example/ab") == "seen=1; all=3")
    #expect(try field("http://www.shop.example/") == "seen=1")
    #expect(try field("https://pay.shop.example/") == "all=3")
    #expect(try field("https://else.example/") == nil && field("https://shop.example.evil.example/") == nil)
    cookies.take(
      HTTPHeaders([("Set-Cookie", "seen=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT")]), from: shop, now: 100)
    #expect(try field("http://www.shop.example/") == nil)
  }
}
