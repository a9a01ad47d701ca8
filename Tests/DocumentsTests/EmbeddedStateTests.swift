import Foundations
import Testing

@testable import Documents

/// Pages that show nothing until their scripts have run.
@Suite struct EmbeddedStateTests {
  private static let sentence = "The harbour office keeps a register of every vessel that enters the basin."
  private let body = Array(repeating: EmbeddedStateTests.sentence, count: 5).joined(separator: " ")

  private func lines(_ html: String) throws -> [String] {
    outline(try HTMLReader.read(Array(html.utf8), charset: "utf-8"))
  }

  @Test func statesOfFrameworks() throws {
    let next =
      "<div id=__next></div><script id=__NEXT_DATA__ type='application/json'>{\"props\":{\"page\":{\"title\":\"Register\",\"body\":\"<h2>Why</h2><p>\(body)</p>\",\"footer\":{\"text\":\"\(body)\"}}}}</script>"
    #expect(try lines(next) == ["title1 Register", "title2 Why", "text \(body)"])
    let tree =
      "<div id=app>Loading</div><script>window.__INITIAL_STATE__ = {\"doc\":[{\"nodeType\":\"heading-2\",\"content\":[{\"value\":\"Why\"}]},{\"nodeType\":\"paragraph\",\"content\":[{\"nodeType\":\"text\",\"value\":\"\(body)\"}]}]};</script>"
    #expect(try lines(tree) == ["title2 Why", "text \(body)"])
    let linked =
      "<script type='application/ld+json'>{\"@type\":\"NewsArticle\",\"headline\":\"Register\",\"articleBody\":\"\(body)\\n\\nMore words.\"}</script><div id=root></div>"
    #expect(try lines(linked) == ["text \(body)", "text More words."])
  }

  @Test func discourse() throws {
    let topic =
      "{\\\"title\\\":\\\"Locks\\\",\\\"post_stream\\\":{\\\"posts\\\":[{\\\"cooked\\\":\\\"<p>\(body)</p>\\\"},{\\\"cooked\\\":\\\"<p>I say: \(Self.sentence)</p>\\\"}]}}"
    let page =
      "<div id=data-preloaded data-preloaded='{\"siteSettings\":\"{\\\"text\\\":\\\"\(body)\\\"}\",\"topic_1\":\"\(topic)\"}'></div><p>Powered by"
    #expect(try lines(page) == ["title1 Locks", "text \(body)", "text I say: \(Self.sentence)"])
  }

  @Test func aPageWithTextIsReadAsItStands() throws {
    let page = "<p>\(body)</p><script type='application/json'>{\"body\":\"Other words: \(body)\"}</script>"
    #expect(try lines(page) == ["text \(body)"])
  }

  @Test func readersCommentsAreNoPartOfAnArticle() throws {
    let long = (0..<12).map { "<p>\($0) \(body)</p>" }.joined()
    let comments =
      "<div id=comments class=comments-area><h2>2 comments</h2><div class=comment-body><p>I was there. \(Self.sentence)</p></div></div>"
    let article =
      "<html><head><title>Register</title></head><body><nav><a href=/>Home</a></nav><article><h1>Register</h1>\(long)\(comments)</article><footer>© Harbour</footer></body></html>"
    #expect(try !lines(article).contains { $0.contains("I was there") })
    var options = ParseOptions()
    options.html.comments = true
    let all = outline(try HTMLReader.read(Array(article.utf8), charset: nil, options))
    #expect(all.contains { $0.contains("I was there") } && all.count > 12)
  }
}
