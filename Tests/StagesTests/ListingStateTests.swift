import Foundations
import StageKit
import Store
import Testing

@testable import Stages

@Suite struct ListingStateTests {
  /// As the ledger keeps it: a state that was written before must be read.
  private static let crawled =
    #"{"checked":5.0,"entries":{"u":{"depth":0,"url":"u"}},"pages":{"u":{"depth":0,"links":["v"],"record":{"depth":0,"url":"u"},"validators":{"etag":"x"}}},"stale":{"w":{"kind":"http_500","message":"m","transient":true}},"version":1}"#
  private static let listed =
    #"{"checked":5.0,"entries":{},"pages":{"s":{"entries":[{"lastmod":"2026-11-20","url":"u"}],"fetched":4.0,"kind":"pages","validators":{}}},"stale":{},"version":1}"#

  @Test func whatWasKeptIsReadAndWrittenTheSame() throws {
    let crawl = try #require(try ListingState<CrawledPage>(reading: Array(Self.crawled.utf8)))
    #expect(crawl.checked == 5 && crawl.pages["u"]?.links == ["v"] && crawl.pages["u"]?.validators?.etag == "x")
    #expect(crawl.stale["w"]?.failure == ItemFailure(kind: "http_500", message: "m", isTransient: true))
    #expect(crawl.entries["u"]?.url == "u")
    #expect(String(decoding: crawl.bytes, as: UTF8.self) == Self.crawled)
    let list = try #require(try ListingState<ListedPage>(reading: Array(Self.listed.utf8)))
    #expect(list.pages["s"]?.kind == .pages && list.pages["s"]?.entries.first?.lastmod == "2026-11-20")
    #expect(String(decoding: list.bytes, as: UTF8.self) == Self.listed)
  }

  @Test func anotherVersionKnowsNothingAndDamageSaysSo() throws {
    #expect(try ListingState<ListedPage>(reading: Array(#"{"checked":1,"version":0}"#.utf8)) == nil)
    for text in ["", "[]", #"{"version":1}"#, Self.listed.replacing("\"pages\",", with: "\"poems\",")] {
      let error = #expect(throws: SluiceError.self) { try ListingState<ListedPage>(reading: Array(text.utf8)) }
      #expect(error?.code == .corrupt, "\(text)")
    }
  }

  /// A URL that nobody can be asked for is a failure of its page, and not left out.
  @Test func whatIsNoURLFails() throws {
    let walk = WebWalk(
      options: try FetchOptions(Parameters(["refresh": 0])),
      context: SourceContext(directory: "/tmp", files: FileDigestCache(path: "/tmp/sluice-test-files.cache"), jobs: 1),
      run: SourceRun(objects: MemoryStore()))
    var failures: [String: String] = [:]
    try walk.ask([WebWalk.Request(url: "http://", accept: "*/*")]) { request, result in
      if case .failed(let failure) = result { failures[request.url] = failure.kind }
      return []
    }
    #expect(failures == ["http://": "bad_url"])
  }
}
