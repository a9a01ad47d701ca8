import Foundations
import TestSupport
import Testing

@testable import SearchIndex

/// Addresses that redirect to one page are one hit.
@Suite struct DistinctHitsTests {
  @Test func oneHitForOnePage() throws {
    let scratch = try Scratch()
    let path = scratch.path("d.sqlite")
    let writer = try IndexWriter(path: path, passport: nil)
    for (id, document, url, text) in [
      ("1", "http://a/old", "http://a/b", "the pump starts"), ("2", "http://a/a", "http://a/b", "the pump starts"),
      ("3", "http://a/b", "http://a/b", "the pump starts"), ("4", "http://a/b", "http://a/b", "the pump stops"),
      ("5", "http://a/c", "http://a/c", "the pump starts"), ("6", "http://a/c", "http://a/c", "the pump starts"),
    ] {
      try writer.insert(IndexedChunk(id: id, digest: Digest(of: id), documentID: document, sourceURL: url, text: text))
    }
    try writer.finish()
    var request = SearchRequest("pump starts")
    request.mode = .text
    request.limit = 4
    let hits = try Searcher(path: path).search(request).hits
    #expect(hits.map(\.chunkID) == ["3", "5", "6", "4"])
    #expect(hits[0].copies == ["http://a/a", "http://a/old"] && hits[1].copies == nil)
    #expect(JSONValue.object(hits[0].json).canonicalText.contains("\"copies\":[\"http://a/a\",\"http://a/old\"]"))
  }
}
