import Formats
import Foundations
import HTTPClient
import TestSupport
import Testing

@testable import Manifest
@testable import Models
@testable import Web

/// Damaged texts of every kind that is read in the program itself: no crash, no hang.
struct TextFuzzTests {
  @Test func json() throws {
    let wholes = [
      #"{"a":[1,2.5,-3e10,true,null,"text \u00e9 \ud83d\ude00"],"b":{"c":"d","e":[[],{}]},"n":9007199254740993}"#,
      #"[{"id":"x","vector":[0.1,0.2,0.3]},{"id":"y","count":12}]"#,
    ].map { Array($0.utf8) }
    let slow = try Fuzz.run("json", usual: 400, wholes, words: ["[[[[", "{\"a\":", "\\u", "1e999", "\u{0}", "\u{600}"])
    {
      let value = try JSONValue(parsing: $0)
      #expect(try JSONValue(parsing: value.canonicalBytes) == value)
      _ = value.prettyText
      _ = value.int
    }
    #expect(slow.isEmpty)
  }

  @Test func yaml() throws {
    let wholes = [
      try FileSystem.read(ProjectFiles.root + "/pipelines/handbook.yaml"),
      try FileSystem.read(ProjectFiles.root + "/stages/fetch.yaml"),
      Array("a: &x [1, 2]\nb: *x\nc: {d: 1.5, e: 2024-01-01}\nf: |\n  text\n  more\n".utf8),
    ]
    let slow = try Fuzz.run(
      "yaml", usual: 300, wholes, words: ["&a ", "*a", "? ", "- - - -", "!!str ", "|+\n", "%YAML "]
    ) {
      let source = SourceText(name: "w.yaml", bytes: $0)
      _ = try? YAMLReader.read(source)
      _ = try? StageDefinitionReader.read(
        source, name: "w", StageDefinitionReader.Surroundings(prompt: { _ in nil }, parameters: { _ in [] }))
      _ = try ProvidersFile(source)
    }
    #expect(slow.isEmpty)
  }

  @Test func xmlAndListings() throws {
    let base = try #require(HTTPURL("http://a.example/s.xml"))
    let wholes = [
      "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\"><url><loc>http://a.example/1</loc><lastmod>2024-01-01</lastmod></url></urlset>",
      "<rss version=\"2.0\"><channel><title>T</title><item><title>A &amp; B</title><link>/x</link><guid isPermaLink=\"false\">7</guid><pubDate>Mon, 1 Jan 2024 00:00:00 GMT</pubDate></item></channel></rss>",
      "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><title>A</title><link href=\"http://b.example/\"/><author><name>N</name></author><updated>2024-01-01T00:00:00Z</updated></entry></feed>",
      "http://a.example/1\nhttp://a.example/2\n",
      "User-agent: *\nDisallow: /a*b$\nCrawl-delay: 5\nSitemap: http://a.example/s\n",
    ].map { Array($0.utf8) }
    let words = [
      "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\">]>", "&b;", "<![CDATA[", "<!--", "]]>", "xmlns:x=\"y\" ", "\u{600}<",
    ]
    let slow = try Fuzz.run("xml", usual: 400, wholes, words: words) { bytes in
      try? XMLEvents.read(bytes, name: "x") { _ in }
      let rules = RobotsRules(reading: bytes, product: "Sluice")
      _ = rules.allows("/a/b/c?d")
      _ = try PageLinks(reading: bytes, base: base, normalizer: URLNormalizer(dropsTracking: true))
      _ = PageFlags.inspect(bytes, contentType: nil, finalURL: base.text, isRedirected: true)
      _ = try WebListing(reading: bytes, base: base, normalizer: URLNormalizer())
    }
    #expect(slow.isEmpty)
  }

  @Test func rowsAndURLs() throws {
    let wholes = [
      "id,url,title\n1,http://user:pw@a.example/x?y#z,\"a, \"\"b\"\"\"\n2,file:///a%20b,c\n",
      "http://[::1]:80/a/../b;c?d=e&utm_x=1",
      "HTTPS://EXAMPLE.org:443/%7e/./x/..//y", "120", "Wed, 21 Oct 2015 07:28:00 GMT",
    ].map { Array($0.utf8) }
    let base = try #require(HTTPURL("https://a.example/b/c?d"))
    let slow = try Fuzz.run("rows", usual: 600, wholes, words: ["\"", "\r\n", "%", "@", "://", "\u{FF9E}", "..", "\\"])
    { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      if let url = HTTPURL(text) { #expect(HTTPURL(url.text) != nil) }
      _ = URLNormalizer(dropsTracking: true).resolve(text, against: base)
      _ = URLCredentials.removed(from: text)
      _ = RetryAfter.seconds(text, now: .now)
      _ = Units.seconds(text)
      _ = Units.bytes(text)
      _ = ContentTypeField.parse(text)
      _ = try CSVRows.read(bytes, separator: ",", name: "x.csv")
    }
    #expect(slow.isEmpty)
  }

  @Test func answersOfModels() throws {
    let wholes = [
      #"{"choices":[{"message":{"content":"{\"label\":\"x\"}"}}],"usage":{"prompt_tokens":12,"completion_tokens":3}}"#,
      #"{"data":[{"index":0,"embedding":[0.5,0.5]},{"index":1,"embedding":[1,0]}],"usage":{"prompt_tokens":4,"total_tokens":4}}"#,
      #"{"error":{"message":"maximum batch size is 10","code":"invalid"}}"#,
    ].map { Array($0.utf8) }
    let slow = try Fuzz.run("answers", usual: 400, wholes, words: ["[", "{", "null", "-0.0", "1e400"]) { bytes in
      _ = AnswerJSON.object(in: String(decoding: bytes, as: UTF8.self))
      _ = EmbeddingProtocol.namedLimit(String(decoding: bytes, as: UTF8.self), below: 100)
      let value = try JSONValue(parsing: bytes)
      let completion = try value.decoded(as: ChatCompletion.self)
      _ = completion.text
      if let usage = completion.usage, let prompt = usage.prompt { #expect(prompt + usage.completion >= 0) }
      _ = try EmbeddingProtocol.vectors(value.decoded(as: EmbeddingAnswer.self), count: 2, width: nil)
    }
    #expect(slow.isEmpty)
  }
}
