import Foundations
import Testing

@Suite struct JSONViewTests {
  private struct Page: JSONView {
    enum Name: String {
      case title, size, share, words, facts, body
      case isNew = "is_new"
    }

    var members: JSONObject

    var title: String? {
      get { self[.title] }
      set { self[.title] = newValue }
    }
    var size: Int? { self[.size] }
    var share: Double? { self[.share] }
    var isNew: Bool? {
      get { self[.isNew] }
      set { self[.isNew] = newValue }
    }
    var words: [String]? { self[.words] }
    var facts: JSONObject? { self[.facts] }
    var body: Digest? {
      get { self[.body] }
      set { self[.body] = newValue }
    }
  }

  @Test func membersAreReadByTheirTypes() {
    let page = Page(members: [
      "title": "A", "size": 3, "share": 0.5, "is_new": true, "words": ["a", 1, "b"], "facts": ["x": nil],
    ])
    #expect(page.title == "A" && page.size == 3 && page.share == 0.5 && page.isNew == true)
    #expect(page.words == ["a", "b"] && page.facts == ["x": nil] && page.body == nil)
  }

  @Test func whatIsOfAnotherTypeIsNotKnownAndStays() {
    var page = Page(members: ["title": 1, "size": "3", "share": "x", "body": "no digest", "other": [1]])
    #expect(page.title == nil && page.size == nil && page.share == nil && page.body == nil)
    page.isNew = false
    #expect(
      page.members.canonicalBytes
        == Array(#"{"body":"no digest","is_new":false,"other":[1],"share":"x","size":"3","title":1}"#.utf8))
    page.title = nil
    #expect(page.members.keys == ["body", "is_new", "other", "share", "size"])
    page.body = Digest(of: "x")
    #expect(page.body == Digest(of: "x") && page.members["body"]?.string?.hasPrefix("sha256:") == true)
  }

  @Test func viewsStandInsideOtherTypes() throws {
    struct Shelf: Codable, Equatable { var pages: [Page] }
    let shelf = Shelf(pages: [Page(members: ["title": "A", "more": [nil]])])
    let json = JSONValue(encoding: shelf)
    #expect(json == ["pages": [["title": "A", "more": [nil]]]])
    #expect(try json.decoded(as: Shelf.self) == shelf)
    #expect(throws: JSONMismatch.self) { try (["pages": ["A"]] as JSONValue).decoded(as: Shelf.self) }
  }
}
